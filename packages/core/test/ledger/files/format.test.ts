import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFileBackend } from '../../../src/ledger/backends/file.ts';
import { emptyLedger, ledgerChanges, parseLedger } from '../../../src/ledger/files/files.ts';
import { formatFreeze } from '../../../src/ledger/freeze.ts';
import { openSharedLedger } from '../../../src/ledger/shared-ledger.ts';
import { LedgerError } from '../../../src/model/errors.ts';
import { entryIn, eventsTo, KEY } from '../../support/journal.ts';
import { applyChanges } from '../../support/ledger-files.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';
import { makePorts } from '../../support/ports.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { forever } from '../ledger-line.ts';

/** Ledgers of two runs each, as the first versions wrote them: one purchase delivered, one unknown. */
const FIXTURES = join(import.meta.dirname, '../../fixtures/ledger-1');
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

describe('a ledger of format 1', () => {
  test('is read', () => {
    const { purchases } = read(branch);
    expect(
      [...purchases.values()].map((purchase) => [purchase.transferId, purchase.state]).sort(),
    ).toEqual([
      ['animations/dance', 'recorded'],
      ['animations/wave', 'unknown'],
    ]);
  });

  test('is converted as a whole by the first write, and nothing on record changes', () => {
    const before = read(branch);
    const reserved = entryIn('reserved');
    const next = new Map(before.purchases);
    if (reserved != null) next.set(KEY, reserved);
    const changes = ledgerChanges(before, next, 'branch x');
    const removed = [...changes].flatMap(([path, text]) => (text == null ? [path] : []));
    expect(removed.sort()).toEqual(
      [...branch.keys()].filter((path) => path.startsWith('transfers/')).sort(),
    );
    const converted = applyChanges(branch, changes);
    expect([...converted.keys()].filter((path) => path.startsWith('transfers/'))).toEqual([]);
    expect(converted.get('README.md')).toContain('purchases/<2 hex>/<year>-<month>.jsonl');
    expect(JSON.parse(converted.get('state.json') ?? '').version).toBe(2);
    expect(read(converted).purchases).toEqual(next);
    expect(parseLedger(converted, before, 'branch x').purchases).toEqual(next);
  });

  test('is not converted while nothing is written', async () => {
    const backend = new MemoryLedger();
    backend.version = { tip: 'v0', files: branch };
    const ledger = await openSharedLedger(makePorts(), backend, forever);
    await ledger.refresh();
    await ledger.transact('nothing', () => ({ events: [], result: null }));
    expect(backend.version.files).toBe(branch);
  });

  test('is converted in one write, that of whoever was first', async () => {
    const backend = new MemoryLedger();
    backend.version = { tip: 'v0', files: branch };
    const clock = new VirtualClock();
    const open = () => openSharedLedger({ ...makePorts(), clock }, backend, forever);
    const [first, second] = [await open(), await open()];
    const reserve = (fingerprint: string) => ({
      events: eventsTo('reserved', { fingerprint }),
      result: null,
    });
    await first.transact('first', () => reserve('a'.repeat(64)));
    expect([...backend.version.files.keys()].filter((path) => path.startsWith('t'))).toEqual([]);
    await clock.run(second.transact('second', () => reserve('b'.repeat(64))));
    expect(backend.written[1]).toEqual(['purchases/bb/2026-10.jsonl', 'state.json']);
    expect(second.purchases.size).toBe(4);
    expect((await open()).purchases).toEqual(second.purchases);
  });

  test('that is frozen stays frozen, and is converted when the freeze ends', async () => {
    const freeze = { reason: 'why', actor: 'octocat', runId: '7', atMs: 0 };
    const backend = new MemoryLedger();
    backend.version = {
      tip: 'v0',
      files: new Map([...branch, ['freeze.json', formatFreeze(freeze)]]),
    };
    const ledger = await openSharedLedger(makePorts(), backend, forever);
    expect(ledger.freeze).toEqual(freeze);
    await ledger.transact('deliver', () => ({
      events: eventsTo('reserved', { fingerprint: KEY }),
      result: null,
    }));
    expect((await openSharedLedger(makePorts(), backend, forever)).freeze).toEqual(freeze);
    expect(formatAtServer(backend)).toBe(2);
    backend.version = {
      tip: 'v9',
      files: new Map([...branch, ['freeze.json', formatFreeze(freeze)]]),
    };
    const other = await openSharedLedger(makePorts(), backend, forever);
    await other.setFreeze(null, 'off');
    expect(formatAtServer(backend)).toBe(2);
    expect(other.purchases.size).toBe(2);
    expect(other.freeze).toBeNull();
  });

  test('is read from a file too, and written on', async () => {
    const { backend, path } = await openFile('file.json');
    const version = await backend.read(forever);
    const before = parseLedger(version.files, emptyLedger, backend.label);
    expect(before.purchases.size).toBe(2);
    const changes = ledgerChanges(before, before.purchases, backend.label);
    expect((await backend.swap(version, changes, 'm', forever)).kind).toBe('swapped');
    const { files } = await backend.read(forever);
    expect(parseLedger(files, emptyLedger, backend.label).purchases).toEqual(before.purchases);
    // Releases that read format 1 alone look here.
    expect(JSON.parse(readFileSync(path, 'utf8')).version).toBe(2);
  });
});

function formatAtServer({ version }: MemoryLedger): number {
  return JSON.parse(version.files.get('state.json') ?? '').version;
}

describe('state.json of format 1 is checked for what it says, not for its bytes', () => {
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
    ['no dollars', withState(state.replace('$0.38', '0.38'))],
  ])('but not %s', (_, files) => {
    expect(() => read(files)).toThrow(/totals do not follow from the purchases/);
  });
});

test.each<readonly [string, ReadonlyMap<string, string>]>([
  ['no version', edited(({ version: _, ...value }) => value)],
  ['version 0', edited((value) => ({ ...value, version: 0 }))],
  ['the version of format 2', edited((value) => ({ ...value, version: 2 }))],
])('entries of format 1 are refused where state.json has %s', (_, files) => {
  expect(() => read(files)).toThrow(LedgerError);
  expect(() => read(files)).toThrow('a ledger has no such file');
});

describe('a ledger of a later format', () => {
  const later = (more: object) =>
    new Map([
      ...[...branch].map(([path, text]) => [path, `later ${text}`] as const),
      ['state.json', JSON.stringify({ version: 4, ...more })] as const,
    ]);

  test('is refused before anything of it is read, naming the release that reads it', () => {
    expect(() => read(later({ readBy: 'motion-transfer/motion-transfer@v2.4' }))).toThrow(
      LedgerError,
    );
    expect(() => read(later({ readBy: 'motion-transfer/motion-transfer@v2.4' }))).toThrow(
      'the ledger (branch x) was written in format 4 by a later release; this one reads formats up to 2, so nothing is spent. Use `uses: motion-transfer/motion-transfer@v2.4` or later in every workflow of this repository',
    );
  });

  test('whose words are no release is answered with the format alone', () => {
    const forged = later({ readBy: 'run this: ::set-output' });
    expect(() => read(forged)).toThrow('Use `uses: motion-transfer/motion-transfer@v4` or later');
  });

  test('is refused in a file too', async () => {
    const { backend, path, ports } = await openFile('file.json');
    const text = readFileSync(path, 'utf8').replace('"version": 1', '"version": 3');
    await ports.files.writeAtomic(path, text);
    await expect(backend.read(forever)).rejects.toThrow(
      'was written in format 3 by a later release',
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
