import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CommitBench } from './bench.ts';

const run = promisify(execFile);

/** The clips of the repository are committed as they are. */
export const OUTPUTS_ONLY = 'animations/** filter=lfs diff=lfs merge=lfs -text\n';

/** Whether its tests can run: `bash scripts/install-test-packages.sh` installs it, as `.ci/run` does. */
export function hasGitLfs(): boolean {
  const { error, status } = spawnSync('git', ['lfs', 'version'], { stdio: 'ignore' });
  return error == null && status === 0;
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
