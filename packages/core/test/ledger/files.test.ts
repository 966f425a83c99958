import { describe, expect, test } from 'vitest';
import {
  emptyLedger,
  entryPath,
  ledgerChanges,
  parseLedger,
  publishEntry,
} from '../../src/ledger/files.ts';
import { foldJournal } from '../../src/ledger/journal.ts';
import { LedgerError } from '../../src/model/errors.ts';
import type { Purchase, Purchases } from '../../src/model/purchase.ts';
import type { PurchaseState } from '../../src/model/purchase-state.ts';
import { asOnDisk, entryIn, eventsTo, KEY, wayTo } from '../support/journal.ts';

const other = 'c'.repeat(64);
const path = `transfers/aa/${KEY}.json`;
const nothing: Purchases = new Map();

function entry(state: PurchaseState, changes: Partial<Purchase> = {}): Purchase {
  const found = entryIn(state);
  if (found == null) throw new Error(`nothing is on record of what is ${state}`);
  return { ...found, ...changes };
}

function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

const purchases = foldJournal([
  ...eventsTo('submitted', {
    fingerprint: other,
    pullRequest: 12,
    provider: 'fal',
    transferId: 'villain',
  }),
  ...eventsTo('recorded', { pullRequest: 7 }),
]);
const files = ledgerChanges(nothing, purchases);
const parse = (given: ReadonlyMap<string, string>, previous = emptyLedger) =>
  parseLedger(given, previous, 'branch ledger');
const withFile = (name: string, text: string) => new Map([...files, [name, text]]);
const textOf = (name: string) => files.get(name) ?? '';

describe('the files of a ledger', () => {
  test('are one per purchase, what is open with the totals, and a README for people', () => {
    expect([...files.keys()].sort()).toEqual([
      'README.md',
      'state.json',
      path,
      `transfers/cc/${other}.json`,
    ]);
    expect(entryPath(KEY)).toBe(path);
    expect(textOf('README.md')).toContain('please do not edit it by hand');
  });

  test('are readable: indented, and ended by a new line', () => {
    const written = JSON.parse(textOf(path));
    expect(textOf(path)).toBe(`${JSON.stringify(written, null, 2)}\n`);
    expect(written).toEqual(asOnDisk(purchases.get(KEY)));
  });

  test('tell what is open, and totals by month, pull request and provider', () => {
    const text = textOf('state.json');
    expect(text).toMatch(/^\{\n {2}"version": 1,\n/);
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      version: 1,
      readBy: 'motion-transfer/motion-transfer@v1',
      open: [
        {
          key: other,
          transferId: 'villain',
          state: 'submitted',
          provider: 'fal',
          held: '$0.304',
          pullRequest: 12,
        },
      ],
      months: { '2026-10': { charged: '$0.304', held: '$0.304', purchases: 2 } },
      pullRequests: {
        12: { charged: '$0.00', held: '$0.304', purchases: 1 },
        7: { charged: '$0.304', held: '$0.00', purchases: 1 },
      },
      providers: {
        fal: { charged: '$0.00', held: '$0.304', purchases: 1 },
        prospolabs: { charged: '$0.304', held: '$0.00', purchases: 1 },
      },
    });
  });

  test('leave purchases outside pull requests out of the totals by pull request', () => {
    const stateOf = (state: PurchaseState) =>
      JSON.parse(ledgerChanges(nothing, foldJournal(eventsTo(state))).get('state.json') ?? '');
    expect(stateOf('recorded')).toMatchObject({ open: [], pullRequests: {} });
    expect(stateOf('unknown')).toMatchObject({
      open: [{ key: KEY, state: 'unknown', held: '$0.304', pullRequest: null }],
      pullRequests: {},
    });
  });

  test('do not depend on the order in which things happened', () => {
    const turned = new Map([...purchases].reverse());
    expect(ledgerChanges(nothing, turned).get('state.json')).toBe(textOf('state.json'));
    const keys = ['b', 'a', 'd', 'c'].map((digit) => digit.repeat(64));
    const many = foldJournal(keys.flatMap((key) => eventsTo('reserved', { fingerprint: key })));
    const open = JSON.parse(ledgerChanges(nothing, many).get('state.json') ?? '').open;
    expect(open.map(({ key }: { key: string }) => key)).toEqual(keys.toSorted());
  });

  test('hold nothing open once the figure of a charged failure is known', () => {
    const stateOf = (given: Purchase) =>
      JSON.parse(ledgerChanges(nothing, new Map([[KEY, given]])).get('state.json') ?? '');
    expect(stateOf(entry('failed-charged')).open).toHaveLength(1);
    const charge = { microUsd: 5, source: 'provider-reported' } as const;
    expect(stateOf(entry('failed-charged', { charge })).open).toEqual([]);
    expect(stateOf(entry('stored', { charge })).open).toHaveLength(1);
  });

  test('change only where an entry did, and the totals with it', () => {
    const next = new Map([...purchases, [KEY, entry('unknown')]]);
    expect([...ledgerChanges(purchases, next).keys()]).toEqual([path, 'state.json']);
    expect([...ledgerChanges(purchases, purchases).keys()]).toEqual(['state.json']);
  });

  test('are not written so that they could not be read again', () => {
    const written = (changes: Partial<Purchase>) =>
      ledgerChanges(nothing, new Map([[KEY, entry('reserved', changes)]]));
    const { holder } = entry('reserved');
    const error = thrownBy(() => written({ holder: { ...holder, attempt: 0.5 } }));
    expect(error).toBeInstanceOf(LedgerError);
    expect(error.message).toMatch(
      /^the purchase aaaaaaaaaaaa cannot be written to the ledger \(holder\.attempt: .+\), so nothing is bought for it; shorten its names in the config, or settle it by hand if it was bought$/,
    );
    expect(error.cause).toMatchObject({ name: 'ZodError' });
    expect(() => written({ transferId: 'x'.repeat(5_000) })).toThrow('(transferId: ');
    // The longest output that a config may name.
    expect(parse(written({ transferId: 'x'.repeat(1_024) })).purchases.size).toBe(1);
  });
});

describe('reading them', () => {
  test('brings back every entry', () => {
    const read = parse(files);
    expect(read.purchases).toEqual(purchases);
    expect(read.files).toBe(files);
  });

  test('brings back what is empty as empty', () => {
    expect(parse(new Map())).toEqual(emptyLedger);
    expect(emptyLedger.purchases.size + emptyLedger.files.size).toBe(0);
  });

  test('takes what did not change from the version before', () => {
    const before = parse(files);
    const next = new Map([...before.purchases, [KEY, entry('unknown')]]);
    const after = parse(new Map([...files, ...ledgerChanges(before.purchases, next)]), before);
    expect(after.purchases.get(other)).toBe(before.purchases.get(other));
    expect(after.purchases.get(KEY)).toEqual(entry('unknown'));
    expect(after.purchases.size).toBe(2);
  });

  test('reads again what only seems to be known', () => {
    const forgetful = { files, purchases: nothing, freeze: null };
    expect(parse(files, forgetful).purchases).toEqual(purchases);
  });

  test.each(Object.keys(wayTo).filter((state) => state !== 'planned') as PurchaseState[])(
    'brings back a purchase that is %s',
    (state) => {
      const one = new Map([[KEY, entry(state)]]);
      expect(parse(ledgerChanges(nothing, one)).purchases).toEqual(one);
    },
  );
});

describe('a ledger that somebody changed', () => {
  const notTrusted = (name: string, why: string) =>
    `${name} in the ledger (branch ledger) cannot be trusted: ${why}. It was changed by hand or by another version, so nothing is spent; put the last good version back`;
  const totals = 'its totals do not follow from the entries';
  const noEntry = 'it is not an entry of a ledger';
  const otherPath = `transfers/cc/${other}.json`;
  const edited = (name: string, from: string, to: string) => {
    expect(textOf(name)).toContain(from);
    return withFile(name, textOf(name).replace(from, to));
  };
  const without = (name: string) => new Map([...files].filter(([each]) => each !== name));

  test.each<readonly [string, ReadonlyMap<string, string>, string]>([
    ['text that is no JSON', withFile(path, '{'), notTrusted(path, 'it is not JSON')],
    [
      'a key that stands twice',
      withFile(path, (files.get(path) ?? '').replace('{', '{ "state": "released",')),
      notTrusted(path, 'the key "state" stands twice'),
    ],
    [
      'lists without end',
      withFile(path, '['.repeat(100_000)),
      notTrusted(path, 'nested more than 64 levels deep'),
    ],
    ['JSON that is no entry', withFile(path, '{}'), notTrusted(path, noEntry)],
    [
      'an entry with something more',
      withFile(path, JSON.stringify(asOnDisk({ ...entry('recorded'), note: 1 }))),
      notTrusted(path, noEntry),
    ],
    [
      'an entry of another key',
      withFile(path, textOf(otherPath)),
      notTrusted(path, 'its key belongs elsewhere'),
    ],
    [
      'an entry in another directory',
      withFile(`transfers/ab/${KEY}.json`, textOf(path)),
      notTrusted(`transfers/ab/${KEY}.json`, 'its key belongs elsewhere'),
    ],
    [
      'an entry under another name',
      new Map([...without(path), [`transfers/dd/${'d'.repeat(64)}.json`, textOf(path)]]),
      notTrusted(`transfers/dd/${'d'.repeat(64)}.json`, 'its key belongs elsewhere'),
    ],
    ['another key in it', edited(path, KEY, other), notTrusted(path, 'its key belongs elsewhere')],
    [
      'a negative charge',
      edited(path, '"microUsd": 304000', '"microUsd": -304000'),
      notTrusted(path, noEntry),
    ],
    [
      'a charge beyond counting',
      edited(path, '"microUsd": 304000', '"microUsd": 1e308'),
      notTrusted(path, noEntry),
    ],
    [
      'a negative hold',
      edited(otherPath, '"holdMicroUsd": 304000', '"holdMicroUsd": -1'),
      notTrusted(otherPath, noEntry),
    ],
    [
      'a hold beyond counting',
      edited(otherPath, '"holdMicroUsd": 304000', '"holdMicroUsd": 1e308'),
      notTrusted(otherPath, noEntry),
    ],
    [
      'a state that nobody knows',
      edited(otherPath, '"submitted"', '"forgotten"'),
      notTrusted(otherPath, noEntry),
    ],
    [
      'a smaller charge',
      edited(path, '"microUsd": 304000', '"microUsd": 1'),
      notTrusted('state.json', totals),
    ],
    [
      'a purchase settled by hand',
      edited(otherPath, '"submitted"', '"released"'),
      notTrusted('state.json', totals),
    ],
    [
      'a purchase of another month',
      edited(path, '"reservedAtMs": 17', '"reservedAtMs": 16'),
      notTrusted('state.json', totals),
    ],
    [
      'lower totals',
      edited('state.json', '"held": "$0.304"', '"held": "$0.03"'),
      notTrusted('state.json', totals),
    ],
    [
      'a lower hold than the totals say',
      withFile(
        path,
        JSON.stringify(asOnDisk(entry('recorded', { charge: null, holdMicroUsd: 1 }))),
      ),
      notTrusted('state.json', totals),
    ],
    ['other totals', withFile('state.json', '{}'), notTrusted('state.json', totals)],
    ['no totals', without('state.json'), notTrusted('state.json', totals)],
    [
      'nothing but a README for people',
      new Map([['README.md', '']]),
      notTrusted('state.json', totals),
    ],
    ['a purchase less', without(path), notTrusted('state.json', totals)],
  ])('is refused: %s', (_name, given, message) => {
    expect(() => parse(given)).toThrow(LedgerError);
    expect(() => parse(given)).toThrow(expect.objectContaining({ message }));
  });

  test('tells why it could not be read', () => {
    const causeOf = (text: string) => thrownBy(() => parse(withFile(path, text))).cause;
    expect(causeOf('{')).toBeInstanceOf(SyntaxError);
    expect(causeOf('{}')).toMatchObject({ name: 'ZodError' });
  });

  test('is not refused for another word for people', () => {
    expect(parse(withFile('README.md', 'changed')).purchases).toEqual(purchases);
  });
});

describe('what may be shared', () => {
  test('is all of an entry that holds no secret', () => {
    const given = entry('completed', { message: 'because' });
    expect(publishEntry(given)).toEqual(given);
    expect(publishEntry(entry('reserved'))).toEqual(entry('reserved'));
  });

  test('is no address that may be signed', () => {
    const url = 'https://cdn.example.com/a.mp4?signature=1';
    expect(publishEntry(entry('completed', { url })).url).toBeNull();
  });

  test('is of a message its beginning, without what may be signed', () => {
    const message = 'see https://cdn.example.com/a.mp4?signature=1 for it';
    expect(publishEntry(entry('unknown', { message })).message).not.toContain('signature');
    expect(publishEntry(entry('unknown', { message })).message).toContain(
      'https://cdn.example.com/a.mp4',
    );
    const long = 'x'.repeat(501);
    expect(publishEntry(entry('unknown', { message: long })).message).toBe('x'.repeat(500));
  });
});
