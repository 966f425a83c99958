import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ActionOptions, ActionRun, TokenPermissions } from '@motion-transfer/emulator';
import { BOTH_PROVIDERS, REPOSITORY, startWorkbench, type WorkbenchOptions } from '../workbench.ts';

export const WAVE = 'animations/wave.mp4';
export const DANCE = 'animations/dance.mp4';
export const LOCKFILE = 'motion-transfer.lock.json';
const WRITE: TokenPermissions = { contents: 'write', 'pull-requests': 'write', actions: 'read' };

export type CommitBench = Awaited<ReturnType<typeof startCommitting>>;

/**
 * A repository whose server is a bare one that is reached over HTTP with a token alone, and runs in fresh clones
 * of it, which keep no credentials.
 */
export async function startCommitting(
  options: WorkbenchOptions & { readonly files?: Readonly<Record<string, string>> } = {},
) {
  const { files = {}, ...rest } = options;
  const bench = await startWorkbench({
    artifactService: false,
    config: BOTH_PROVIDERS,
    ...rest,
  });
  const directory = dirname(bench.workspace);
  const server = join(directory, 'server.git');
  const git = (place: string, ...args: string[]) =>
    execFileSync('git', ['-C', place, ...AUTHOR, ...args], { encoding: 'utf8' }).trim();
  for (const [path, text] of Object.entries(files)) bench.write(path, text);
  bench.commit('Set up');
  git(server, 'symbolic-ref', 'HEAD', 'refs/heads/main');
  git(bench.workspace, 'push', '--quiet', server, 'main');
  bench.emulator.serveRepository(REPOSITORY, server);
  const token = bench.emulator.github.createToken(WRITE);
  let cloneCount = 0;

  const clone = (branch = 'main'): string => {
    cloneCount += 1;
    const copy = join(directory, `clone-${cloneCount}`);
    // As actions/checkout leaves it: files of Git LFS are pointers.
    execFileSync('git', ['clone', '--quiet', '--branch', branch, `file://${server}`, copy], {
      env: { ...process.env, GIT_LFS_SKIP_SMUDGE: '1' },
    });
    return copy;
  };
  return {
    ...bench,
    directory,
    server,
    token,
    clone,
    /** `command: run` with `commit: branch` in a fresh clone unless something else is given. */
    commitRun: (
      inputs: Record<string, string> = {},
      extra: Partial<ActionOptions> = {},
    ): Promise<ActionRun> =>
      bench.run({ commit: 'branch', ...inputs }, { token, workspace: clone(), ...extra }),
    atServer: (...args: string[]) => git(server, ...args),
    bytesAtServer: (path: string, branch = 'main') =>
      execFileSync('git', ['-C', server, 'cat-file', 'blob', `${branch}:${path}`], {
        maxBuffer: 1024 ** 3,
      }),
    tip: (branch = 'main') => git(server, 'rev-parse', branch),
    /** Paths that the last commit of a branch changes. */
    changed: (branch = 'main') =>
      git(server, 'diff-tree', '--no-commit-id', '--name-only', '-r', branch).split('\n').sort(),
    subjects: (branch = 'main') => git(server, 'log', '--format=%s', branch).split('\n'),
    lockedOutputs: (branch = 'main') =>
      Object.keys(JSON.parse(git(server, 'show', `${branch}:${LOCKFILE}`)).outputs)
        .filter((path) => path !== '')
        .sort(),
    /** A commit of somebody else, pushed to a branch. */
    pushByOther(path: string, content: string, branch = 'main') {
      const other = clone(branch);
      mkdirSync(dirname(join(other, path)), { recursive: true });
      writeFileSync(join(other, path), content);
      git(other, 'add', '--all');
      git(other, 'commit', '--quiet', '-m', 'By somebody else');
      git(other, 'push', '--quiet', 'origin', branch);
    },
    /** A program that the server starts before it takes a push. */
    onPush(script: string) {
      const hook = join(server, 'hooks/pre-receive');
      mkdirSync(dirname(hook), { recursive: true });
      writeFileSync(hook, `#!/bin/sh\n${script}\n`);
      chmodSync(hook, 0o755);
    },
    git,
  };
}

const AUTHOR = ['-c', 'user.name=Other', '-c', 'user.email=other@example.com'];

export const videoOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1', 4, 8);
