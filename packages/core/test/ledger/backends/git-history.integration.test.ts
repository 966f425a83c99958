import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { LedgerBackend, LedgerChange } from '../../../src/ledger/backends/backend.ts';
import { LEDGER_BRANCH } from '../../../src/ledger/backends/git/git.ts';
import { MAX_FILE_BYTES } from '../../../src/ledger/files/file-rules.ts';
import { createNodePorts } from '../../../src/node/ports.ts';
import { git } from '../../media/support.ts';
import { forever } from '../ledger-line.ts';
import { knownVersions } from './conformance.ts';
import { type GitPlace, makeGitPlace } from './git-remote.ts';
import { entry } from './tampering.ts';

const ports = createNodePorts({ info: () => {}, warning: () => {} });
const REF = `refs/heads/${LEDGER_BRANCH}`;

/** Writes a file per number, one commit each; their ids, oldest first. */
async function grow(place: GitPlace, numbers: readonly number[]): Promise<string[]> {
  const tip = await place.tip().catch(() => null);
  const commits = numbers.map((number, index) => {
    const from = index === 0 && tip != null ? `from ${tip}\n` : '';
    const text = `text ${number}`;
    return `commit ${REF}\ncommitter T <t@t> ${number} +0000\ndata 0\n${from}M 100644 inline files/${number}\ndata ${text.length}\n${text}\n`;
  });
  await ports.git.run(place.bare, ['fast-import', '--quiet'], commits.join(''));
  const list = await git(place.bare, 'rev-list', '--reverse', LEDGER_BRANCH);
  return list.split('\n').slice(-numbers.length);
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

async function changesOf(
  backend: LedgerBackend,
  since: readonly (string | undefined)[],
  isWanted = (_path: string) => true,
): Promise<LedgerChange[]> {
  const changes: LedgerChange[] = [];
  if (backend.changes == null) throw new Error('it keeps no versions');
  const wanted = { since: since.filter((tip) => tip != null), isWanted };
  for await (const change of backend.changes(wanted, forever)) changes.push(change);
  return changes;
}

/** On top of the branch, as somebody does who may push: `git mktree` lines are the whole tree. */
async function commitTree(
  place: GitPlace,
  lines: readonly string[],
  ...parents: readonly string[]
): Promise<string> {
  const text = lines.map((line) => `${line}\n`).join('');
  const tree = (await ports.git.run(place.bare, ['mktree', '--missing'], text)).trim();
  const args = parents.flatMap((parent) => ['-p', parent]);
  const commit = await git(place.bare, 'commit-tree', tree, ...args, '-m', 'by hand');
  await place.setTip(commit);
  return commit;
}

describe('what happened since a version', () => {
  test('is told commit by commit, with the files that differ and no others', async () => {
    const place = await makeGitPlace(ports);
    const commits = await grow(place, upTo(5));
    const backend = place.open(commits[1] ?? '');
    await backend.read(forever);
    expect(await changesOf(backend, [commits[1]])).toEqual(
      [2, 3, 4].map((number) => ({
        version: commits[number],
        before: new Map(),
        after: new Map([[`files/${number}`, `text ${number}`]]),
      })),
    );
    const wanted = await changesOf(backend, [commits[1]], (path) => path === 'files/3');
    expect(wanted.map(({ version }) => version)).toEqual([commits[3]]);
    expect(await changesOf(backend, [commits[4], commits[1]])).toEqual([]);
  });

  test('holds what was there and is gone, also where it came and went', async () => {
    const place = await makeGitPlace(ports);
    const [first = '', second = ''] = await grow(place, upTo(2));
    const tree = await git(place.bare, 'ls-tree', first);
    const removal = await commitTree(place, tree.split('\n'), second);
    const backend = place.open(first);
    await backend.read(forever);
    expect(await changesOf(backend, [first])).toMatchObject([
      { version: second, after: new Map([['files/1', 'text 1']]) },
      { version: removal, before: new Map([['files/1', 'text 1']]), after: new Map() },
    ]);
  });

  test('compares a merge with each of its parents', async () => {
    const place = await makeGitPlace(ports);
    const [first = '', second = ''] = await grow(place, upTo(2));
    const other = await commitTree(place, await entry('100644', 'b', 'other')(place.bare));
    const tree = (await git(place.bare, 'ls-tree', first)).split('\n');
    const merge = await commitTree(place, tree, second, other);
    const backend = place.open(second);
    await backend.read(forever);
    const changes = await changesOf(backend, [second]);
    expect(changes.map(({ version }) => version)).toEqual([other, merge, merge]);
    expect(changes[1]?.before).toEqual(new Map([['files/1', 'text 1']]));
    expect(changes[2]?.before).toEqual(new Map([['other', 'b']]));
  });

  test('takes links and files beyond any size for nothing, without reading them', async () => {
    const place = await makeGitPlace(ports);
    const [first = ''] = await grow(place, upTo(1));
    const link = await entry('120000', '/etc/passwd', 'link')(place.bare);
    const huge = await entry('100644', 'x'.repeat(MAX_FILE_BYTES + 1), 'huge')(place.bare);
    const tree = (await git(place.bare, 'ls-tree', first)).split('\n');
    const odd = await commitTree(place, [...tree, ...link, ...huge], first);
    await commitTree(place, tree, odd);
    const backend = place.open(first);
    await backend.read(forever);
    expect(await changesOf(backend, [first])).toEqual([
      { version: odd, before: new Map(), after: new Map() },
      { version: await place.tip(), before: new Map(), after: new Map() },
    ]);
  });

  test('is all of it when nothing is known', async () => {
    const place = await makeGitPlace(ports);
    await grow(place, upTo(450));
    const backend = place.open();
    await backend.read(forever);
    const changes = await changesOf(backend, []);
    expect(changes).toHaveLength(450);
    expect(changes.at(-1)?.after).toEqual(new Map([['files/449', 'text 449']]));
  });
});

describe('commits that the lockfile names', () => {
  async function blobsFetched(place: GitPlace): Promise<number> {
    let blobs = 0;
    for (const name of await readdir(place.temporaryDirectory)) {
      const directory = `${place.temporaryDirectory}/${name}`;
      const args = ['cat-file', '--batch-all-objects', '--batch-check', '--unordered'];
      const objects = await git(directory, '--git-dir=.', ...args);
      blobs += objects.split('\n').filter((line) => line.includes(' blob ')).length;
    }
    return blobs;
  }

  test('are looked for with few processes, and the old ones without their files', async () => {
    const place = await makeGitPlace(ports);
    await git(place.bare, '--git-dir=.', 'config', 'uploadpack.allowFilter', 'true');
    const first = await grow(place, upTo(600));
    // Of 600 files only one is left, so that a reader of the newest needs one.
    const last = await grow(place, [600]);
    const tree = await entry('100644', 'x', 'left')(place.bare);
    await commitTree(place, tree, last[0] ?? '');
    const named = [...first.filter((_, index) => index % 3 === 0), await place.tip()];
    const started: string[] = [];
    const counting = {
      ...ports,
      git: {
        ...ports.git,
        execute: (...[directory, args, options]: Parameters<typeof ports.git.execute>) => {
          started.push(args.find((arg) => /^[a-z-]+$/.test(arg) && arg !== '-c') ?? '');
          return ports.git.execute(directory, args, options);
        },
      },
    };
    const backend = place.openWith({ known: knownVersions(named) }, counting);
    expect((await backend.read(forever)).files).toEqual(new Map([['left', 'x']]));
    expect(started.length).toBeLessThanOrEqual(12);
    expect(await blobsFetched(place)).toBe(1);

    const stranger = await git(place.bare, 'commit-tree', `${first[0]}^{tree}`, '-m', 'x');
    const reading = place.open(...named, stranger).read(forever);
    await expect(reading).rejects.toThrow(`${stranger}, which the lockfile names for out/201.mp4`);
  });

  test('are found all the same where the server cannot leave files out', async () => {
    const place = await makeGitPlace(ports);
    const commits = await grow(place, upTo(200));
    const [first = '', second = ''] = commits;
    const tip = await place.tip();
    expect((await place.open(second, first, tip).read(forever)).tip).toBe(tip);
    const reading = place.open(first, tip, 'f'.repeat(40)).read(forever);
    await expect(reading).rejects.toThrow('rewritten or deleted');
  });
});
