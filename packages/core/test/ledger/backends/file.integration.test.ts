import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createFileBackend } from '../../../src/ledger/backends/file.ts';
import { LedgerError } from '../../../src/model/errors.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { appendLine, forever } from '../ledger-line.ts';
import { expectKilledWritersLoseNothing } from '../ledger-writers.ts';
import { testLedgerBackend } from './conformance.ts';
import { makeFilePlace, ports } from './file-place.ts';

testLedgerBackend('a file', makeFilePlace, 'a'.repeat(40));

async function writtenPlace() {
  const place = await makeFilePlace();
  const backend = place.open();
  await appendLine(backend, ports, 'first');
  return { ...place, backend, document: JSON.parse(await readFile(place.path, 'utf8')) };
}

test.each<[string, (document: { files: [string, string][]; hashes: string[] }) => unknown]>([
  [
    'a changed amount',
    (document) => ({
      ...document,
      files: [
        ['state.json', 'none'],
        ['lines/first', 'first\n'],
      ],
    }),
  ],
  ['a file taken out', (document) => ({ ...document, files: document.files.slice(1) })],
  ['a path twice', (document) => ({ ...document, files: [...document.files, ...document.files] })],
  ['a way out', (document) => ({ ...document, files: [['../a', '1']] })],
  ['an oversized file', (document) => ({ ...document, files: [['a', 'x'.repeat(9_000_000)]] })],
  ['an unknown member', (document) => ({ ...document, more: 1 })],
  ['no versions', (document) => ({ ...document, hashes: [] })],
  ['a later format', (document) => ({ ...document, version: 3 })],
  ['something else', () => 'hello'],
])('a document with %s stops everything', async (_name, tamper) => {
  const { path, backend, open, document } = await writtenPlace();
  await writeFile(path, JSON.stringify(tamper(document)));
  await expect(backend.read(forever)).rejects.toThrow(LedgerError);
  await expect(open().read(forever)).rejects.toThrow(/othing is spent/);
  await expect(appendLine(open(), ports, 'second')).rejects.toThrow(LedgerError);
});

test.each(['', '{', '\0', '\xff\xfe'])('a document of %j stops everything', async (content) => {
  const { path, open } = await writtenPlace();
  await writeFile(path, content, 'latin1');
  await expect(open().read(forever)).rejects.toThrow(LedgerError);
});

test('a link or a directory in its place is refused', async () => {
  const place = await writtenPlace();
  await writeFile(`${place.path}.other`, await readFile(place.path));
  await rm(place.path);
  await symlink(`${place.path}.other`, place.path);
  await expect(place.open().read(forever)).rejects.toThrow('not a regular file');
  await rm(place.path);
  await mkdir(place.path);
  await expect(place.open().read(forever)).rejects.toThrow('not a regular file');
});

test('a lock that nobody lets go of is waited for, and named in the end', async () => {
  const { path } = await writtenPlace();
  const release = await ports.files.lock(`${path}.lock`);
  const clock = new VirtualClock();
  const backend = createFileBackend({ ...ports, clock }, { path, known: [] });
  const base = await backend.read(forever);
  const swap = backend.swap(base, new Map([['a', '1']]), 'Test', forever);
  await expect(clock.run(swap)).rejects.toThrow(/ledger\.json\.lock is held by/);
  const waitedMs = clock.waitsMs.reduce((sum, ms) => sum + ms, 0);
  expect(waitedMs).toBeGreaterThan(5 * 60_000 - 8_000);
  expect(waitedMs).toBeLessThanOrEqual(5 * 60_000);
  expect(Math.max(...clock.waitsMs)).toBeLessThanOrEqual(8_000);
  await release();
  expect((await backend.swap(base, new Map([['a', '1']]), 'Test', forever)).kind).toBe('swapped');
});

test('a write that fails on its way leaves nobody sure, and the version before', async () => {
  const { path, open } = await writtenPlace();
  const files = {
    ...ports.files,
    writeAtomic: () =>
      Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
  };
  const backend = createFileBackend({ ...ports, files }, { path, known: [] });
  const base = await backend.read(forever);
  const outcome = await backend.swap(base, new Map([['a', '1']]), 'Test', forever);
  expect(outcome).toMatchObject({ kind: 'unclear', message: expect.stringContaining('no space') });
  expect(await open().read(forever)).toEqual(base);
});

test('writers killed at random moments lose nothing and write nothing twice', async () => {
  const { path, open } = await makeFilePlace();
  const killing = { writerCount: 2, linesEach: 30, kills: 4, longestLifeMs: 60 };
  await expectKilledWritersLoseNothing({ kind: 'file', path }, open, killing);
});
