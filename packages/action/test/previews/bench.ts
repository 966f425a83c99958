import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ActionRun, TokenPermissions } from '@motion-transfer/emulator';
import { noKeys, withEngine } from '../draft-engine.ts';
import { configOf, type PullRequestOptions, startPullRequest } from '../pull-request-bench.ts';

export const BRANCH = 'motion-transfer-previews';
export const WAVE = 'animations/wave';
/** What a plan needs to show pictures. */
export const MAY_PUSH: TokenPermissions = { contents: 'write', 'pull-requests': 'write' };

const PICTURES = new RegExp(`^(.+): (\\S+\\.webp) on branch ${BRANCH}$`, 'gm');

/** A pull request with one new transfer, whose server is a bare repository that is reached over HTTP. */
export async function startShowing(options: Partial<PullRequestOptions> = {}) {
  const bench = await startPullRequest({
    base: null,
    head: configOf(''),
    permissions: MAY_PUSH,
    assets: 'small',
    ...options,
  });
  const server = join(dirname(bench.workspace), 'server.git');
  const git = (args: readonly string[], input?: string) =>
    execFileSync('git', ['-C', server, ...AUTHOR, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
    }).trim();
  return {
    ...bench,
    server,
    /** `command: plan` with drafts. */
    show: (inputs: Record<string, string> = {}): Promise<ActionRun> =>
      bench.plan({ draft: 'true', ...inputs }, { environment: { ...withEngine, ...noKeys } }),
    atServer: (...args: string[]) => git(args),
    hasBranch: () => git(['branch', '--list', BRANCH]) !== '',
    pathsAtServer: () => git(['ls-tree', '-r', '--name-only', BRANCH]).split('\n'),
    bytesAtServer: (path: string): Buffer =>
      execFileSync('git', ['-C', server, 'cat-file', 'blob', `${BRANCH}:${path}`]),
    /** Makes the branch, or moves it, to a commit with these files beside those it has. */
    commitAtServer(files: Readonly<Record<string, string>>): string {
      const before = git(['branch', '--list', BRANCH]) === '' ? null : git(['rev-parse', BRANCH]);
      const listed = before === null ? '' : git(['ls-tree', '-r', before]);
      const index = join(server, 'index-of-test');
      const withIndex = { ...process.env, GIT_INDEX_FILE: index };
      const ask = (args: string[], input: string) =>
        execFileSync('git', ['-C', server, ...args], { env: withIndex, input, encoding: 'utf8' });
      ask(['read-tree', '--empty'], '');
      const added = Object.entries(files).map(
        ([path, text]) => `100644 ${git(['hash-object', '-w', '--stdin'], text)}\t${path}`,
      );
      const lines = [...listed.split('\n').map((line) => line.replace(' blob ', ' ')), ...added];
      const info = lines.filter((line) => line !== '').map((line) => `${line}\n`);
      ask(['update-index', '--add', '--index-info'], info.join(''));
      const tree = ask(['write-tree'], '').trim();
      const parents = before === null ? [] : ['-p', before];
      const commit = git(['commit-tree', tree, ...parents, '-m', 'By somebody else']);
      git(['update-ref', `refs/heads/${BRANCH}`, commit]);
      return commit;
    },
    /** A program that the server starts before it takes a push. */
    onPush(script: string) {
      const hook = join(server, 'hooks/pre-receive');
      mkdirSync(dirname(hook), { recursive: true });
      writeFileSync(hook, `#!/bin/sh\n${script}\n`);
      chmodSync(hook, 0o755);
    },
  };
}

const AUTHOR = ['-c', 'user.name=Other', '-c', 'user.email=other@example.com'];

/** The pictures that the log names: what they show, and their paths on the branch. */
export function picturesIn({ stdout }: ActionRun) {
  return [...stdout.matchAll(PICTURES)].map(([, alt = '', path = '']) => ({ alt, path }));
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The path of a picture that was put there so many days ago. */
export function pictureOf(text: string, daysAgo: number): string {
  const day = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  return `${day}/${sha256(Buffer.from(text))}.webp`;
}
