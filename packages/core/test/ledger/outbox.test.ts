import { describe, expect, test } from 'vitest';
import { createOutbox, DEFERRED } from '../../src/ledger/outbox.ts';
import { openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import { entryIn, eventsTo, KEY, makeEvent } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const other = 'c'.repeat(64);

async function open(
  leftover: readonly (readonly [string, readonly PurchaseEvent[]])[] = [],
  backend = new MemoryLedger(),
) {
  const log = { info: () => {}, warning: () => {} };
  const clock = new VirtualClock();
  const ports = { clock, random: () => 0.5, log };
  const ledger = await openSharedLedger(ports, backend, new AbortController().signal);
  const warnings: string[] = [];
  const outbox = createOutbox(ledger, new Map(leftover), (message) => {
    warnings.push(message);
  });
  const add = (events: readonly PurchaseEvent[]) => {
    for (const event of events) outbox.add(event);
  };
  const stateOf = (key = KEY) => ledger.purchases.get(key)?.state;
  return { outbox, ledger, backend, warnings, add, stateOf };
}

describe('telling the shared ledger', () => {
  test('is one write for everything added before', async () => {
    const { outbox, backend, add, stateOf } = await open();
    add(eventsTo('submitting'));
    add(eventsTo('reserved', { fingerprint: other }));
    await outbox.flush();
    expect(stateOf()).toBe('submitting');
    expect(stateOf(other)).toBe('reserved');
    expect(backend.messages).toEqual(['reserve, submit: 2 purchases']);
    expect(outbox.pendingOf(KEY)).toEqual([]);
  });

  test('counts a single purchase as one', async () => {
    const { outbox, backend, add } = await open();
    add(eventsTo('submitting'));
    await outbox.flush();
    expect(backend.messages).toEqual(['reserve, submit: 1 purchase']);
  });

  test('writes nothing when there is nothing to send', async () => {
    const { outbox, backend } = await open();
    await outbox.flush();
    expect(backend.messages).toEqual([]);
    expect(outbox.pendingOf(KEY)).toEqual([]);
  });

  test('waits for no other write when there is nothing to send', async () => {
    const { outbox, ledger, backend, add } = await open();
    backend.swap = () => new Promise(() => {});
    void ledger.transact('theirs', () => ({ events: eventsTo('reserved'), result: null }));
    await outbox.flush();
    add(eventsTo('stored').slice(3));
    await expect(outbox.flush()).resolves.toBeUndefined();
  });

  test('names only the purchases of which something is sent', async () => {
    const { outbox, backend, add } = await open();
    add(eventsTo('submitted'));
    await outbox.flush();
    add([makeEvent('complete')]);
    add(eventsTo('reserved', { fingerprint: other }));
    await outbox.flush();
    expect(backend.messages[1]).toBe('reserve: 1 purchase');
  });

  test('includes what an earlier process left behind, and leaves that list alone', async () => {
    const left = eventsTo('submitting');
    const { outbox, add, stateOf } = await open([[KEY, left]]);
    expect(outbox.pendingOf(KEY)).toEqual(left);
    add([makeEvent('accept')]);
    expect(left).toHaveLength(2);
    await outbox.flush();
    expect(stateOf()).toBe('submitted');
  });

  test('keeps what was added while it was under way for the next write', async () => {
    const { outbox, backend, add, stateOf } = await open();
    add(eventsTo('submitting'));
    const first = outbox.flush();
    add([makeEvent('accept')]);
    add(eventsTo('reserved', { fingerprint: other }));
    await first;
    expect(stateOf()).toBe('submitting');
    expect(outbox.pendingOf(KEY)).toEqual([makeEvent('accept')]);
    await outbox.flush();
    expect(stateOf()).toBe('submitted');
    expect(backend.messages).toHaveLength(2);
  });

  test('asked for while it is under way, it is done once more, for all who ask', async () => {
    const { outbox, backend, add, stateOf } = await open();
    add(eventsTo('submitting'));
    const first = outbox.flush();
    add([makeEvent('accept')]);
    const second = outbox.flush();
    const third = outbox.flush();
    expect(third).toBe(second);
    await second;
    expect(stateOf()).toBe('submitted');
    await Promise.all([first, third]);
    expect(backend.messages).toHaveLength(2);
    add([makeEvent('give-up-waiting')]);
    await outbox.flush();
    expect(stateOf()).toBe('stale');
  });
});

describe('what is sent with the event that follows it', () => {
  test('is exactly what nobody else needs at once', () => {
    expect([...DEFERRED]).toEqual(['not-accepted', 'complete', 'download', 'store']);
  });

  test('waits for it', async () => {
    const { outbox, backend, add, stateOf } = await open();
    add(eventsTo('stored'));
    await outbox.flush();
    expect(stateOf()).toBe('submitted');
    expect(outbox.pendingOf(KEY).map(({ type }) => type)).toEqual([
      'complete',
      'download',
      'store',
    ]);
    await outbox.flush();
    expect(backend.messages).toEqual(['reserve, submit, accept: 1 purchase']);
    add([makeEvent('record')]);
    await outbox.flush();
    expect(stateOf()).toBe('recorded');
    expect(backend.messages[1]).toBe('complete, download, store, record: 1 purchase');
  });
});

describe('a ledger that says otherwise', () => {
  /** Another run wrote the purchase off while this one was away. */
  async function settledElsewhere() {
    const { outbox, backend, add } = await open();
    add([...eventsTo('unknown'), { ...makeEvent('write-off'), id: 'elsewhere' }]);
    await outbox.flush();
    return backend;
  }

  test('is believed: what contradicts it is dropped, all of it', async () => {
    const { outbox, backend, add, stateOf, warnings } = await open([], await settledElsewhere());
    add([{ ...makeEvent('release'), id: 'late' }]);
    add(eventsTo('reserved', { fingerprint: other }));
    await outbox.flush();
    expect(stateOf()).toBe('written-off');
    expect(stateOf(other)).toBe('reserved');
    expect(outbox.pendingOf(KEY)).toEqual([]);
    expect(warnings).toEqual([]);
    expect(backend.messages).toHaveLength(2);
  });

  test('is sent nothing of a key of which any event contradicts it, later ones included', async () => {
    const { outbox, add, stateOf } = await open([], await settledElsewhere());
    add([{ ...makeEvent('release'), id: 'late' }]);
    const first = outbox.flush();
    add([{ ...makeEvent('complete'), id: 'later' }]);
    await first;
    expect(outbox.pendingOf(KEY)).toEqual([]);
    expect(stateOf()).toBe('written-off');
  });

  test('has no room for a paid job, whose handle is then at least printed', async () => {
    const { outbox, add, warnings } = await open([], await settledElsewhere());
    add([
      { ...makeEvent('submit'), id: 'late-submit' },
      { ...makeEvent('accept'), id: 'late-accept' },
    ]);
    await outbox.flush();
    expect(warnings).toEqual([
      'the ledger (branch ledger) says that aaaaaaaaaaaa was settled elsewhere, but it was accepted as {"jobId":"job_1"}; keep this line',
    ]);
  });

  test('counts a job that was accepted after its purchase was written off and bought anew', async () => {
    const backend = new MemoryLedger();
    const theirs = await open([], backend);
    theirs.add([
      ...eventsTo('unknown'),
      {
        ...makeEvent('write-off'),
        charge: { microUsd: 0, source: 'estimated' },
      } as PurchaseEvent,
      ...eventsTo('recorded', { round: 2, holder: { runId: '300' } }).map((event) => ({
        ...event,
        id: `second-${event.type}`,
      })),
    ]);
    await theirs.outbox.flush();
    const { outbox, ledger, warnings } = await open([], backend);
    const paid = entryIn('submitted');
    if (paid == null) throw new TypeError('not on record');
    const accept = { ...makeEvent('accept'), id: 'late-accept' };
    for (let time = 1; time <= 2; time++) {
      outbox.add(accept, paid);
      await outbox.flush();
      expect(ledger.purchases.get(KEY)).toMatchObject({
        state: 'recorded',
        round: 2,
        charge: { microUsd: 304_000 },
        settled: [{ round: 1, state: 'written-off', microUsd: 304_000, runId: '100' }],
      });
    }
    expect([...outbox.lateCharges.keys()]).toEqual([KEY]);
    expect(warnings[0]).toContain('a second charge of $0.304; it is on record');
  });

  test('knows some of it already: only the rest is sent', async () => {
    const backend = new MemoryLedger();
    const first = await open([], backend);
    first.add(eventsTo('submitting'));
    await first.outbox.flush();
    const { outbox, add, stateOf } = await open([], backend);
    add(eventsTo('submitted'));
    await outbox.flush();
    expect(stateOf()).toBe('submitted');
    expect(outbox.pendingOf(KEY)).toEqual([]);
  });
});

describe('trouble', () => {
  function broken() {
    const backend = new MemoryLedger();
    let isBroken = true;
    const { swap } = backend;
    backend.swap = async (...all) => {
      if (isBroken) throw new Error('the disk is full');
      return swap.apply(backend, all);
    };
    return { backend, mend: () => (isBroken = false) };
  }

  test('loses nothing: it is sent by the next try', async () => {
    const { backend, mend } = broken();
    const { outbox, add, stateOf } = await open([], backend);
    add(eventsTo('submitting'));
    await expect(outbox.flush()).rejects.toThrow('the disk is full');
    expect(outbox.pendingOf(KEY)).toHaveLength(2);
    mend();
    await outbox.flush();
    expect(stateOf()).toBe('submitting');
  });

  test('of one try is not that of those who ask meanwhile', async () => {
    const { backend, mend } = broken();
    const { outbox, add, stateOf } = await open([], backend);
    add(eventsTo('submitting'));
    const first = outbox.flush().catch((error: unknown) => {
      mend();
      return error;
    });
    const second = outbox.flush();
    expect(await first).toBeInstanceOf(Error);
    await second;
    expect(stateOf()).toBe('submitting');
  });

  test('is only logged where nobody waits for it', async () => {
    const { backend } = broken();
    const { outbox, add, warnings } = await open([], backend);
    add(eventsTo('submitting'));
    outbox.flushSoon();
    await outbox.settle();
    await Promise.resolve();
    expect(warnings).toEqual([
      'the shared ledger could not be updated yet (the disk is full); it is tried again',
    ]);
  });
});

describe('settling', () => {
  test('waits for what is asked for while it waits', async () => {
    const { outbox, backend, add, stateOf } = await open();
    const { swap } = backend;
    let writes = 0;
    backend.swap = (...all) => {
      writes += 1;
      if (writes === 2) {
        add([makeEvent('give-up-waiting')]);
        outbox.flushSoon();
      }
      return swap.apply(backend, all);
    };
    add(eventsTo('submitting'));
    outbox.flushSoon();
    add([makeEvent('accept')]);
    outbox.flushSoon();
    await outbox.settle();
    expect(stateOf()).toBe('stale');
  });

  test('waits for what is about to begin again', async () => {
    const { outbox, add, stateOf } = await open();
    add(eventsTo('submitting'));
    const first = outbox.flush();
    add([makeEvent('accept')]);
    outbox.flushSoon();
    await first;
    await outbox.settle();
    expect(stateOf()).toBe('submitted');
  });

  test('waits for what is under way and for what waits behind it', async () => {
    const { outbox, add, stateOf } = await open();
    add(eventsTo('submitting'));
    outbox.flushSoon();
    add([makeEvent('accept')]);
    outbox.flushSoon();
    await outbox.settle();
    expect(stateOf()).toBe('submitted');
  });

  test('waits for nothing when nothing is under way', async () => {
    const { outbox, add, backend } = await open();
    add(eventsTo('submitting'));
    await outbox.settle();
    expect(backend.messages).toEqual([]);
  });
});

describe('a value that the ledger cannot hold', () => {
  const longId = { jobId: 'x'.repeat(300_000) };
  const unwritable = eventsTo('submitted').map((event) =>
    event.type === 'accept' ? { ...event, operation: longId } : event,
  );

  test('keeps no other purchase from the record, and is not sent', async () => {
    const { outbox, backend, add, stateOf, ledger, warnings } = await open();
    add(unwritable);
    add(eventsTo('submitted', { fingerprint: other }));
    add(eventsTo('submitted', { fingerprint: 'd'.repeat(64) }));
    await outbox.flush();
    expect(stateOf(other)).toBe('submitted');
    expect(stateOf('d'.repeat(64))).toBe('submitted');
    expect(stateOf()).toBeUndefined();
    expect(outbox.problemOf(KEY)?.message).toContain(
      'with 301049 bytes, where one has at most 262144',
    );
    expect(outbox.firstProblem()).toBe(outbox.problemOf(KEY));
    expect(outbox.problemOf(other)).toBeNull();
    expect(outbox.pendingOf(KEY)).toHaveLength(3);
    expect(outbox.pendingOf(other)).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^aaaaaaaaaaaa stays on this machine only: .*keep this line$/);
    expect(warnings[0]?.length).toBeLessThan(1_200);
    await ledger.refresh();
    expect(backend.messages).toHaveLength(2);
  });

  test('is not tried again with every later write', async () => {
    const { outbox, backend, add, stateOf } = await open();
    add(unwritable);
    await outbox.flush();
    add(eventsTo('submitted', { fingerprint: other }));
    await outbox.flush();
    expect(stateOf(other)).toBe('submitted');
    expect(backend.messages).toEqual(['reserve, submit, accept: 1 purchase']);
  });
});

test('a charge however absurd is written as it can be read', async () => {
  const { outbox, backend, add, ledger } = await open();
  const most = Number.MAX_SAFE_INTEGER;
  for (const [index, letter] of ['a', 'b', 'c', 'd'].entries()) {
    const fingerprint = letter.repeat(64);
    add(eventsTo('recorded', { fingerprint, holdMicroUsd: most - index }));
    await outbox.flush();
  }
  const again = await openSharedLedger(
    { clock: new VirtualClock(), random: () => 0.5, log: { info: () => {}, warning: () => {} } },
    backend,
    new AbortController().signal,
  );
  expect(again.purchases.size).toBe(4);
  expect(ledger.purchases.size).toBe(4);
});
