import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../src/errors.ts';
import { foldJournal, type Journal } from '../../src/record/journal.ts';
import {
  emptyLedger,
  entryPath,
  ledgerChanges,
  parseLedger,
  publishEntry,
} from '../../src/record/ledger-files.ts';
import { entryIn, eventsTo, KEY } from '../support/journal.ts';

const OTHER = 'c'.repeat(64);
const PLACE = 'branch motion-transfer-ledger';

function filesOf(journal: Journal): Map<string, string> {
  return ledgerChanges(new Map(), journal);
}

function parse(files: ReadonlyMap<string, string>) {
  return parseLedger(files, emptyLedger, PLACE).journal;
}

const journal = foldJournal([
  ...eventsTo('recorded', { pullRequest: 7 }),
  ...eventsTo('unknown', { key: OTHER, transferId: 'villain', holdMicroUsd: 700_000 }),
]);

describe('the files of a ledger', () => {
  test('say the same when they are read again', () => {
    const files = filesOf(journal);
    expect([...files.keys()].sort()).toEqual([
      'README.md',
      'state.json',
      entryPath(KEY),
      entryPath(OTHER),
    ]);
    expect(parse(files)).toEqual(journal);
  });

  test('tell a person what is open, and the totals', () => {
    expect(JSON.parse(filesOf(journal).get('state.json') ?? '')).toEqual({
      version: 1,
      readBy: 'motion-transfer/motion-transfer@v1',
      open: [
        {
          key: OTHER,
          transferId: 'villain',
          state: 'unknown',
          provider: 'prospolabs',
          held: '$0.70',
          pullRequest: null,
        },
      ],
      months: { '2026-10': { charged: '$0.304', held: '$0.70', purchases: 2 } },
      pullRequests: { '7': { charged: '$0.304', held: '$0.00', purchases: 1 } },
      providers: { prospolabs: { charged: '$0.304', held: '$0.70', purchases: 2 } },
    });
  });

  test('change only where something happened', () => {
    const next = new Map(journal);
    const settled = entryIn('written-off', { key: OTHER, message: 'seen on the dashboard' });
    if (settled != null) next.set(OTHER, settled);
    expect([...ledgerChanges(journal, next).keys()].sort()).toEqual([
      'state.json',
      entryPath(OTHER),
    ]);
    expect(settled?.message).toBe('by somebody: seen on the dashboard');
  });

  test('never hold a signed address', () => {
    const entry = entryIn('completed');
    if (entry == null) throw new TypeError('it is on record');
    const signed = 'https://cdn.example.com/a.mp4?X-Amz-Signature=abc';
    const published = publishEntry({ ...entry, url: signed, message: `404 at ${signed}` });
    expect(published.url).toBeNull();
    expect(published.message).not.toContain('Signature');
  });

  test.each<[string, (files: Map<string, string>) => void]>([
    ['an entry that was made cheaper', edit(entryPath(KEY), '"microUsd": 304000', '"microUsd": 3')],
    ['an entry that was settled by hand', edit(entryPath(OTHER), '"unknown"', '"released"')],
    ['totals that were lowered', edit('state.json', '"$0.70"', '"$0.07"')],
    ['an entry that was taken out', (files) => files.delete(entryPath(OTHER))],
    ['missing totals', (files) => files.delete('state.json')],
    ['an entry under another name', move(entryPath(KEY), entryPath('d'.repeat(64)))],
    [
      'an amount below zero',
      edit(entryPath(OTHER), '"holdMicroUsd": 700000', '"holdMicroUsd": -1'),
    ],
    ['an amount beyond counting', edit(entryPath(OTHER), '700000', '1e308')],
    ['one more field', edit(entryPath(OTHER), '"purchase": 1', '"purchase": 1, "free": true')],
    ['a state that nobody knows', edit(entryPath(OTHER), '"unknown"', '"forgotten"')],
    ['what is not JSON', edit(entryPath(KEY), '{', '')],
  ])('are refused with %s', (_, tamper) => {
    const files = filesOf(journal);
    tamper(files);
    expect(() => parse(files)).toThrow(LedgerError);
    expect(() => parse(files)).toThrow('so nothing is spent; put the last good version back');
  });
});

function edit(path: string, from: string, to: string) {
  return (files: Map<string, string>) => {
    const text = files.get(path) ?? '';
    expect(text).toContain(from);
    files.set(path, text.replace(from, to));
  };
}

function move(from: string, to: string) {
  return (files: Map<string, string>) => {
    files.set(to, files.get(from) ?? '');
    files.delete(from);
  };
}
