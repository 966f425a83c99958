import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type {
  KnownVersion,
  LedgerBackend,
  LedgerVersion,
} from '../../../src/ledger/backends/backend.ts';
import { LedgerError, StoppedError } from '../../../src/model/errors.ts';
import { createNodePorts } from '../../../src/node/ports.ts';
import { appendLine, forever, linesOf } from '../ledger-line.ts';

/** Somewhere a ledger lies, and what its owner can do to it behind our back. */
export interface LedgerPlace {
  /** Another run, whose lockfile names these versions; closed with the test. */
  open(...tips: (string | null)[]): LedgerBackend;
  /** Keeps what is there now; the function returned puts it back. */
  snapshot(): Promise<() => Promise<void>>;
  remove(): Promise<void>;
  /** Where nothing may be left behind, if there is such a directory. */
  readonly temporaryDirectory: string | null;
}

const ports = createNodePorts({ info: () => {}, warning: () => {} });

export function knownVersions(tips: readonly (string | null)[]): KnownVersion[] {
  return tips.flatMap((tip, index) => (tip == null ? [] : [{ tip, output: `out/${index}.mp4` }]));
}

/** What every place for the ledger must do, whatever it is. */
export function testLedgerBackend(
  name: string,
  makePlace: () => Promise<LedgerPlace>,
  foreignTip: string,
): void {
  async function write(
    backend: LedgerBackend,
    changes: Record<string, string | null>,
  ): Promise<LedgerVersion> {
    const base = await backend.read(forever);
    const outcome = await backend.swap(base, new Map(Object.entries(changes)), 'Test', forever);
    if (outcome.kind !== 'swapped') throw new Error(`the swap was ${outcome.kind}`);
    return outcome.version;
  }
  const filesOf = ({ files }: LedgerVersion) => Object.fromEntries(files);

  describe(`a ledger in ${name}`, () => {
    test('is empty before the first write', async () => {
      const place = await makePlace();
      expect(await place.open().read(forever)).toEqual({ tip: null, files: new Map() });
    });

    test('has after the first write what was written, for everybody', async () => {
      const place = await makePlace();
      const files = {
        'state.json': '{"a":1}\n',
        'tx/2026-11/ab/key.json': '\ufeffü 😀\r\n',
        empty: '',
      };
      const written = await write(place.open(), files);
      expect(filesOf(written)).toEqual(files);
      const found = await place.open().read(forever);
      expect(filesOf(found)).toEqual(files);
      expect(found.tip).toBe(written.tip);
      expect(found.tip).not.toBeNull();
    });

    test('changes and removes files, and leaves the rest', async () => {
      const place = await makePlace();
      const backend = place.open();
      const first = await write(backend, { a: '1', 'b/c': '2', 'b/d': '3' });
      const second = await write(backend, { a: null, 'b/c': '4', e: '5', 'never/there': null });
      const expected = { 'b/c': '4', 'b/d': '3', e: '5' };
      expect(filesOf(second)).toEqual(expected);
      expect(filesOf(await backend.read(forever))).toEqual(expected);
      expect(filesOf(await place.open().read(forever))).toEqual(expected);
      expect(second.tip).not.toBe(first.tip);
    });

    test('can be emptied and filled again', async () => {
      const place = await makePlace();
      const backend = place.open();
      await write(backend, { a: '1' });
      await write(backend, { a: null });
      expect((await place.open().read(forever)).files.size).toBe(0);
      await write(backend, { a: '2' });
      expect(filesOf(await place.open().read(forever))).toEqual({ a: '2' });
    });

    test('takes a write only on top of the newest version', async () => {
      const place = await makePlace();
      const [one, other] = [place.open(), place.open()];
      const [seenByOne, seenByOther] = [await one.read(forever), await other.read(forever)];
      const change = (text: string) => new Map([['a', text]]);
      const won = await one.swap(seenByOne, change('one'), 'Test', forever);
      expect(won.kind).toBe('swapped');
      expect((await other.swap(seenByOther, change('other'), 'Test', forever)).kind).toBe('lost');
      expect((await one.swap(seenByOne, change('again'), 'Test', forever)).kind).toBe('lost');
      const again = await other.read(forever);
      expect(filesOf(again)).toEqual({ a: 'one' });
      expect((await other.swap(again, change('other'), 'Test', forever)).kind).toBe('swapped');
      expect(filesOf(await one.read(forever))).toEqual({ a: 'other' });
    });

    test('lets one of two win who write the very same thing', async () => {
      const place = await makePlace();
      const backends = [place.open(), place.open()];
      const versions = await Promise.all(backends.map((backend) => backend.read(forever)));
      const outcomes = await Promise.all(
        backends.map((backend, index) =>
          backend.swap(
            versions[index] ?? { tip: null, files: new Map() },
            new Map([['a', 'same']]),
            'Same',
            forever,
          ),
        ),
      );
      expect(outcomes.filter(({ kind }) => kind === 'swapped')).toHaveLength(1);
    });

    test('loses no line of writers who race', async () => {
      const place = await makePlace();
      const names = Array.from({ length: 6 }, (_, index) => `line-${index}`);
      await Promise.all(names.map((line) => appendLine(place.open(), ports, line)));
      const version = await place.open().read(forever);
      expect(linesOf(version).sort()).toEqual(names);
      expect(version.files.size).toBe(names.length + 1);
    });

    test('does one thing after the other when asked for several at once', async () => {
      const place = await makePlace();
      const backend = place.open();
      await Promise.all(['a', 'b', 'c'].map((line) => appendLine(backend, ports, line)));
      expect(linesOf(await backend.read(forever)).sort()).toEqual(['a', 'b', 'c']);
    });

    test.each([
      [
        'under a name that no ledger has',
        [
          ['../a', 'a/..b/c', '/a', 'a/', 'a//b', './a', 'a/.git/config', '.GITmodules', 'a b'],
          ['a\nb', 'a\\b', 'ä', '', 'a'.repeat(201)],
        ].flatMap((paths) =>
          paths.flatMap((path) => [[path, 'text'] as const, [path, null] as const]),
        ),
      ],
      [
        'that is not text',
        [
          ['a', '\ud800'],
          ['a', 'a\0b'],
        ],
      ],
      ['of a size that no ledger has', [['a', 'x'.repeat(8 * 1024 * 1024 + 1)]]],
    ] as const)('writes nothing %s', async (_name, changes) => {
      const place = await makePlace();
      const backend = place.open();
      const base = await backend.read(forever);
      for (const change of changes) {
        const swap = backend.swap(base, new Map([['fine', 'text'], change]), 'Test', forever);
        await expect(swap, change[0]).rejects.toThrow('cannot hold');
      }
      expect((await place.open().read(forever)).tip).toBeNull();
    });

    test('takes a file of 8 MB', async () => {
      const place = await makePlace();
      const files = { a: 'x'.repeat(8 * 1024 * 1024) };
      await write(place.open(), files);
      expect(filesOf(await place.open().read(forever))).toEqual(files);
    });

    test('has no name for a file and a directory at once', async () => {
      const place = await makePlace();
      const backend = place.open();
      await write(backend, { 'a/b': '1', c: '2' });
      await expect(write(backend, { a: '3' })).rejects.toThrow('both as a file and as a directory');
      await expect(write(backend, { 'c/d': '3' })).rejects.toThrow(LedgerError);
      expect(filesOf(await write(backend, { 'a/b': null, a: '3' }))).toEqual({ a: '3', c: '2' });
      expect(filesOf(await place.open().read(forever))).toEqual({ a: '3', c: '2' });
    });

    describe('stops when', () => {
      const reason = /rewritten or deleted.*othing is spent.*restore it/s;

      test('what it has seen is gone', async () => {
        const place = await makePlace();
        const backend = place.open();
        const { tip } = await write(backend, { a: '1' });
        await place.remove();
        await expect(backend.read(forever)).rejects.toThrow(reason);
        await expect(place.open(tip).read(forever)).rejects.toThrow(LedgerError);
      });

      test('it was set back to an older version', async () => {
        const place = await makePlace();
        const backend = place.open();
        await write(backend, { a: '1' });
        const restore = await place.snapshot();
        const { tip } = await write(backend, { a: '2' });
        await restore();
        await expect(backend.read(forever)).rejects.toThrow(reason);
        await expect(place.open(tip).read(forever)).rejects.toThrow(reason);
      });

      test('it was rewritten, however long it has grown since', async () => {
        const place = await makePlace();
        const backend = place.open();
        await write(backend, { a: '1' });
        const restore = await place.snapshot();
        const { tip } = await write(backend, { a: '2' });
        await restore();
        const other = place.open();
        for (const text of ['3', '4', '5']) await write(other, { a: text });
        await expect(backend.read(forever)).rejects.toThrow(reason);
        await expect(place.open(tip).read(forever)).rejects.toThrow(reason);
        const outcome = backend.swap(
          { tip, files: new Map([['a', '2']]) },
          new Map([['a', '9']]),
          'Test',
          forever,
        );
        await expect(outcome.then(({ kind }) => kind).catch(() => 'error')).resolves.not.toBe(
          'swapped',
        );
        expect(filesOf(await other.read(forever))).toEqual({ a: '5' });
      });

      test('the version known before was of another kind of ledger', async () => {
        const place = await makePlace();
        const open = async () => place.open(foreignTip).read(forever);
        await expect(open()).rejects.toThrow('was it kept somewhere else before');
      });
    });

    test('goes on from a version known before', async () => {
      const place = await makePlace();
      const backend = place.open();
      const { tip } = await write(backend, { a: '1' });
      expect((await place.open(tip).read(forever)).tip).toBe(tip);
      for (const text of ['2', '3']) await write(backend, { a: text });
      const next = place.open(tip);
      expect(filesOf(await next.read(forever))).toEqual({ a: '3' });
      expect(filesOf(await write(next, { b: '4' }))).toEqual({ a: '3', b: '4' });
    });

    test('must have every version behind it that is known, not only the newest', async () => {
      const place = await makePlace();
      const backend = place.open();
      const { tip: first } = await write(backend, { a: '1' });
      const restore = await place.snapshot();
      const { tip: lost } = await write(backend, { a: '2' });
      await restore();
      const other = place.open();
      const { tip: second } = await write(other, { a: '3' });
      const { tip: third } = await write(other, { a: '4' });
      expect((await place.open(first, third, second).read(forever)).tip).toBe(third);
      const reading = place.open(first, lost, third).read(forever);
      await expect(reading).rejects.toThrow(
        `${lost}, which the lockfile names for out/1.mp4. Nothing is spent`,
      );
    });

    test('does nothing once it was asked to stop', async () => {
      const place = await makePlace();
      const backend = place.open();
      const base = await backend.read(forever);
      const stopped = AbortSignal.abort();
      await expect(backend.read(stopped)).rejects.toThrow(StoppedError);
      const swap = backend.swap(base, new Map([['a', '1']]), 'Test', stopped);
      await expect(swap).rejects.toThrow(StoppedError);
      expect((await place.open().read(forever)).tip).toBeNull();
    });

    test('leaves nothing behind on this machine', async () => {
      const place = await makePlace();
      const backend = place.open();
      await write(backend, { a: '1' });
      await backend.close();
      await backend.close();
      const { temporaryDirectory } = place;
      if (temporaryDirectory != null) expect(await readdir(temporaryDirectory)).toEqual([]);
    });
  });
}
