import { describe, expect, test } from 'vitest';
import {
  costOf,
  holderSchema,
  microUsd,
  type Purchase,
  purchaseSchema,
  sha256Schema,
  time,
} from '../../../src/model/purchase/purchase.ts';
import type { PurchaseState } from '../../../src/model/purchase/purchase-state.ts';
import { asOnDisk, entryIn, KEY, wayTo } from '../../support/journal.ts';

const archive = { artifactId: 0, artifactName: 'videos', runId: '9', path: 'out/hero.mp4' };
const states = Object.keys(wayTo).filter((state) => state !== 'planned') as PurchaseState[];

function entry(state: PurchaseState, changes: Partial<Purchase> = {}): Purchase {
  const found = entryIn(state, { archive });
  if (found == null) throw new Error(`nothing is on record of what is ${state}`);
  return { ...found, ...changes };
}

describe('what a purchase costs', () => {
  const charge = { microUsd: 7, source: 'provider-reported' } as const;
  const costs = (changes: Partial<Purchase>) =>
    states.map((state) => [state, costOf(entry(state, { holdMicroUsd: 100, ...changes }))]);

  test('is its hold while it is open, whatever was charged, and nothing when nothing was bought', () => {
    expect(costs({ charge })).toEqual([
      ['reserved', 100],
      ['submitting', 100],
      ['submitted', 100],
      ['completed', 100],
      ['downloaded', 100],
      ['stored', 100],
      ['recorded', 7],
      ['stale', 100],
      ['unknown', 100],
      ['released', 0],
      ['failed-charged', 7],
      ['failed-refunded', 0],
      ['written-off', 7],
    ]);
  });

  test.each([null, { microUsd: null, source: 'unknown' } as const])(
    'is its hold where nobody knows the charge: %j',
    (unknown) => {
      expect(costs({ charge: unknown }).filter(([, cost]) => cost !== 100)).toEqual([
        ['released', 0],
        ['failed-refunded', 0],
      ]);
    },
  );

  test('is nothing where it was charged nothing', () => {
    const free = { ...charge, microUsd: 0 };
    expect(costOf(entry('recorded', { charge: free }))).toBe(0);
    expect(costOf(entry('written-off', { charge: free }))).toBe(0);
  });
});

describe('figures on record', () => {
  test.each([
    [
      sha256Schema,
      [KEY],
      ['A'.repeat(64), 'a'.repeat(63), 'a'.repeat(65), ` ${KEY}`, `${KEY}\n`, 1],
    ],
    [time, [0, 1, 8_640_000_000_000_000], [-1, 0.5, 8_640_000_000_000_001, '1', Number.NaN]],
    [microUsd, [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, 2 ** 53, '1', Number.NaN, null]],
  ])('are of a narrow kind', (schema, good, bad) => {
    for (const value of good) expect(schema.safeParse(value).success).toBe(true);
    for (const value of bad) expect(schema.safeParse(value).success).toBe(false);
  });
});

describe('a holder', () => {
  const holder = { runId: '1', attempt: 1, job: 'j', checkout: 'c', untilMs: 0 };

  test.each([
    [{}, true],
    [{ attempt: 0 }, false],
    [{ attempt: 1.5 }, false],
    [{ untilMs: -1 }, false],
    [{ runId: 1 }, false],
    [{ job: undefined }, false],
    [{ checkout: undefined }, false],
    [{ more: 1 }, false],
  ])('with %j: %s', (changes, isSound) => {
    expect(holderSchema.safeParse({ ...holder, ...changes }).success).toBe(isSound);
  });
});

describe('an entry of a ledger', () => {
  const settled = {
    round: 1,
    state: 'recorded',
    provider: 'fal',
    microUsd: 0,
    source: 'unknown',
    runId: '1',
    pullRequest: 1,
    reservedAtMs: 0,
  };
  const full = {
    ...entry('recorded', {
      pullRequest: 1,
      approvedBy: 'keeper',
      reported: { microUsd: null, source: 'unknown' },
      message: 'because',
    }),
    settled: [settled],
  };
  const accepts = (changes: object) =>
    purchaseSchema.safeParse(asOnDisk({ ...full, ...changes })).success;

  test.each(states)('is read back as it was: %s', (state) => {
    const given = entry(state);
    expect(purchaseSchema.parse(asOnDisk(given))).toEqual(given);
  });

  test('is read back as it was, with everything in it', () => {
    expect(purchaseSchema.parse(asOnDisk(full))).toEqual(full);
  });

  test.each(Object.keys(full))('is refused without %s', (name) => {
    const { [name as keyof typeof full]: _, ...rest } = full;
    // What a job was sent with may be anything, but never nothing at all.
    expect(purchaseSchema.safeParse(asOnDisk(rest)).success).toBe(false);
  });

  test('is refused with anything more', () => {
    expect(accepts({ more: 1 })).toBe(false);
    expect(accepts({ charge: { microUsd: 1, source: 'estimated', more: 1 } })).toBe(false);
    expect(accepts({ archive: { ...archive, more: 1 } })).toBe(false);
    expect(accepts({ download: { ...full.download, more: 1 } })).toBe(false);
    expect(accepts({ settled: [{ ...settled, more: 1 }] })).toBe(false);
    expect(accepts({ history: [{ ...full.history[0], more: 1 }] })).toBe(false);
  });

  test('may lack what is not known yet', () => {
    const absent = {
      pullRequest: null,
      approvedBy: null,
      intent: null,
      url: null,
      reported: null,
      charge: null,
      download: null,
      identity: null,
      message: null,
      archive: null,
      operation: {},
      settled: [],
      history: [],
      failureCount: 0,
      holdMicroUsd: 0,
    };
    expect(accepts(absent)).toBe(true);
  });

  test('holds names of a length that a person may write, and none longer', () => {
    for (const [name, most] of [
      ['transferId', 4_096],
      ['output', 4_096],
      ['provider', 100],
      ['approvedBy', 200],
    ] as const) {
      expect([name, accepts({ [name]: 'x'.repeat(most) })]).toEqual([name, true]);
      expect([name, accepts({ [name]: 'x'.repeat(most + 1) })]).toEqual([name, false]);
    }
  });

  test.each<readonly [string, object]>([
    ['purchase 0', { round: 0 }],
    ['half a purchase', { round: 1.5 }],
    ['pull request 0', { pullRequest: 0 }],
    ['half a pull request', { pullRequest: 1.5 }],
    ['another state', { state: 'bought' }],
    ['a key that is none', { fingerprint: 'a' }],
    ['a negative hold', { holdMicroUsd: -1 }],
    ['a negative count of failures', { failureCount: -1 }],
    ['half a failure', { failureCount: 0.5 }],
    ['an operation that is a list', { operation: [] }],
    ['an address that is a number', { url: 1 }],
    ['a message that is a number', { message: 1 }],
    ['an identity that is a number', { identity: 1 }],
    ['a charge without a source', { charge: { microUsd: 1 } }],
    ['a charge without a figure', { charge: { source: 'estimated' } }],
    ['a charge of another source', { charge: { microUsd: 1, source: 'guessed' } }],
    ['a report of another source', { reported: { microUsd: 1, source: 'guessed' } }],
    ['a download without a hash', { download: { bytes: 1, videoSeconds: 1 } }],
    ['a download without a size', { download: { sha256: KEY, videoSeconds: 1 } }],
    ['a download without a duration', { download: { sha256: KEY, bytes: 1 } }],
    ['a download of -1 bytes', { download: { sha256: KEY, bytes: -1, videoSeconds: 1 } }],
    ['a download of half a byte', { download: { sha256: KEY, bytes: 0.5, videoSeconds: 1 } }],
    ['a download of -1 s', { download: { sha256: KEY, bytes: 1, videoSeconds: -1 } }],
    ['an artifact -1', { archive: { ...archive, artifactId: -1 } }],
    ['half an artifact', { archive: { ...archive, artifactId: 0.5 } }],
    ['an artifact without a name', { archive: { ...archive, artifactName: undefined } }],
    ['an artifact of no run', { archive: { ...archive, runId: undefined } }],
    ['an artifact without a path', { archive: { ...archive, path: undefined } }],
    ['a time before all', { atMs: -1 }],
    ['a reservation before all', { reservedAtMs: -1 }],
    ['something settled in no state', { settled: [{ ...settled, state: 'bought' }] }],
    ['something settled by nobody', { settled: [{ ...settled, provider: undefined }] }],
    ['something settled for less than nothing', { settled: [{ ...settled, microUsd: -1 }] }],
    ['something settled by a guess', { settled: [{ ...settled, source: 'guessed' }] }],
    ['something settled in no run', { settled: [{ ...settled, runId: undefined }] }],
    ['something settled without a round', { settled: [{ ...settled, round: 0 }] }],
    ['something settled in no time', { settled: [{ ...settled, reservedAtMs: null }] }],
    ['something settled in half a pull request', { settled: [{ ...settled, pullRequest: 0.5 }] }],
    ['an event without an id', { history: [{ type: 'reserve', atMs: 0 }] }],
    ['an event that cannot be', { history: [{ id: 'a', type: 'refund', atMs: 0 }] }],
    ['an event in no time', { history: [{ id: 'a', type: 'reserve' }] }],
  ])('is refused with %s', (_name, changes) => {
    expect(accepts(changes)).toBe(false);
  });

  test.each<readonly [string, object]>([
    ['a download of nothing', { download: { sha256: KEY, bytes: 0, videoSeconds: 0 } }],
    ['an estimated charge', { charge: { microUsd: 0, source: 'estimated' } }],
    ['a reported charge', { charge: { microUsd: 0, source: 'provider-reported' } }],
    ['an unknown charge', { charge: { microUsd: null, source: 'unknown' } }],
    ['something settled as estimated', { settled: [{ ...settled, source: 'estimated' }] }],
    ['something settled as reported', { settled: [{ ...settled, source: 'provider-reported' }] }],
    ['something settled outside pull requests', { settled: [{ ...settled, pullRequest: null }] }],
  ])('may hold %s', (_name, changes) => {
    expect(accepts(changes)).toBe(true);
  });
});
