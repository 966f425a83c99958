import { describe, expect, test } from 'vitest';
import { foldJournal, type JournalLine } from '../../src/ledger/journal.ts';
import { chainsOf, mergeChain } from '../../src/ledger/merge.ts';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import type { PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import { entryIn, eventsTo, KEY, makeEvent } from '../support/journal.ts';

const other = 'c'.repeat(64);

function entry(state: PurchaseState, changes: Partial<Purchase> = {}): Purchase {
  const found = entryIn(state);
  if (found == null) throw new Error(`nothing is on record of what is ${state}`);
  return { ...found, ...changes };
}

function localOf(events: readonly PurchaseEvent[]) {
  const found = foldJournal(events).get(events[0]?.fingerprint ?? '');
  if (found == null) throw new Error('no events');
  return { purchase: found, events };
}

const chainsOfLines = (lines: readonly JournalLine[]) => chainsOf(lines, foldJournal(lines));
const typesOf = (events: readonly PurchaseEvent[]) => events.map(({ type }) => type);

describe('what this checkout wrote', () => {
  test('is kept by key, in order', () => {
    const lines = [
      ...eventsTo('submitting'),
      ...eventsTo('reserved', { fingerprint: other }),
      makeEvent('accept'),
    ];
    const chains = chainsOfLines(lines);
    expect([...chains.keys()]).toEqual([KEY, other]);
    expect(typesOf(chains.get(KEY)?.events ?? [])).toEqual(['reserve', 'submit', 'accept']);
    expect(chains.get(KEY)?.purchase.state).toBe('submitted');
    expect(typesOf(chains.get(other)?.events ?? [])).toEqual(['reserve']);
  });

  test('begins at what the shared ledger held when it was first touched', () => {
    const base = { type: 'base', fingerprint: KEY, purchase: entry('submitted') } as const;
    const chain = chainsOfLines([base, makeEvent('complete')]).get(KEY);
    expect(typesOf(chain?.events ?? [])).toEqual(['complete']);
    expect(chain?.purchase.state).toBe('completed');
  });

  test('begins anew where the ledger was looked at again', () => {
    const base = { type: 'base', fingerprint: KEY, purchase: entry('submitted') } as const;
    const chain = chainsOfLines([...eventsTo('submitting'), base]).get(KEY);
    expect(chain?.events).toEqual([]);
    expect(chain?.purchase.state).toBe('submitted');
  });

  test('is nothing where the journal holds nothing of it', () => {
    expect(chainsOf(eventsTo('reserved'), new Map()).size).toBe(0);
  });
});

describe('joining', () => {
  test('sends all of it to a ledger that knows nothing', () => {
    const events = eventsTo('submitted');
    const view = mergeChain(null, localOf(events));
    expect(view.pending).toEqual(events);
    expect(view.purchase).toEqual(entry('submitted'));
  });

  test('sends only what follows the last event that the ledger knows', () => {
    const events = eventsTo('completed');
    const view = mergeChain(entry('submitting'), localOf(events));
    expect(typesOf(view.pending)).toEqual(['accept', 'complete']);
    expect(view.purchase.state).toBe('completed');
  });

  test('sends nothing that the ledger knows already', () => {
    const shared = entry('recorded');
    expect(mergeChain(shared, localOf(eventsTo('submitted')))).toEqual({
      purchase: shared,
      pending: [],
    });
    expect(mergeChain(shared, localOf(eventsTo('recorded'))).pending).toEqual([]);
  });

  test('follows the ledger where another run went on in the meantime', () => {
    const writtenOff = foldJournal([
      ...eventsTo('unknown'),
      { ...makeEvent('write-off'), id: 'of-another-run' },
    ]).get(KEY);
    if (writtenOff == null) throw new Error('not on record');
    const release = { ...makeEvent('release'), id: 'of-this-run' };
    const view = mergeChain(writtenOff, localOf([...eventsTo('unknown'), release]));
    expect(view).toEqual({ purchase: writtenOff, pending: [] });
  });

  test('lets no late event touch the purchase after it', () => {
    const shared = foldJournal([
      ...eventsTo('released'),
      { ...makeEvent('reserve', { round: 2 }), id: 'second' },
    ]).get(KEY);
    if (shared == null) throw new Error('not on record');
    const late = eventsTo('submitting').map((event) => ({ ...event, id: `late-${event.type}` }));
    const view = mergeChain(shared, localOf(late));
    expect(view.pending).toEqual([]);
    expect(view.purchase.round).toBe(2);
    expect(view.purchase.state).toBe('reserved');
  });

  test('drops what is about an earlier purchase, and still sends the one after', () => {
    const shared = entry('released', { round: 2, history: [] });
    const late = { ...makeEvent('release'), id: 'late' };
    const next = makeEvent('reserve', { round: 3 });
    const view = mergeChain(shared, {
      purchase: entry('reserved', { round: 3 }),
      events: [late, next],
    });
    expect(view.pending).toEqual([next]);
    expect(view.purchase).toMatchObject({ round: 3, state: 'reserved' });
  });

  test('sends a paid job even where the ledger holds the reservation of another run', () => {
    const shared = entry('reserved', { history: [{ id: 'theirs', type: 'reserve', atMs: 0 }] });
    const view = mergeChain(shared, localOf(eventsTo('submitted')));
    expect(typesOf(view.pending)).toEqual(['submit', 'accept']);
    expect(view.purchase).toMatchObject({ state: 'submitted', operation: { jobId: 'job_1' } });
  });

  test('sends the next purchase, reservation and all', () => {
    const next = (['reserve', 'submit'] as const).map((type) => ({
      ...makeEvent(type, { round: 2 }),
      id: `second-${type}`,
    }));
    const view = mergeChain(entry('released'), localOf([...eventsTo('released'), ...next]));
    expect(view.pending).toEqual(next);
    expect(view.purchase).toMatchObject({ round: 2, state: 'submitting' });
  });

  test('leaves out a reservation that the ledger made otherwise, and what came of it', () => {
    const reserve = { ...makeEvent('reserve'), id: 'mine' };
    const submit = { ...makeEvent('submit'), id: 'mine-too' };
    const shared = entry('released');
    const view = mergeChain(shared, localOf([reserve, submit]));
    expect(view).toEqual({ purchase: shared, pending: [] });
  });

  test('sends what is about the very purchase that the ledger is at', () => {
    const known = eventsTo('submitting').map((event) => ({
      ...event,
      id: `long-ago-${event.type}`,
    }));
    const forgotten = { ...entry('submitting'), history: [] };
    const view = mergeChain(forgotten, localOf([...known, makeEvent('accept')]));
    // `submit` happened already, so these contradict what the ledger holds: it is right.
    expect(view).toEqual({ purchase: forgotten, pending: [] });
    const accept = { purchase: entry('submitted'), events: [makeEvent('accept')] };
    expect(mergeChain(forgotten, accept).pending).toEqual([makeEvent('accept')]);
  });
});

describe('a signed address', () => {
  const url = 'https://cdn.example.com/a.mp4?signature=1';

  test('that the ledger must not hold is kept for the same purchase', () => {
    const shared = entry('completed', { url: null });
    const local = { purchase: entry('completed', { url }), events: eventsTo('completed') };
    expect(mergeChain(shared, local).purchase).toEqual({ ...shared, url });
  });

  test('is kept where the ledger contradicts the rest', () => {
    const shared = entry('written-off', { url: null });
    const local = {
      purchase: entry('completed', { url }),
      events: [{ ...makeEvent('download'), id: 'too-late' }],
    };
    expect(mergeChain(shared, local)).toEqual({ purchase: { ...shared, url }, pending: [] });
  });

  test('of an earlier purchase is of no use to the next', () => {
    const shared = entry('reserved', { round: 2, url: null });
    const local = { purchase: entry('completed', { url }), events: [] };
    expect(mergeChain(shared, local).purchase.url).toBeNull();
  });

  test('does not stand in for one that the ledger holds', () => {
    const shared = entry('completed');
    const local = { purchase: entry('completed', { url }), events: [] };
    expect(mergeChain(shared, local).purchase.url).toBe('https://cdn.example.com/a.mp4');
  });

  test('is where it was when nobody else knows anything', () => {
    const local = { purchase: entry('completed', { url }), events: [] };
    expect(mergeChain(null, local)).toEqual({ purchase: local.purchase, pending: [] });
  });
});
