import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEvent, foldJournal, formatLine, parseJournal } from '../../src/ledger/journal.ts';
import { RecordError } from '../../src/model/errors.ts';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import {
  IllegalEventError,
  type PurchaseEventType,
  type PurchaseState,
} from '../../src/model/purchase/purchase-state.ts';
import { asOnDisk, entryIn, eventsTo, KEY, makeEvent, wayTo } from '../support/journal.ts';
import { assertProperty } from '../support/property.ts';

const write = (events: readonly unknown[]) =>
  events.map((event) => `${JSON.stringify(asOnDisk(event))}\n`).join('');
const states = Object.keys(wayTo).filter((state) => state !== 'planned') as PurchaseState[];

describe('reading', () => {
  test.each(states)('brings back every event on the way to %s', (state) => {
    const events = eventsTo(state);
    expect(parseJournal(write(events), 'journal')).toEqual(events);
    expect(foldJournal(events).get(KEY)?.state).toBe(state);
  });

  test('nothing is an empty journal', () => {
    expect(parseJournal('', 'journal')).toEqual([]);
    expect(foldJournal([]).size).toBe(0);
  });

  test('drops a last line that was cut off anywhere, and nothing else', () => {
    const events = eventsTo('recorded');
    const whole = write(events.slice(0, -1));
    const last = write(events.slice(-1));
    for (let length = 0; length < last.length; length++) {
      expect(parseJournal(whole + last.slice(0, length), 'journal')).toEqual(events.slice(0, -1));
    }
    expect(parseJournal(whole + last, 'journal')).toEqual(events);
  });

  const damaged: [string, unknown][] = [
    ['cut off in the middle', '{"type":"submit","key":'],
    ['empty', ''],
    ['of an unknown type', { ...makeEvent('submit'), type: 'refund' }],
    ['without a key', { ...makeEvent('submit'), fingerprint: undefined }],
    ['with a forged key', { ...makeEvent('submit'), fingerprint: '../../etc/passwd' }],
    ['with a negative hold', { ...makeEvent('reserve'), holdMicroUsd: -1 }],
    ['with a fractional hold', { ...makeEvent('reserve'), holdMicroUsd: 0.5 }],
    ['with a hold beyond integers', '{"type":"reserve","holdMicroUsd":1e308}'],
    ['with a charge that is text', { ...makeEvent('record'), charge: '5' }],
    ['with no time', { ...makeEvent('submit'), atMs: null }],
    ['with merge markers', '<<<<<<< HEAD'],
    ['that is a list', []],
  ];

  test.each(damaged)('refuses a line %s, and says which', (_name, line) => {
    const text = `${write(eventsTo('reserved'))}${typeof line === 'string' ? line : JSON.stringify(asOnDisk(line))}\n${write(eventsTo('reserved'))}`;
    expect(() => parseJournal(text, 'journal.jsonl')).toThrow(RecordError);
    expect(() => parseJournal(text, 'journal.jsonl')).toThrow(/^journal\.jsonl:2: /);
    expect(() => parseJournal(text, 'journal.jsonl')).toThrow('nothing is spent');
  });
});

describe('a line', () => {
  const reads = (line: object) => {
    try {
      return parseJournal(write([line]), 'journal').length === 1;
    } catch (error) {
      if (error instanceof RecordError) return false;
      throw error;
    }
  };
  const types = [...new Set(states.flatMap((state) => wayTo[state])), 'not-accepted', 'archive'];
  const all = (types as PurchaseEventType[]).map((type) => [type, makeEvent(type)] as const);

  test.each(all)('of %s is read back as it was', (_type, event) => {
    expect(parseJournal(write([event]), 'journal')).toEqual([event]);
  });

  test.each(all)('of %s is refused without any part of it', (_type, event) => {
    for (const part of Object.keys(event)) {
      const { [part as keyof typeof event]: _, ...rest } = event;
      expect([part, reads(rest)]).toEqual([part, false]);
    }
  });

  test.each<readonly [PurchaseEventType, object, boolean]>([
    ['submit', { id: '0-z' }, true],
    ['submit', { id: 'x'.repeat(64) }, true],
    ['submit', { id: 'x'.repeat(65) }, false],
    ['submit', { id: '' }, false],
    ['submit', { id: 'A' }, false],
    ['submit', { id: 'a b' }, false],
    ['submit', { id: ' a' }, false],
    ['submit', { id: 'a\n' }, false],
    ['submit', { round: 2 }, true],
    ['submit', { round: 0 }, false],
    ['submit', { round: 1.5 }, false],
    ['submit', { attempt: 2 }, true],
    ['submit', { attempt: 0 }, false],
    ['submit', { attempt: 1.5 }, false],
    ['submit', { atMs: -1 }, false],
    ['reserve', { pullRequest: 12 }, true],
    ['reserve', { pullRequest: 0 }, false],
    ['reserve', { pullRequest: 1.5 }, false],
    ['reserve', { approvedBy: 'keeper' }, true],
    ['reserve', { approvedBy: 1 }, false],
    ['accept', { url: 'https://cdn.example.com/a.mp4' }, true],
    ['accept', { reported: { microUsd: null, source: 'unknown' } }, true],
    ['accept', { operation: [] }, false],
    ['complete', { url: null }, false],
    ['complete', { reported: { microUsd: 1, source: 'estimated' } }, true],
    ['download', { bytes: 0, videoSeconds: 0 }, true],
    ['download', { bytes: -1 }, false],
    ['download', { bytes: 0.5 }, false],
    ['download', { videoSeconds: 0.5 }, true],
    ['download', { videoSeconds: -1 }, false],
    ['download', { sha256: 'b' }, false],
    ['record', { archive: { artifactId: 1, artifactName: 'a', runId: '1', path: 'b' } }, true],
    ['record', { charge: null }, false],
    ['archive', { archive: null, message: 'it expired' }, true],
    ['archive', { archive: undefined }, false],
    ['fail-charged', { charge: null }, false],
    ['write-off', { charge: null }, false],
  ])('of %s with %j: %s', (type, changes, isRead) => {
    expect(reads({ ...makeEvent(type), ...changes })).toBe(isRead);
  });

  test('may say where the events of a key begin here', () => {
    const purchase = entryIn('submitted');
    const base = { type: 'base', fingerprint: KEY, purchase };
    const line = { type: 'base', key: KEY, entry: purchase };
    expect(parseJournal(write([line]), 'journal')).toEqual([base]);
    expect(parseJournal(write([{ ...line, key: 'another' }]), 'journal')).toEqual([base]);
    expect(reads({ ...line, entry: { ...purchase, holdMicroUsd: -1 } })).toBe(false);
    expect(reads({ ...line, entry: null })).toBe(false);
  });

  test.each([
    ['null', 'null'],
    ['1', 'number'],
    ['"entry"', 'string'],
    ['[]', 'array'],
  ])('that is %s is refused with its number, in words', (text, kind) => {
    expect(() => parseJournal(`${text}\n`, 'journal')).toThrow(
      expect.objectContaining({
        message: `journal:1: this line of the journal cannot be read (Invalid input: expected object, received ${kind}), so nothing is spent; restore the file, or move it away after checking the provider's dashboard for open jobs`,
        cause: expect.objectContaining({ name: 'ZodError' }) as unknown,
      }),
    );
  });
});

describe('what an event changes', () => {
  const charge = { microUsd: 5, source: 'provider-reported' } as const;
  const archive = { artifactId: 1, artifactName: 'videos', runId: '9', path: 'out/hero.mp4' };
  const at = { atMs: 5, id: 'the-one' };

  test.each<readonly [PurchaseState, PurchaseEventType, Partial<Purchase>, object]>([
    ['reserved', 'submit', { state: 'submitting', intent: { a: 1 } }, { intent: { a: 1 } }],
    [
      'submitting',
      'accept',
      { state: 'submitted', operation: { a: 1 }, url: 'https://a.example', reported: charge },
      { operation: { a: 1 }, url: 'https://a.example', reported: charge },
    ],
    ['submitting', 'not-accepted', { state: 'reserved', message: 'because' }, {}],
    ['submitting', 'lose-answer', { state: 'unknown', message: 'because' }, {}],
    ['submitting', 'release', { state: 'released', message: 'because' }, {}],
    ['submitted', 'give-up-waiting', { state: 'stale', message: 'because' }, {}],
    [
      'submitted',
      'complete',
      { state: 'completed', url: 'https://a.example', reported: charge },
      { url: 'https://a.example', reported: charge },
    ],
    [
      'completed',
      'download',
      { state: 'downloaded', download: { sha256: 'd'.repeat(64), bytes: 2, videoSeconds: 3 } },
      { sha256: 'd'.repeat(64), bytes: 2, videoSeconds: 3 },
    ],
    ['downloaded', 'store', { state: 'stored', identity: 'git:x' }, { identity: 'git:x' }],
    ['stored', 'record', { state: 'recorded', charge, archive }, { charge, archive }],
    ['recorded', 'archive', { state: 'recorded', archive }, { archive }],
    [
      'recorded',
      'archive',
      { state: 'recorded', archive: null, message: 'it expired' },
      { archive: null, message: 'it expired' },
    ],
    [
      'submitted',
      'fail-charged',
      { state: 'failed-charged', message: 'because', charge },
      { charge },
    ],
    [
      'submitted',
      'fail-refunded',
      { state: 'failed-refunded', message: 'because', failureCount: 1 },
      {},
    ],
    [
      'unknown',
      'write-off',
      { state: 'written-off', message: 'by somebody: because', charge },
      { charge },
    ],
  ])('%s: %s', (state, type, changed, more) => {
    const before = entryIn(state);
    const event = { ...makeEvent(type), ...more, ...at } as PurchaseEvent;
    expect(applyEvent(before, event)).toEqual({
      ...before,
      ...changed,
      atMs: 5,
      history: [...(before?.history ?? []), { id: 'the-one', type, atMs: 5 }],
    });
  });

  test('a reservation begins with nothing but what it says', () => {
    const event = makeEvent('reserve', { pullRequest: 12 });
    expect(
      event.type === 'reserve' && applyEvent(null, { ...event, approvedBy: 'keeper' }),
    ).toEqual({
      fingerprint: KEY,
      round: 1,
      state: 'reserved',
      transferId: 'hero',
      output: 'out/hero.mp4',
      provider: 'prospolabs',
      holdMicroUsd: 304_000,
      holder: expect.objectContaining({ runId: '100' }),
      pullRequest: 12,
      approvedBy: 'keeper',
      reservedAtMs: event.atMs,
      intent: null,
      operation: {},
      url: null,
      reported: null,
      charge: null,
      download: null,
      failureCount: 0,
      identity: null,
      message: null,
      archive: null,
      atMs: event.atMs,
      settled: [],
      history: [{ id: event.id, type: 'reserve', atMs: event.atMs }],
    });
  });

  test('the latest forty events are kept', () => {
    const again = Array.from(
      { length: 60 },
      (_, index): PurchaseEvent => ({
        ...makeEvent('give-up-waiting'),
        id: `look-${index}`,
      }),
    );
    const purchase = foldJournal([...eventsTo('stale'), ...again]).get(KEY);
    expect(purchase?.history.map(({ id }) => id)).toEqual(
      Array.from({ length: 40 }, (_, index) => `look-${index + 20}`),
    );
  });
});

describe('buying the same again', () => {
  const second = makeEvent('reserve', { round: 2 });
  const settledAfter = (state: PurchaseState, changes: object = {}) => {
    const events = eventsTo(state, { pullRequest: 12 });
    const last = { ...events.at(-1), ...changes } as PurchaseEvent;
    return foldJournal([...events.slice(0, -1), last, second]).get(KEY)?.settled;
  };

  test('counts what the purchase before cost, where it belonged', () => {
    expect(settledAfter('recorded')).toEqual([
      {
        round: 1,
        state: 'recorded',
        provider: 'prospolabs',
        microUsd: 304_000,
        source: 'estimated',
        runId: '100',
        pullRequest: 12,
        reservedAtMs: second.atMs,
      },
    ]);
  });

  test('counts what nobody knows the price of as what was held', () => {
    const charge = { microUsd: null, source: 'unknown' };
    expect(settledAfter('written-off', { charge })).toMatchObject([
      { microUsd: 304_000, source: 'unknown' },
    ]);
  });

  test('counts nothing where nothing was charged', () => {
    expect(settledAfter('released')).toEqual([]);
    expect(settledAfter('failed-refunded')).toEqual([]);
    expect(settledAfter('written-off', { charge: { microUsd: 0, source: 'estimated' } })).toEqual(
      [],
    );
  });

  test('counts every one of them', () => {
    const third = (['submit', 'lose-answer', 'write-off'] as const).map((type) =>
      makeEvent(type, { round: 2, holdMicroUsd: 7 }),
    );
    const entry = foldJournal([
      ...eventsTo('recorded'),
      makeEvent('reserve', { round: 2, holdMicroUsd: 7 }),
      ...third,
      makeEvent('reserve', { round: 3 }),
    ]).get(KEY);
    expect(entry?.settled.map(({ round, microUsd }) => [round, microUsd])).toEqual([
      [1, 304_000],
      [2, 7],
    ]);
  });

  test('is another purchase: what is about an earlier or a later one is refused', () => {
    const entry = entryIn('reserved');
    const late = makeEvent('submit', { round: 2 });
    expect(() => applyEvent(entry, late)).toThrow(RecordError);
    expect(() => applyEvent(entry, late)).toThrow(
      `a "submit" event is about purchase 2 of ${KEY}, but the record is at 1`,
    );
    expect(() => applyEvent(null, second)).toThrow(
      `a "reserve" event is about purchase 2 of ${KEY}, but the record is at 0`,
    );
  });
});

describe('folding', () => {
  test('keeps what each event brought', () => {
    expect(entryIn('recorded')).toMatchObject({
      fingerprint: KEY,
      transferId: 'hero',
      output: 'out/hero.mp4',
      holdMicroUsd: 304_000,
      intent: { model: 'a-model' },
      operation: { jobId: 'job_1' },
      url: 'https://cdn.example.com/a.mp4',
      download: { sha256: 'b'.repeat(64), bytes: 151_756, videoSeconds: 4 },
      charge: { microUsd: 304_000, source: 'estimated' },
    });
  });

  test('begins at what the ledger held when a key was first touched here', () => {
    const entry = entryIn('submitted');
    if (entry == null) throw new Error('not on record');
    const base = { type: 'base', fingerprint: KEY, purchase: entry } as const;
    expect(foldJournal([base]).get(KEY)).toBe(entry);
    expect(foldJournal([base, makeEvent('complete')]).get(KEY)?.state).toBe('completed');
  });

  test('counts failures that cost nothing over attempts', () => {
    const attempt = (round: number) =>
      (['reserve', 'submit', 'fail-refunded'] as const).map((type) => makeEvent(type, { round }));
    const entry = foldJournal([1, 2, 3].flatMap(attempt)).get(KEY);
    expect(entry).toMatchObject({ state: 'failed-refunded', failureCount: 3 });
  });

  test('does not count a job that ended on our own request as a failure', () => {
    const cancelled = { ...makeEvent('fail-refunded'), isCancelled: true } as PurchaseEvent;
    const lines = [...eventsTo('submitted'), makeEvent('give-up-waiting'), cancelled];
    const read = parseJournal(lines.map((line) => `${formatLine(line)}\n`).join(''), 'journal');
    expect(foldJournal(read).get(KEY)).toMatchObject({ state: 'failed-refunded', failureCount: 0 });
  });

  test('begins anew with a reservation, but for that count', () => {
    const again = foldJournal([
      ...eventsTo('failed-refunded'),
      makeEvent('reserve', { round: 2 }),
    ]).get(KEY);
    expect(again).toMatchObject({
      state: 'reserved',
      operation: {},
      intent: null,
      failureCount: 1,
    });
    expect(
      foldJournal([...eventsTo('recorded'), makeEvent('reserve', { round: 2 })]).get(KEY),
    ).toMatchObject({
      url: null,
      download: null,
      charge: null,
    });
  });

  test('keeps purchases apart', () => {
    const other = 'c'.repeat(64);
    const purchases = foldJournal([
      ...eventsTo('unknown'),
      ...eventsTo('recorded', { fingerprint: other, output: 'out/other.mp4' }),
    ]);
    expect(purchases.get(KEY)?.state).toBe('unknown');
    expect(purchases.get(other)).toMatchObject({ state: 'recorded', output: 'out/other.mp4' });
  });

  test('a synchronous answer names the output with its acceptance', () => {
    const url = 'https://cdn.example.com/at-once.mp4';
    const reported = { microUsd: 600_000, source: 'estimated' as const };
    const accept: PurchaseEvent = {
      ...makeEvent('accept'),
      type: 'accept',
      operation: {},
      url,
      reported,
    };
    const entry = foldJournal([...eventsTo('submitting'), accept]).get(KEY);
    expect(entry).toMatchObject({ state: 'submitted', url, reported });
  });

  test('refuses a history that cannot have happened', () => {
    expect(() => foldJournal([makeEvent('submit')])).toThrow(RecordError);
    expect(() => foldJournal([...eventsTo('submitted'), makeEvent('reserve')])).toThrow(
      RecordError,
    );
    expect(() => applyEvent(null, makeEvent('record'))).toThrow(IllegalEventError);
  });

  test('names the line of an event that cannot have happened, and spends nothing', () => {
    const other = 'c'.repeat(64);
    const history = [
      ...eventsTo('submitted'),
      ...eventsTo('reserved', { fingerprint: other }),
      makeEvent('record'),
      makeEvent('submit', { fingerprint: other }),
    ];
    const fold = () => foldJournal(history);
    expect(fold).toThrow(/^journal:5: this line of the journal .*"record" cannot happen/);
    expect(fold).toThrow('nothing is spent');
    expect(fold).toThrow(
      expect.objectContaining({ cause: expect.any(IllegalEventError) as unknown }),
    );
  });

  test('is the same, in one go or one event at a time, read back from text', () => {
    const history = fc
      .array(fc.tuple(fc.constantFrom(...states), fc.nat(3)), { maxLength: 6 })
      .map((list) =>
        [...new Map(list.map(([state, key]) => [key, state]))].flatMap(([key, state]) =>
          eventsTo(state, { fingerprint: String(key).repeat(64), message: 'ä\u2028"\\n' }),
        ),
      );
    assertProperty(
      'folding',
      fc.property(history, (events) => {
        const byOne = new Map<string, ReturnType<typeof applyEvent>>();
        for (const event of events)
          byOne.set(event.fingerprint, applyEvent(byOne.get(event.fingerprint) ?? null, event));
        expect(foldJournal(parseJournal(write(events), 'journal'))).toEqual(byOne);
      }),
      200,
    );
  });
});
