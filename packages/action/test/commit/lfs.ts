import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CommitBench } from './bench.ts';

const run = promisify(execFile);

/** The clips of the repository are committed as they are. */
export const OUTPUTS_ONLY = 'animations/** filter=lfs diff=lfs merge=lfs -text\n';

/** @throws where the machine has none, which is no reason to leave a test out. */
export function requireGitLfs(): void {
  try {
    execFileSync('git', ['lfs', 'version'], { stdio: 'ignore' });
  } catch {
    throw new Error('git-lfs is not installed; run `bash scripts/install-git-lfs.sh`');
  }
}

/** A clone by the real git-lfs, over HTTP: its files are what the pointers stand for. The server is this process. */
export async function cloneWithLfs(bench: CommitBench, name: string): Promise<string> {
  const copy = join(bench.directory, name);
  const header = `Authorization: Basic ${btoa(`x-access-token:${bench.token}`)}`;
  const settings = [
    'filter.lfs.process=git-lfs filter-process',
    'filter.lfs.required=true',
    `http.extraHeader=${header}`,
  ].flatMap((setting) => ['-c', setting]);
  const url = `${bench.emulator.origin}/git/octo/animations.git`;
  await run('git', [...settings, 'clone', '--quiet', url, copy]);
  return copy;
}

/** A `PATH` with git on it and no git-lfs. */
export function pathWithoutLfs({ directory }: CommitBench): string {
  const programs = join(directory, 'programs');
  mkdirSync(programs);
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  symlinkSync(git, join(programs, 'git'));
  return programs;
}
