import { spawn } from 'node:child_process';
import { MotionTransferError } from '../errors.ts';
import type { GitPort } from '../ports.ts';

/** Variables that a surrounding git (a hook, a rebase) sets and that would point us elsewhere. */
const FOREIGN_VARIABLES = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

const MAX_ERROR_CHARACTERS = 2000;

/** Runs the installed git: no hooks, no prompts, untranslated messages. */
export function createNodeGit(): GitPort {
  return { run };
}

function run(directory: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
      cwd: directory,
      env: environment(),
      stdio: [input == null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
    // git may end before it has read everything; its exit code tells what that means.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    child.on('error', (cause) => {
      const message = `git could not be started in ${directory}: ${cause.message}; install git and check the directory`;
      reject(new MotionTransferError(message, { cause }));
    });
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(Buffer.concat(output).toString('utf8'));
        return;
      }
      const said = Buffer.concat(errors).toString('utf8').trim().slice(0, MAX_ERROR_CHARACTERS);
      const how = signal == null ? `failed with exit code ${code}` : `was ended by ${signal}`;
      reject(new MotionTransferError(`git ${args[0] ?? ''} ${how}: ${said}`));
    });
  });
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !FOREIGN_VARIABLES.includes(name));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
}
