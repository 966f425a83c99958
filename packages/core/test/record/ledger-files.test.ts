import { expect, test } from 'vitest';
import { LedgerError } from '../../src/errors.ts';
import { foldJournal } from '../../src/record/journal.ts';
import {
  emptyLedger,
  entryPath,
  ledgerChanges,
  parseLedger,
  publishEntry,
} from '../../src/record/ledger-files.ts';
import { entryIn, eventsTo, KEY } from '../support/journal.ts';

const OTHER = 'd'.repeat(64);
const journal = foldJournal([...eventsTo('recorded'), ...eventsTo('unknown', { key: OTHER })]);

function filesOf(): Map<string, string> {
  const changes = ledgerChanges(new Map(), journal);
  return new Map([...changes].flatMap(([path, text]) => (text == null ? [] : [[path, text]])));
}

const read = (files: ReadonlyMap<string, string>) => parseLedger(files, emptyLedger, 'the ledger');

test('what is written is read again, entry by entry', () => {
  expect(read(filesOf()).journal).toEqual(journal);
});

test('only what changed is written anew, with the state that follows from it', () => {
  const later = new Map(journal);
  const written = entryIn('written-off', { key: OTHER });
  if (written != null) later.set(OTHER, written);
  expect([...ledgerChanges(journal, later).keys()]).toEqual([entryPath(OTHER), 'state.json']);
});

test('state.json names open holds and the totals', () => {
  const state = JSON.parse(filesOf().get('state.json') ?? '');
  expect(state.open).toMatchObject([{ key: OTHER, state: 'unknown', held: '$0.304' }]);
  expect(state.months['2026-10']).toEqual({ charged: '$0.304', held: '$0.304', purchases: 2 });
});

test('an address with a query is not shared', () => {
  const entry = entryIn('completed');
  if (entry == null) throw new Error('no entry');
  expect(publishEntry({ ...entry, url: 'https://a.example/v.mp4?sig=1' }).url).toBeNull();
  expect(publishEntry({ ...entry, url: 'https://a.example/v.mp4' }).url).not.toBeNull();
});

test('what could not be read again is not written', () => {
  const entry = entryIn('reserved');
  if (entry == null) throw new Error('no entry');
  const changesWith = (transferId: string) =>
    ledgerChanges(new Map(), new Map([[KEY, { ...entry, transferId }]]));
  expect(() => changesWith('x'.repeat(5_000))).toThrow(LedgerError);
  // The longest output that a config may name.
  const changes = changesWith('x'.repeat(1_024));
  expect(read(changes).journal.size).toBe(1);
});

const path = entryPath(KEY);
const change = (find: string, replace: string) => (files: Map<string, string>) => {
  const text = files.get(path) ?? '';
  expect(text).toContain(find);
  files.set(path, text.replace(find, replace));
};

test.each<readonly [string, (files: Map<string, string>) => void]>([
  ['a smaller charge', change('"microUsd": 304000', '"microUsd": 1')],
  ['a negative charge', change('"microUsd": 304000', '"microUsd": -304000')],
  ['a charge that is no whole number', change('"microUsd": 304000', '"microUsd": 1e308')],
  ['another state', change('"state": "recorded"', '"state": "released"')],
  ['another month', change('"reservedAtMs": 17', '"reservedAtMs": 16')],
  ['a further field', change('"purchase": 1', '"purchase": 1, "free": true')],
  ['another key', change(KEY, OTHER)],
  ['no JSON', change('{', '')],
  ['a missing entry', (files) => files.delete(path)],
  ['a missing state', (files) => files.delete('state.json')],
  ['a copy elsewhere', (files) => files.set(`transfers/ff/${KEY}.json`, files.get(path) ?? '')],
])('%s is noticed, and nothing is spent', (_what, tamper) => {
  const files = filesOf();
  tamper(files);
  expect(() => read(files)).toThrow(LedgerError);
});
