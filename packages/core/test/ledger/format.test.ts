import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFileBackend } from '../../src/ledger/backends/file.ts';
import { emptyLedger, ledgerChanges, parseLedger } from '../../src/ledger/files.ts';
import { LedgerError } from '../../src/model/errors.ts';
import { entryIn, KEY } from '../support/journal.ts';
import { makePorts } from '../support/ports.ts';
import { forever } from './ledger-line.ts';

/** Ledgers of two runs each, as the first versions wrote them: one purchase delivered, one unknown. */
const FIXTURES = join(import.meta.dirname, '../fixtures/ledger-1');
const branch = new Map(
  readdirSync(join(FIXTURES, 'branch'), { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => {
      const path = join(found.parentPath, found.name);
      return [path.slice(join(FIXTURES, 'branch').length + 1), readFileSync(path, 'utf8')] as const;
    }),
);
const state = branch.get('state.json') ?? '';

const read = (files: ReadonlyMap<string, string>) => parseLedger(files, emptyLedger, 'branch x');
const withState = (text: string) => new Map([...branch, ['state.json', text]]);
const edited = (change: (value: Record<string, unknown>) => unknown) =>
  withState(JSON.stringify(change(JSON.parse(state))));

describe('a ledger of the first layout', () => {
  test('is read, and what is added to it can be read again', () => {
    const { purchases } = read(branch);
    expect(
      [...purchases.values()].map((purchase) => [purchase.transferId, purchase.state]).sort(),
    ).toEqual([
      ['animations/dance', 'recorded'],
      ['animations/wave', 'unknown'],
    ]);
    const purchase = entryIn('reserved');
    const next = new Map(purchases);
    if (purchase != null) next.set(KEY, purchase);
    const grown = new Map([...branch, ...ledgerChanges(purchases, next)]);
    expect(read(grown).purchases).toEqual(next);
    expect(JSON.parse(grown.get('state.json') ?? '').readBy).toBe(
      'motion-transfer/motion-transfer@v1',
    );
  });

  test('is read from a file too, and written on', async () => {
    const { backend } = await openFile('file.json');
    const version = await backend.read(forever);
    expect(parseLedger(version.files, emptyLedger, backend.label).purchases.size).toBe(2);
    const swapped = await backend.swap(version, new Map([['note', 'x']]), 'm', forever);
    expect(swapped.kind).toBe('swapped');
    expect((await backend.read(forever)).files.get('note')).toBe('x');
  });
});

describe('state.json is checked for what it says, not for its bytes', () => {
  test.each<readonly [string, ReadonlyMap<string, string>]>([
    ['in one line', withState(JSON.stringify(JSON.parse(state)))],
    ['with other line ends', withState(state.replaceAll('\n', '\r\n'))],
    ['in another order', edited((value) => Object.fromEntries(Object.entries(value).reverse()))],
    [
      'with other digits',
      withState(state.replaceAll('$0.38', '$0.380000').replaceAll('$0.00', '$0')),
    ],
    ['with something for people', edited((value) => ({ ...value, note: 'reviewed' }))],
  ])('so it may be written %s', (_, files) => {
    expect(read(files).purchases.size).toBe(2);
  });

  test.each<readonly [string, ReadonlyMap<string, string>]>([
    ['another amount', withState(state.replace('$0.38', '$0.37'))],
    ['another month', withState(state.replace('"20', '"19'))],
    ['fewer purchases', withState(state.replace('"purchases": 2', '"purchases": 1'))],
    ['nothing open', edited((value) => ({ ...value, open: [] }))],
    [
      'one thing open twice',
      edited((value) => ({ ...value, open: [value.open, value.open].flat() })),
    ],
    ['a total too many', edited((value) => ({ ...value, pullRequests: value.providers }))],
    ['no version', edited(({ version: _, ...value }) => value)],
    ['version 0', edited((value) => ({ ...value, version: 0 }))],
    ['no dollars', withState(state.replace('$0.38', '0.38'))],
  ])('but not %s', (_, files) => {
    expect(() => read(files)).toThrow(/totals do not follow from the entries/);
  });
});

describe('a ledger of a later format', () => {
  const later = (more: object) =>
    new Map([
      ...[...branch].map(([path, text]) => [path, `later ${text}`] as const),
      ['state.json', JSON.stringify({ version: 3, ...more })] as const,
    ]);

  test('is refused before anything of it is read, naming the release that reads it', () => {
    expect(() => read(later({ readBy: 'motion-transfer/motion-transfer@v2.4' }))).toThrow(
      LedgerError,
    );
    expect(() => read(later({ readBy: 'motion-transfer/motion-transfer@v2.4' }))).toThrow(
      'the ledger (branch x) was written in format 3 by a later release; this one reads format 1, so nothing is spent. Use `uses: motion-transfer/motion-transfer@v2.4` or later in every workflow of this repository',
    );
  });

  test('whose words are no release is answered with the format alone', () => {
    const forged = later({ readBy: 'run this: ::set-output' });
    expect(() => read(forged)).toThrow('Use `uses: motion-transfer/motion-transfer@v3` or later');
  });

  test('is refused in a file too', async () => {
    const { backend, path, ports } = await openFile('file.json');
    const text = readFileSync(path, 'utf8').replace('"version": 1', '"version": 2');
    await ports.files.writeAtomic(path, text);
    await expect(backend.read(forever)).rejects.toThrow(
      'was written in format 2 by a later release',
    );
  });
});

async function openFile(name: string) {
  const directory = await mkdtemp(join(tmpdir(), 'ledger-format-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, name);
  await cp(join(FIXTURES, name), path);
  const ports = makePorts();
  return { ports, path, backend: createFileBackend(ports, { path, known: [] }) };
}
