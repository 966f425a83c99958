import { describe, expect, test } from 'vitest';
import {
  holdsMoney,
  IllegalEventError,
  isCollectable,
  nextState,
  type PurchaseEventType,
  type PurchaseState,
} from '../../../src/model/purchase/purchase-state.ts';
import { wayTo } from '../../support/journal.ts';

/** The specification, written down a second time: everything that is not here is refused. */
const legal = `
  planned          reserve          reserved
  reserved         submit           submitting
  reserved         release          released
  submitting       not-accepted     reserved
  submitting       accept           submitted
  submitting       lose-answer      unknown
  submitting       release          released
  submitting       fail-charged     failed-charged
  submitting       fail-refunded    failed-refunded
  submitted        complete         completed
  submitted        give-up-waiting  stale
  submitted        fail-charged     failed-charged
  submitted        fail-refunded    failed-refunded
  submitted        write-off        written-off
  completed        complete         completed
  completed        download         downloaded
  completed        give-up-waiting  stale
  completed        fail-charged     failed-charged
  completed        write-off        written-off
  downloaded       store            stored
  downloaded       complete         completed
  downloaded       write-off        written-off
  stored           record           recorded
  stored           complete         completed
  stored           write-off        written-off
  recorded         archive          recorded
  recorded         reserve          reserved
  stale            complete         completed
  stale            give-up-waiting  stale
  stale            fail-charged     failed-charged
  stale            fail-refunded    failed-refunded
  stale            write-off        written-off
  unknown          accept           submitted
  unknown          release          released
  unknown          write-off        written-off
  released         accept           submitted
  released         reserve          reserved
  failed-charged   write-off        written-off
  failed-refunded  reserve          reserved
  written-off      accept           submitted
  written-off      reserve          reserved
`;

const states = Object.keys(wayTo) as PurchaseState[];
const events: PurchaseEventType[] = [
  'reserve',
  'submit',
  'not-accepted',
  'accept',
  'complete',
  'download',
  'store',
  'record',
  'archive',
  'give-up-waiting',
  'lose-answer',
  'release',
  'fail-charged',
  'fail-refunded',
  'write-off',
];
const table: ReadonlyMap<string, string | undefined> = new Map(
  legal
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .map(([from, event, to]) => [`${from} ${event}`, to]),
);
const pairs = states.flatMap((state) => events.map((event) => [state, event] as const));

describe('the state machine', () => {
  test('is fully specified here', () => {
    expect(states).toHaveLength(14);
    expect(table.size).toBe(41);
  });

  test.each(pairs.filter((pair) => table.has(pair.join(' '))))('%s: %s happens', (state, event) => {
    expect(nextState(state, event)).toBe(table.get(`${state} ${event}`));
  });

  test.each(pairs.filter((pair) => !table.has(pair.join(' '))))(
    '%s: %s is refused',
    (state, event) => {
      expect(() => nextState(state, event)).toThrow(IllegalEventError);
      expect(() => nextState(state, event)).toThrow(
        expect.objectContaining({
          name: 'IllegalEventError',
          message: `"${event}" cannot happen to a transfer that is ${state}; the record was changed by hand or by another version`,
        }),
      );
    },
  );

  test('counts an earlier purchase beside any that follows it', () => {
    for (const state of states.filter((one) => one !== 'planned'))
      expect(nextState(state, 'count-earlier')).toBe(state);
    expect(() => nextState('planned', 'count-earlier')).toThrow(IllegalEventError);
  });

  test('buys only from a reservation, and a reservation never follows an open purchase', () => {
    expect(states.filter((state) => table.has(`${state} submit`))).toEqual(['reserved']);
    const open = states
      .filter((state) => table.has(`${state} reserve`))
      .filter((state) => holdsMoney(state));
    expect(open).toEqual([]);
  });

  test('holds money wherever some may be gone', () => {
    const free = ['planned', 'recorded', 'released', 'failed-refunded', 'written-off'];
    expect(states.filter((state) => !holdsMoney(state))).toEqual(free);
  });

  test('holds no money for a charged failure whose figure is known', () => {
    expect(holdsMoney('failed-charged', true)).toBe(false);
    const others = states.filter((state) => state !== 'failed-charged');
    expect(others.filter((state) => holdsMoney(state, true))).toEqual(
      others.filter((state) => holdsMoney(state)),
    );
  });

  test('collects exactly what is paid and not home', () => {
    expect(states.filter(isCollectable)).toEqual([
      'submitted',
      'completed',
      'downloaded',
      'stored',
      'stale',
    ]);
  });
});
