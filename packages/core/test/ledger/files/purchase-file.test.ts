import { describe, expect, test } from 'vitest';
import { purchasesIn } from '../../../src/ledger/files/files.ts';
import { newFileFor, readLines, withPurchases } from '../../../src/ledger/files/purchase-file.ts';
import { LedgerError, UnwritableError } from '../../../src/model/errors.ts';
import type { Purchase } from '../../../src/model/purchase/purchase.ts';
import { BOUGHT_AT_MS, entryIn } from '../../support/journal.ts';

const path = 'purchases/aa/2026-10.jsonl';
const keyOf = (digit: string) => `aa${digit.repeat(62)}`;

function purchaseOf(digit: string, changes: Partial<Purchase> = {}): Purchase {
  const found = entryIn('recorded', { fingerprint: keyOf(digit) });
  if (found == null) throw new Error('nothing is on record');
  return { ...found, ...changes };
}

const [first, second, third] = ['1', '2', '3'].map((digit) => purchaseOf(digit)) as [
  Purchase,
  Purchase,
  Purchase,
];
const read = (text: string) => readLines(path, text, 'branch ledger');

describe('a file of purchases', () => {
  test('has a line for each, sorted by key, which stands first', () => {
    const text = withPurchases(new Map(), [second, first]);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text.split('\n').map((line) => line.slice(0, 73))).toEqual([
      `{"key":"${keyOf('1')}"`,
      `{"key":"${keyOf('2')}"`,
      '',
    ]);
    expect(purchasesIn(path, text, 'branch ledger')).toEqual([first, second]);
  });

  test('keeps the lines of others as they are', () => {
    const text = withPurchases(new Map(), [first, third]).replaceAll('"job_1"', '"job_1" ');
    const next = withPurchases(read(text), [second]);
    expect(next.split('\n').filter((line) => text.includes(line) && line !== '')).toHaveLength(2);
    expect(purchasesIn(path, next, 'branch ledger')).toEqual([first, second, third]);
  });

  test('is written with the members in one order, whatever order they were found in', () => {
    const turned = Object.fromEntries(Object.entries(first).reverse()) as unknown as Purchase;
    expect(withPurchases(new Map(), [turned])).toBe(withPurchases(new Map(), [first]));
  });

  test('is that of the month in which the purchase was first reserved, as far as is on record', () => {
    expect(newFileFor(first)).toBe(path);
    const later = { reservedAtMs: Date.UTC(2027, 0, 1), history: [] };
    expect(newFileFor(purchaseOf('1', later))).toBe('purchases/aa/2027-01.jsonl');
    const history = [{ id: 'x', type: 'reserve', atMs: BOUGHT_AT_MS }] as const;
    expect(newFileFor(purchaseOf('1', { ...later, history }))).toBe(path);
    const settled = [
      {
        round: 1,
        state: 'recorded',
        provider: 'fal',
        microUsd: 1,
        source: 'estimated',
        runId: '1',
        pullRequest: null,
        reservedAtMs: BOUGHT_AT_MS,
      },
    ] as const;
    expect(newFileFor(purchaseOf('1', { ...later, settled }))).toBe(path);
  });

  test('is not written with what could not be read back', () => {
    const write = () =>
      withPurchases(new Map(), [purchaseOf('1', { transferId: 'x'.repeat(5_000) })]);
    expect(write).toThrow(UnwritableError);
    expect(write).toThrow('(transferId: ');
  });

  const sound = withPurchases(new Map(), [first, second]);
  const [line = ''] = sound.split('\n');
  test.each<readonly [string, string, string]>([
    ['nothing', '', 'it does not end with a line'],
    ['a last line without its end', sound.slice(0, -1), 'it does not end with a line'],
    ['an empty line', `\n${sound}`, 'a line does not begin with a key that belongs there'],
    ['a key of another directory', sound.replaceAll('"aa1', '"ab1'), 'a line does not begin'],
    ['no key', '{}\n', 'a line does not begin'],
    ['a short key', sound.replace(keyOf('1'), 'aa'), 'a line does not begin'],
    ['a key that stands second', sound.replace('{', '{"purchase":1,'), 'a line does not begin'],
    [
      'lines in another order',
      sound.split('\n').reverse().join('\n').slice(1).concat('\n'),
      'sorted',
    ],
    ['one line twice', `${line}\n${line}\n`, 'or a key is there twice'],
    ['a key twice in a line', sound.replace('"purchase"', '"key":"x","purchase"'), 'stands twice'],
    ['no JSON', `${line}x\n`, 'it is not JSON'],
    ['a line with something more', sound.replace('"purchase"', '"x":1,"purchase"'), 'not an entry'],
  ])('is refused with %s', (_, text, message) => {
    const readAll = () => purchasesIn(path, text, 'branch ledger');
    expect(readAll).toThrow(LedgerError);
    expect(readAll).toThrow(message);
    expect(readAll).toThrow(`${path} in the ledger (branch ledger) cannot be trusted`);
  });

  test.each(['purchases/aa/2026-1.jsonl', 'purchases/a/2026-10.jsonl', 'notes/aa', `${path}.txt`])(
    'is not called %s',
    (name) => {
      expect(() => purchasesIn(name, sound, 'branch ledger')).toThrow('a ledger has no such file');
    },
  );
});
