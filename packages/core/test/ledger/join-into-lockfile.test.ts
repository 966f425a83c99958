import { describe, expect, test } from 'vitest';
import { joinIntoLockfile, loadLockfile } from '../../src/ledger/lockfile-files.ts';
import { LOCKFILE_PATH, type LockedOutput } from '../../src/model/lockfile/lockfile.ts';
import { fileOf, formatLockfile } from '../../src/model/lockfile/lockfile-format.ts';
import { lockedOutput } from '../support/lockfile.ts';

const locked = lockedOutput();
const stored = (outputs: Record<string, LockedOutput>, isSharded = false) => {
  const files = formatLockfile({ outputs }, isSharded);
  return loadLockfile(async (path) => files.get(path) ?? null);
};
const again = (files: ReadonlyMap<string, string>) =>
  loadLockfile(async (path) => files.get(path) ?? null);

describe('outputs that are joined into a lockfile', () => {
  test('stand beside those of others, in the one file', async () => {
    const { lockfile, files } = joinIntoLockfile(await stored({ a: locked }), { b: locked });
    expect([...files.keys()]).toEqual([LOCKFILE_PATH]);
    expect((await again(files)).lockfile).toEqual(lockfile);
    expect(Object.keys(lockfile.outputs).sort()).toEqual(['a', 'b']);
  });

  test('count when they are the newest, and stand beside what counts otherwise', async () => {
    const older = { ...locked, sha256: 'old', generatedAt: '2026-01-01' };
    const newer = { ...locked, sha256: 'new', generatedAt: '2026-02-01' };
    const won = joinIntoLockfile(await stored({ a: older }), { a: newer }).lockfile;
    const lost = joinIntoLockfile(await stored({ a: newer }), { a: older }).lockfile;
    expect(won.outputs.a).toEqual({ ...newer, also: [older] });
    expect(lost).toEqual(won);
  });

  test('change no file when they are there', async () => {
    const outputs = { a: locked, b: locked };
    const { files } = joinIntoLockfile(await stored(outputs), { a: locked });
    expect(files).toEqual(formatLockfile({ outputs }, false));
  });

  test('change their own shard alone', async () => {
    const { files } = joinIntoLockfile(await stored({ a: locked }, true), { b: locked });
    expect([...files.keys()]).toEqual([fileOf('b', true)]);
  });
});
