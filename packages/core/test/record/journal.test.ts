import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordError } from '../../src/errors.ts';
import {
  applyEvent,
  foldJournal,
  type JournalEvent,
  parseJournal,
} from '../../src/record/journal.ts';
import { IllegalEventError, type TransferState } from '../../src/record/transfer-state.ts';
import { entryIn, eventsTo, KEY, makeEvent, wayTo } from '../support/journal.ts';
import { assertProperty } from '../support/property.ts';

const write = (events: readonly unknown[]) =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');
const states = Object.keys(wayTo).filter((state) => state !== 'planned') as TransferState[];

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
    ['without a key', { ...makeEvent('submit'), key: undefined }],
    ['with a forged key', { ...makeEvent('submit'), key: '../../etc/passwd' }],
    ['with a negative hold', { ...makeEvent('reserve'), holdMicroUsd: -1 }],
    ['with a fractional hold', { ...makeEvent('reserve'), holdMicroUsd: 0.5 }],
    ['with a hold beyond integers', '{"type":"reserve","holdMicroUsd":1e308}'],
    ['with a charge that is text', { ...makeEvent('record'), charge: '5' }],
    ['with no time', { ...makeEvent('submit'), atMs: null }],
    ['with merge markers', '<<<<<<< HEAD'],
    ['that is a list', []],
  ];

  test.each(damaged)('refuses a line %s, and says which', (_name, line) => {
    const text = `${write(eventsTo('reserved'))}${typeof line === 'string' ? line : JSON.stringify(line)}\n${write(eventsTo('reserved'))}`;
    expect(() => parseJournal(text, 'journal.jsonl')).toThrow(RecordError);
    expect(() => parseJournal(text, 'journal.jsonl')).toThrow(/^journal\.jsonl:2: /);
    expect(() => parseJournal(text, 'journal.jsonl')).toThrow('nothing is spent');
  });
});

describe('folding', () => {
  test('keeps what each event brought', () => {
    expect(entryIn('recorded')).toMatchObject({
      key: KEY,
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

  test('counts failures that cost nothing over attempts', () => {
    const attempt = (purchase: number) =>
      (['reserve', 'submit', 'fail-refunded'] as const).map((type) =>
        makeEvent(type, { purchase }),
      );
    const entry = foldJournal([1, 2, 3].flatMap(attempt)).get(KEY);
    expect(entry).toMatchObject({ state: 'failed-refunded', failureCount: 3 });
  });

  test('begins anew with a reservation, but for that count', () => {
    const again = foldJournal([
      ...eventsTo('failed-refunded'),
      makeEvent('reserve', { purchase: 2 }),
    ]).get(KEY);
    expect(again).toMatchObject({
      state: 'reserved',
      operation: {},
      intent: null,
      failureCount: 1,
    });
    expect(
      foldJournal([...eventsTo('recorded'), makeEvent('reserve', { purchase: 2 })]).get(KEY),
    ).toMatchObject({
      url: null,
      download: null,
      charge: null,
    });
  });

  test('keeps purchases apart', () => {
    const other = 'c'.repeat(64);
    const journal = foldJournal([
      ...eventsTo('unknown'),
      ...eventsTo('recorded', { key: other, output: 'out/other.mp4' }),
    ]);
    expect(journal.get(KEY)?.state).toBe('unknown');
    expect(journal.get(other)).toMatchObject({ state: 'recorded', output: 'out/other.mp4' });
  });

  test('a synchronous answer names the output with its acceptance', () => {
    const url = 'https://cdn.example.com/at-once.mp4';
    const reported = { microUsd: 600_000, source: 'estimated' as const };
    const accept: JournalEvent = {
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
      ...eventsTo('reserved', { key: other }),
      makeEvent('record'),
      makeEvent('submit', { key: other }),
    ];
    const fold = () => foldJournal(history);
    expect(fold).toThrow(/^line 5 of the journal .*"record" cannot happen/);
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
          eventsTo(state, { key: String(key).repeat(64), message: 'ä\u2028"\\n' }),
        ),
      );
    assertProperty(
      'folding',
      fc.property(history, (events) => {
        const byOne = new Map<string, ReturnType<typeof applyEvent>>();
        for (const event of events)
          byOne.set(event.key, applyEvent(byOne.get(event.key) ?? null, event));
        expect(foldJournal(parseJournal(write(events), 'journal'))).toEqual(byOne);
      }),
      200,
    );
  });
});
