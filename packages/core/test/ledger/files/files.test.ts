import { describe, expect, test } from 'vitest';
import {
  emptyLedger,
  ledgerChanges,
  parseLedger,
  publishEntry,
} from '../../../src/ledger/files/files.ts';
import { foldJournal } from '../../../src/ledger/journal.ts';
import { LedgerError } from '../../../src/model/errors.ts';
import { sha256 } from '../../../src/model/hash.ts';
import type { Purchase, Purchases } from '../../../src/model/purchase/purchase.ts';
import type { PurchaseState } from '../../../src/model/purchase/purchase-state.ts';
import { entryIn, eventsTo, KEY, wayTo } from '../../support/journal.ts';
import { applyChanges } from '../../support/ledger-files.ts';

const other = 'c'.repeat(64);
const path = 'purchases/aa/2026-10.jsonl';
const otherPath = 'purchases/cc/2026-10.jsonl';
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
const label = 'branch ledger';
const parse = (given: ReadonlyMap<string, string>, previous = emptyLedger) =>
  parseLedger(given, previous, label);
const filesOf = (given: Purchases) =>
  applyChanges(new Map(), ledgerChanges(emptyLedger, given, label));
const stateOf = (given: Purchases) => JSON.parse(filesOf(given).get('state.json') ?? '');
const files = filesOf(purchases);
const withFile = (name: string, text: string) => new Map([...files, [name, text]]);
const textOf = (name: string) => files.get(name) ?? '';

/** Of the only file in its directory. */
function digestOf(file: string): string {
  return sha256(`${sha256(textOf(file))}  ${file}\n`).slice(0, 32);
}

describe('the files of a ledger', () => {
  test('are purchases by key and month, what is open with the totals, and a README for people', () => {
    expect([...files.keys()].sort()).toEqual(['README.md', path, otherPath, 'state.json']);
    expect(textOf('README.md')).toContain('please do not edit it by hand');
  });

  test('tell what is open, and totals by month, pull request and provider', () => {
    const text = textOf('state.json');
    expect(text).toMatch(/^\{\n {2}"version": 2,\n/);
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      version: 2,
      readBy: 'motion-transfer/motion-transfer@v1',
      latest: '2026-10-12T08:30:00.000Z',
      open: [
        {
          key: other,
          transferId: 'villain',
          state: 'submitted',
          provider: 'fal',
          held: '$0.304',
          pullRequest: 12,
          runId: '100',
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
      runs: { '2026-10 100': { charged: '$0.304', held: '$0.304', purchases: 2 } },
      directories: {
        'purchases/aa': { purchases: 1, sha256: digestOf(path) },
        'purchases/cc': { purchases: 1, sha256: digestOf(otherPath) },
      },
    });
  });

  test('have a line for each item of the totals', () => {
    expect(textOf('state.json')).toContain('\n    "2026-10": {"charged":"$0.304",');
    expect(textOf('state.json').split('\n')).toHaveLength(27);
    expect(filesOf(nothing).get('state.json')).toContain('"open": [],\n  "months": {},\n');
  });

  test('tell of runs only where they may still buy: in the newest three months', () => {
    const months = [6, 7, 8, 9, 10].map((month) => Date.UTC(2026, month, 3));
    const bought = months.map((reservedAtMs, index) => {
      const key = `${index}`.repeat(64);
      return [key, { ...entry('recorded'), fingerprint: key, reservedAtMs }] as const;
    });
    const state = stateOf(new Map(bought));
    expect(Object.keys(state.months)).toHaveLength(5);
    expect(Object.keys(state.runs)).toEqual(['2026-09 100', '2026-10 100', '2026-11 100']);
  });

  test('leave purchases outside pull requests out of the totals by pull request', () => {
    const stateAfter = (state: PurchaseState) => stateOf(foldJournal(eventsTo(state)));
    expect(stateAfter('recorded')).toMatchObject({ open: [], pullRequests: {} });
    expect(stateAfter('unknown')).toMatchObject({
      open: [{ key: KEY, state: 'unknown', held: '$0.304', pullRequest: null }],
      pullRequests: {},
    });
  });

  test('do not depend on the order in which things happened', () => {
    const turned = new Map([...purchases].reverse());
    expect(filesOf(turned)).toEqual(files);
    const keys = ['b', 'a', 'd', 'c'].map((digit) => digit.repeat(64));
    const many = foldJournal(keys.flatMap((key) => eventsTo('reserved', { fingerprint: key })));
    const { open } = stateOf(many);
    expect(open.map(({ key }: { key: string }) => key)).toEqual(keys.toSorted());
  });

  test('hold nothing open once the figure of a charged failure is known', () => {
    const openAfter = (given: Purchase) => stateOf(new Map([[KEY, given]])).open;
    expect(openAfter(entry('failed-charged'))).toHaveLength(1);
    const charge = { microUsd: 5, source: 'provider-reported' } as const;
    expect(openAfter(entry('failed-charged', { charge }))).toEqual([]);
    expect(openAfter(entry('stored', { charge }))).toHaveLength(1);
  });

  test('change only where a purchase did, and the totals with it', () => {
    const before = parse(files);
    const changesTo = (next: Purchases) => [...ledgerChanges(before, next, label).keys()];
    expect(changesTo(new Map([...before.purchases, [KEY, entry('unknown')]]))).toEqual([
      path,
      'state.json',
    ]);
    expect(changesTo(before.purchases)).toEqual(['state.json']);
  });

  test('hold a purchase where it was at first, also when it is reserved again in another month', () => {
    const before = parse(files);
    const again = {
      ...entry('reserved'),
      reservedAtMs: Date.UTC(2027, 2, 1),
      history: [],
      round: 2,
    };
    const changes = ledgerChanges(before, new Map([...before.purchases, [KEY, again]]), label);
    expect([...changes.keys()]).toEqual([path, 'state.json']);
    const after = parse(applyChanges(files, changes), before);
    expect(after.purchases.get(KEY)).toEqual(again);
  });

  test('are not written so that they could not be read again', () => {
    const written = (changes: Partial<Purchase>) =>
      filesOf(new Map([[KEY, entry('reserved', changes)]]));
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
  test('brings back every purchase', () => {
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
    const after = parse(applyChanges(files, ledgerChanges(before, next, label)), before);
    expect(after.purchases.get(other)).toBe(before.purchases.get(other));
    expect(after.purchases.get(KEY)).toEqual(entry('unknown'));
    expect(after.purchases.size).toBe(2);
  });

  test.each(Object.keys(wayTo).filter((state) => state !== 'planned') as PurchaseState[])(
    'brings back a purchase that is %s',
    (state) => {
      const one = new Map([[KEY, entry(state)]]);
      expect(parse(filesOf(one)).purchases).toEqual(one);
    },
  );
});

describe('a ledger that somebody changed', () => {
  const notTrusted = (name: string, why: string) =>
    `${name} in the ledger (branch ledger) cannot be trusted: ${why}. It was changed by hand or by another version, so nothing is spent; put the last good version back`;
  const totals = 'its totals do not follow from the purchases';
  const noEntry = 'it is not an entry of a ledger';
  const edited = (name: string, from: string, to: string) => {
    expect(textOf(name)).toContain(from);
    return withFile(name, textOf(name).replace(from, to));
  };
  const without = (name: string) => new Map([...files].filter(([each]) => each !== name));

  test.each<readonly [string, ReadonlyMap<string, string>, string]>([
    ['text that is no JSON', edited(path, '}\n', '\n'), notTrusted(path, 'it is not JSON')],
    [
      'a key that stands twice',
      edited(path, '"purchase"', '"state":"released","purchase"'),
      notTrusted(path, 'the key "state" stands twice'),
    ],
    [
      'lists without end',
      edited(path, '"purchase":1', `"purchase":${'['.repeat(100_000)}`),
      notTrusted(path, 'nested more than 64 levels deep'),
    ],
    [
      'a line that is no purchase',
      withFile(path, '{}\n'),
      notTrusted(path, 'a line does not begin with a key that belongs there'),
    ],
    [
      'a purchase with something more',
      edited(path, '"purchase"', '"note":1,"purchase"'),
      notTrusted(path, noEntry),
    ],
    [
      'a purchase of another directory',
      withFile(path, textOf(otherPath)),
      notTrusted(path, 'a line does not begin with a key that belongs there'),
    ],
    [
      'a purchase in another month too',
      withFile('purchases/aa/2026-11.jsonl', textOf(path)),
      notTrusted('purchases/aa/2026-11.jsonl', `the purchase aaaaaaaaaaaa is in ${path} too`),
    ],
    [
      'a purchase in another month',
      new Map([...without(path), ['purchases/aa/2026-11.jsonl', textOf(path)]]),
      notTrusted('state.json', totals),
    ],
    [
      'a file of an earlier format',
      withFile(`transfers/aa/${KEY}.json`, textOf(path)),
      notTrusted(`transfers/aa/${KEY}.json`, 'a ledger has no such file'),
    ],
    [
      'a foreign file',
      withFile('notes.txt', 'x'),
      notTrusted('notes.txt', 'a ledger has no such file'),
    ],
    [
      'a negative charge',
      edited(path, '"microUsd":304000', '"microUsd":-304000'),
      notTrusted(path, noEntry),
    ],
    [
      'a charge beyond counting',
      edited(path, '"microUsd":304000', '"microUsd":1e308'),
      notTrusted(path, noEntry),
    ],
    [
      'a negative hold',
      edited(otherPath, '"holdMicroUsd":304000', '"holdMicroUsd":-1'),
      notTrusted(otherPath, noEntry),
    ],
    [
      'a hold beyond counting',
      edited(otherPath, '"holdMicroUsd":304000', '"holdMicroUsd":1e308'),
      notTrusted(otherPath, noEntry),
    ],
    [
      'a state that nobody knows',
      edited(otherPath, '"submitted"', '"forgotten"'),
      notTrusted(otherPath, noEntry),
    ],
    [
      'a smaller charge',
      edited(path, '"microUsd":304000', '"microUsd":1'),
      notTrusted('state.json', totals),
    ],
    [
      'a purchase settled by hand',
      edited(otherPath, '"submitted"', '"released"'),
      notTrusted('state.json', totals),
    ],
    [
      'a purchase of another month',
      edited(path, '"reservedAtMs":17', '"reservedAtMs":16'),
      notTrusted('state.json', totals),
    ],
    [
      'lower totals',
      edited('state.json', '"held":"$0.304"', '"held":"$0.03"'),
      notTrusted('state.json', totals),
    ],
    [
      'another address of a video',
      edited(path, 'cdn.example.com', 'cdn.example.net'),
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
    const causeOf = (from: string, to: string) =>
      thrownBy(() => parse(edited(path, from, to))).cause;
    expect(causeOf('}\n', '\n')).toBeInstanceOf(SyntaxError);
    expect(causeOf('"purchase":1', '"purchase":0')).toMatchObject({ name: 'ZodError' });
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
