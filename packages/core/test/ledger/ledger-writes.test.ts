import { describe, expect, test } from 'vitest';
import { foldJournal } from '../../src/ledger/journal.ts';
import { holdsAll, openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import { LedgerError } from '../../src/model/errors.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import { IllegalEventError } from '../../src/model/purchase/purchase-state.ts';
import { eventsTo, KEY, makeEvent } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const other = 'c'.repeat(64);
const events = eventsTo('submitting');

async function open(backend = new MemoryLedger(), random = () => 0.5) {
  const clock = new VirtualClock();
  const said: string[] = [];
  const log = {
    info: (text: string) => said.push(text),
    warning: (text: string) => said.push(text),
  };
  const ledger = await openSharedLedger(
    { clock, random, log },
    backend,
    new AbortController().signal,
  );
  return { ledger, backend, clock, said };
}

const write = (list: readonly PurchaseEvent[]) => () => ({ events: list, result: 'done' });

describe('the shared ledger', () => {
  test('is empty at first, and names its place', async () => {
    const { ledger } = await open();
    expect(ledger.label).toBe('branch ledger');
    expect(ledger.tip).toBeNull();
    expect(ledger.purchases.size).toBe(0);
  });

  test('holds what was decided as soon as that is said', async () => {
    const { ledger, backend } = await open();
    const decision = await ledger.transact('reserve', write(events));
    expect(decision).toEqual({ events, result: 'done' });
    expect(ledger.purchases.get(KEY)?.state).toBe('submitting');
    expect(ledger.tip).toBe('v1');
    expect(backend.messages).toEqual(['reserve']);
    expect((await open(backend)).ledger.purchases).toEqual(ledger.purchases);
  });

  test('writes nothing where nothing was decided', async () => {
    const { ledger, backend } = await open();
    expect(await ledger.transact('nothing', write([]))).toEqual({ events: [], result: 'done' });
    expect(backend.messages).toEqual([]);
  });

  test('writes only what differs', async () => {
    const { ledger, backend } = await open();
    await ledger.transact('one', write(eventsTo('reserved')));
    await ledger.transact('two', write(eventsTo('reserved', { fingerprint: other })));
    expect(backend.written[1]).toEqual(['purchases/cc/2026-10.jsonl', 'state.json']);
  });

  test('refuses what cannot have happened, and writes nothing of it', async () => {
    const { ledger, backend } = await open();
    await expect(ledger.transact('bad', write([makeEvent('accept')]))).rejects.toThrow(
      IllegalEventError,
    );
    expect(backend.messages).toEqual([]);
    await ledger.transact('good', write(events));
    expect(ledger.purchases.get(KEY)?.state).toBe('submitting');
  });

  test('sees what others wrote when it looks again', async () => {
    const { ledger, backend } = await open();
    const { ledger: another } = await open(backend);
    await another.transact('theirs', write(events));
    expect(ledger.purchases.size).toBe(0);
    expect((await ledger.refresh()).get(KEY)?.state).toBe('submitting');
    expect(ledger.purchases.get(KEY)?.state).toBe('submitting');
    expect(ledger.tip).toBe('v1');
  });

  test('keeps signed addresses to itself', async () => {
    const { ledger } = await open();
    const complete: PurchaseEvent = {
      ...makeEvent('complete'),
      type: 'complete',
      url: 'https://cdn.example.com/a.mp4?signature=1',
      reported: null,
    };
    await ledger.transact('done', write([...eventsTo('submitted'), complete]));
    expect(ledger.purchases.get(KEY)?.url).toBeNull();
  });

  test('is closed after everything that was asked of it', async () => {
    const { ledger, backend } = await open();
    const written = ledger.transact('one', write(events));
    await ledger.close();
    expect(backend.messages).toEqual(['one']);
    expect(backend.isClosed).toBe(true);
    await written;
  });

  test('does one thing after the other, in the order of calls', async () => {
    const { ledger, backend } = await open();
    await Promise.all([
      ledger.transact('one', write(eventsTo('reserved'))),
      ledger.transact('two', write([makeEvent('submit')])),
      ledger.refresh(),
      ledger.transact('three', write([makeEvent('accept')])),
    ]);
    expect(backend.messages).toEqual(['one', 'two', 'three']);
  });

  test('goes on after something that failed', async () => {
    const { ledger } = await open();
    const failed = ledger.transact('bad', write([makeEvent('accept')]));
    const after = ledger.transact('good', write(events));
    await expect(failed).rejects.toThrow(IllegalEventError);
    await expect(after).resolves.toMatchObject({ result: 'done' });
  });
});

describe('somebody else was first', () => {
  test('so that it decides again, on what they wrote', async () => {
    const { ledger, backend, clock } = await open();
    const { ledger: another } = await open(backend);
    await another.transact('theirs', write([{ ...makeEvent('reserve'), id: 'theirs' }]));
    const seen: number[] = [];
    const decision = await clock.run(
      ledger.transact('mine', (purchases) => {
        seen.push(purchases.size);
        const isTheirs = purchases.has(KEY);
        return { events: isTheirs ? [] : eventsTo('reserved'), result: isTheirs };
      }),
    );
    expect(decision).toEqual({ events: [], result: true });
    expect(seen).toEqual([0, 1]);
    expect(backend.messages).toEqual(['theirs']);
  });

  test('waits longer each time, at most eight seconds, by chance of up to all of it', async () => {
    const { ledger, backend, clock, said } = await open();
    backend.troubles = Array.from({ length: 7 }, () => 'lost' as const);
    await clock.run(ledger.transact('mine', write(events)));
    expect(clock.waitsMs).toEqual([150, 300, 600, 1_200, 2_400, 4_000, 4_000]);
    expect(said).toEqual([]);
    expect(backend.messages).toEqual(['mine']);
  });

  test('for five minutes, and then nothing is bought', async () => {
    const { ledger, backend, clock } = await open(new MemoryLedger(), () => 1);
    backend.troubles = Array.from({ length: 1_000 }, () => 'lost' as const);
    const startMs = clock.nowMs();
    const error = await clock.run(ledger.transact('mine', write(events))).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(LedgerError);
    expect(error.message).toBe(
      'the ledger (branch ledger) could not be written within 5 minutes, so nothing more is bought; run again when fewer runs write to it',
    );
    expect(clock.nowMs() - startMs).toBeLessThanOrEqual(300_000);
    expect(clock.nowMs() - startMs).toBeGreaterThan(300_000 - 8_000);
    expect(ledger.purchases.size).toBe(0);
  });

  test('up to the very end of those five minutes', async () => {
    // 300 ms + 600 + 1,200 + 2,400 + 4,800 = 9,300; then 8,000 each: 36 of them leave 2,700.
    let calls = 0;
    const random = () => {
      calls += 1;
      return calls === 42 ? 2_700 / 8_000 : 1;
    };
    const { ledger, backend, clock } = await open(new MemoryLedger(), random);
    backend.troubles = Array.from({ length: 42 }, () => 'lost' as const);
    const startMs = clock.nowMs();
    await clock.run(ledger.transact('mine', write(events)));
    expect(clock.nowMs() - startMs).toBe(300_000);
  });
});

describe('an answer that was lost', () => {
  test('is not written a second time when it went through', async () => {
    const { ledger, backend, clock, said } = await open();
    backend.troubles = ['unclear-written'];
    let decided = 0;
    const decision = await clock.run(
      ledger.transact('mine', () => {
        decided += 1;
        return { events, result: decided };
      }),
    );
    expect(decision).toEqual({ events, result: 1 });
    expect(backend.messages).toEqual(['mine']);
    expect(ledger.tip).toBe('v1');
    expect(said).toEqual(['ledger: the answer was lost; looking whether it was written']);
  });

  test('is written again when it did not', async () => {
    const { ledger, backend, clock } = await open();
    backend.troubles = ['unclear-not-written'];
    await clock.run(ledger.transact('mine', write(events)));
    expect(backend.messages).toEqual(['mine']);
    expect(ledger.purchases.get(KEY)?.state).toBe('submitting');
  });
});

describe('operation ids', () => {
  const purchases = foldJournal(eventsTo('submitting'));

  test('tell that a write went through only when every one is there', () => {
    expect(holdsAll(purchases, eventsTo('submitting'))).toBe(true);
    expect(holdsAll(purchases, eventsTo('submitted'))).toBe(false);
    expect(
      holdsAll(purchases, [makeEvent('submit'), makeEvent('reserve', { fingerprint: other })]),
    ).toBe(false);
    expect(holdsAll(purchases, [])).toBe(true);
  });
});
