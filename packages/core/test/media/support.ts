import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { createNodeFiles } from '../../src/node/files.ts';
import { createNodeGit } from '../../src/node/git.ts';

export { sourceOf } from './source.ts';

export const ports = { files: createNodeFiles(), git: createNodeGit() };

export async function temporaryDirectory(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'motion-transfer-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const run = promisify(execFile);

/** The real git, with an identity, for setting tests up. */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  const { stdout } = await run('git', [...identity, ...args], { cwd: directory });
  return stdout.trim();
}
