import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createLockfileWriter,
  loadLockfile,
  lockfileReader,
} from '../../src/ledger/lockfile-files.ts';
import { LOCKFILE_PATH, type LockedOutput } from '../../src/model/lockfile/lockfile.ts';
import { fileOf, formatLockfile } from '../../src/model/lockfile/lockfile-format.ts';
import { createNodePorts } from '../../src/node/ports.ts';
import { git, temporaryDirectory } from '../media/support.ts';
import { lockedOutput, lockfileText } from '../support/lockfile.ts';

const lines: string[] = [];
const ports = createNodePorts({ info: (line) => lines.push(line), warning: () => {} });
const locked = lockedOutput();

const load = (workspace: string) => loadLockfile(lockfileReader(ports, workspace));
const open = async (workspace: string) =>
  createLockfileWriter(ports, workspace, await load(workspace));

async function startRepository(outputs: Record<string, LockedOutput>): Promise<string> {
  const workspace = await temporaryDirectory();
  await git(workspace, 'init', '--quiet', '--initial-branch=main');
  await commitLockfile(workspace, lockfileText(outputs));
  return workspace;
}

async function commitLockfile(workspace: string, text: string): Promise<void> {
  await writeFile(`${workspace}/${LOCKFILE_PATH}`, text);
  await git(workspace, 'add', '.');
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  await git(workspace, ...author, 'commit', '--quiet', '--allow-empty', '-m', 'x');
}

/** What git makes of two branches; whether without a conflict. */
async function merge(
  base: Record<string, LockedOutput>,
  ours: Record<string, LockedOutput>,
  theirs: Record<string, LockedOutput>,
  style: string,
): Promise<{ readonly workspace: string; readonly isClean: boolean }> {
  const workspace = await startRepository(base);
  await git(workspace, 'checkout', '--quiet', '-b', 'theirs');
  await commitLockfile(workspace, lockfileText(theirs));
  await git(workspace, 'checkout', '--quiet', 'main');
  await commitLockfile(workspace, lockfileText(ours));
  const settings = ['-c', `merge.conflictStyle=${style}`, '-c', 'user.name=a'];
  const merging = git(workspace, ...settings, '-c', 'user.email=a@example.com', 'merge', 'theirs');
  return {
    workspace,
    isClean: await merging.then(
      () => true,
      () => false,
    ),
  };
}

describe('two branches that buy', () => {
  test('different outputs far from each other merge without a conflict', async () => {
    const base = { a: locked, m: locked, z: locked };
    const { workspace, isClean } = await merge(
      base,
      { ...base, b: locked },
      { ...base, y: locked },
      'merge',
    );
    expect(isClean).toBe(true);
    expect(Object.keys((await load(workspace)).lockfile.outputs).sort()).toEqual([...'abmyz']);
  });

  test('any outputs have after the merge what both bought, and no output woven of two', async () => {
    const side = fc.dictionary(
      fc.constantFrom(...'abcdefgh'),
      fc.constantFrom('1', '2').map((digit) => lockedOutput({ fingerprint: digit.repeat(64) })),
      { maxKeys: 4, noNullPrototype: true },
    );
    const style = fc.constantFrom('merge', 'diff3', 'zdiff3');
    await fc.assert(
      fc.asyncProperty(side, side, side, style, async (base, ours, theirs, conflictStyle) => {
        const sides = [
          { ...base, ...ours },
          { ...base, ...theirs },
        ] as const;
        const { workspace } = await merge(base, ...sides, conflictStyle);
        const { outputs } = (await load(workspace)).lockfile;
        const expected = new Set([...Object.keys(sides[0]), ...Object.keys(sides[1])]);
        expect(new Set(Object.keys(outputs))).toEqual(expected);
        for (const [path, { also = [], ...entry }] of Object.entries(outputs)) {
          const bought = [sides[0][path], sides[1][path]].filter((made) => made != null);
          for (const made of [entry, ...also]) expect(bought).toContainEqual(made);
          const changed = bought.filter((made) => made.fingerprint !== base[path]?.fingerprint);
          const kept = [entry, ...also].map(({ fingerprint }) => fingerprint);
          for (const { fingerprint } of changed) expect(kept).toContain(fingerprint);
        }
      }),
      { numRuns: 8 },
    );
  });

  test('outputs side by side conflict, are read as both, and written without markers', async () => {
    const { workspace, isClean } = await merge({}, { a: locked }, { b: locked }, 'zdiff3');
    expect(isClean).toBe(false);
    const before = await readFile(`${workspace}/${LOCKFILE_PATH}`, 'utf8');
    expect(before).toContain('<<<<<<< HEAD');
    const writer = await open(workspace);
    expect(Object.keys(writer.lockfile.outputs)).toEqual(['a', 'b']);
    await writer.write('c', locked);
    const after = await readFile(`${workspace}/${LOCKFILE_PATH}`, 'utf8');
    expect(after).toBe(lockfileText({ a: locked, b: locked, c: locked }));
    expect(lines).toContain(
      'motion-transfer.lock.json had merge conflict markers, and was read as what both sides bought; it is written anew',
    );
  });
});

describe('a lockfile of many outputs', () => {
  const many = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, number) => [`out/${number}.mp4`, locked]),
  );
  const shardOf = (path: string) => fileOf(path, true);

  test('is one file up to 10,000, then shards, of which one is written for one output', async () => {
    const workspace = await temporaryDirectory();
    const inOneFile = { lockfile: { outputs: many }, isSharded: false, outdated: null };
    const writer = createLockfileWriter(ports, workspace, inOneFile);
    await writer.write('out/0.mp4', locked);
    expect(await readdir(workspace)).toEqual([LOCKFILE_PATH]);
    await writer.write('out/next.mp4', locked);
    expect(await readdir(`${workspace}/motion-transfer.lock`)).toHaveLength(256);
    const main = await readFile(`${workspace}/${LOCKFILE_PATH}`, 'utf8');
    expect(main.split('\n').slice(2, 6)).toEqual([
      expect.stringContaining('"readBy"'),
      '"shards":256,',
      '"outputs":{',
      '"":null',
    ]);
    const stored = await load(workspace);
    expect(Object.keys(stored.lockfile.outputs)).toHaveLength(10_001);
    expect(stored).toMatchObject({ isSharded: true, outdated: null });

    const filesOf = async () => {
      const names = await readdir(`${workspace}/motion-transfer.lock`);
      const paths = [LOCKFILE_PATH, ...names.map((name) => `motion-transfer.lock/${name}`)];
      return new Map(
        await Promise.all(
          paths.map(async (path) => [path, (await stat(`${workspace}/${path}`)).ino] as const),
        ),
      );
    };
    const before = await filesOf();
    await createLockfileWriter(ports, workspace, stored).write('out/last.mp4', locked);
    const after = await filesOf();
    expect([...after].filter(([path, file]) => before.get(path) !== file)).toEqual([
      [shardOf('out/last.mp4'), expect.anything()],
    ]);
    const shard = await readFile(`${workspace}/${shardOf('out/last.mp4')}`, 'utf8');
    expect(JSON.parse(shard).outputs['out/last.mp4']).toEqual(locked);
  });

  async function shard(outputs: Record<string, LockedOutput>): Promise<string> {
    const workspace = await temporaryDirectory();
    await mkdir(`${workspace}/motion-transfer.lock`);
    for (const [path, text] of formatLockfile({ outputs }, true))
      await writeFile(`${workspace}/${path}`, text);
    return workspace;
  }

  test('of which a shard is missing is refused', async () => {
    const workspace = await shard({ a: locked });
    await rm(`${workspace}/${shardOf('a')}`);
    await expect(load(workspace)).rejects.toThrow(/is missing, but .* names it.*restore it/);
  });

  test('that another branch still had in one file is read from both, and sharded again', async () => {
    const workspace = await shard({ a: locked });
    const main = await readFile(`${workspace}/${LOCKFILE_PATH}`, 'utf8');
    const other = lockfileText({ b: locked });
    const conflict = `<<<<<<< HEAD\n${main}=======\n${other}>>>>>>> other\n`;
    await writeFile(`${workspace}/${LOCKFILE_PATH}`, conflict);
    const writer = await open(workspace);
    expect(Object.keys(writer.lockfile.outputs).sort()).toEqual(['a', 'b']);
    await writer.write('c', locked);
    const stored = await load(workspace);
    expect(Object.keys(stored.lockfile.outputs).sort()).toEqual(['a', 'b', 'c']);
    expect(stored).toMatchObject({ isSharded: true, outdated: null });
  });

  test('follows no link', async () => {
    const elsewhere = await shard({ a: locked });
    const workspace = await temporaryDirectory();
    await writeFile(
      `${workspace}/${LOCKFILE_PATH}`,
      await readFile(`${elsewhere}/${LOCKFILE_PATH}`),
    );
    await symlink(`${elsewhere}/motion-transfer.lock`, `${workspace}/motion-transfer.lock`);
    await expect(load(workspace)).rejects.toThrow('links are refused there');
    const other = await shard({ a: locked });
    await rm(`${other}/${shardOf('a')}`);
    await symlink(`${elsewhere}/${shardOf('a')}`, `${other}/${shardOf('a')}`);
    await expect(load(other)).rejects.toThrow('not a regular file');
  });
});
