import { MotionTransferError } from '../model/errors.ts';
import type { GitPort } from '../ports.ts';
import { executeGit } from './git-process.ts';

const MAX_ERROR_CHARACTERS = 2000;

/** Runs the installed git: no hooks, no prompts, untranslated messages. */
export function createNodeGit(): GitPort {
  return { run, execute: executeGit };
}

async function run(directory: string, args: readonly string[], input?: string): Promise<string> {
  const ended = await executeGit(directory, args, input == null ? {} : { input });
  if (ended.exitCode === 0) return Buffer.from(ended.output).toString('utf8');
  const said = ended.errorText.trim().slice(0, MAX_ERROR_CHARACTERS);
  const how =
    ended.exitCode == null ? 'was ended by a signal' : `failed with exit code ${ended.exitCode}`;
  throw new MotionTransferError(`git ${args[0] ?? ''} ${how}: ${said}`);
}
