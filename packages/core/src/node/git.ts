import { MotionTransferError } from '../model/errors.ts';
import type { GitPort } from '../ports.ts';
import { executeGit } from './git-process.ts';

const MAX_ERROR_CHARACTERS = 2000;
/** In the words of git 2.36 and newer, and of those before it. */
const OF_ANOTHER_USER = /detected dubious ownership|unsafe repository \(/;

/** Runs the installed git: no hooks, no prompts, untranslated messages. */
export function createNodeGit(): GitPort {
  return { run, execute: executeGit };
}

async function run(directory: string, args: readonly string[], input?: string): Promise<string> {
  const ended = await executeGit(directory, args, input == null ? {} : { input });
  if (ended.exitCode === 0) return Buffer.from(ended.output).toString('utf8');
  if (OF_ANOTHER_USER.test(ended.errorText))
    throw new MotionTransferError(
      `git does not read ${directory}, because it belongs to another user and this git is too old to be asked to all the same; install git 2.38 or newer, or run \`git config --global --add safe.directory ${directory}\` in a step before this one`,
    );
  const said = ended.errorText.trim().slice(0, MAX_ERROR_CHARACTERS);
  const how =
    ended.exitCode == null ? 'was ended by a signal' : `failed with exit code ${ended.exitCode}`;
  throw new MotionTransferError(`git ${args[0] ?? ''} ${how}: ${said}`);
}
