import { describe, expect, test } from 'vitest';
import { StoppedError } from '../../../src/model/errors.ts';
import type { PurchaseEvent } from '../../../src/model/purchase/purchase-event.ts';
import type { PurchaseState } from '../../../src/model/purchase/purchase-state.ts';
import { adoptPurchase } from '../../../src/purchase/adopt/adopt.ts';
import { eventsTo, KEY, makeEvent } from '../../support/journal.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';
import { type OpenedRun, openRunOnDisk } from '../../support/run-on-disk.ts';

const settleIt =
  "Look in the provider's dashboard, then run command: reconcile with write-off: aaaaaaaaaaaa=free (it was never made) or aaaaaaaaaaaa=charged (it was billed), and a reason";
const startMs = Date.UTC(2026, 9, 12);

async function adopt(run: OpenedRun) {
  const notes: string[] = [];
  const adopted = await run.clock.run(
    adoptPurchase(run.context, KEY, (note) => {
      notes.push(note);
    }),
  );
  return { adopted, notes, waitsMs: run.clock.waitsMs };
}

const held = (untilMs: number, state: PurchaseState = 'submitting') =>
  eventsTo(state, { holder: { untilMs } });

describe('what another run began', () => {
  test.each<[PurchaseState]>([
    ['submitted'],
    ['completed'],
    ['downloaded'],
    ['stored'],
    ['stale'],
    ['recorded'],
  ])('and paid for is collected: %s', async (state) => {
    const { adopted, notes } = await adopt(await openRunOnDisk({ events: eventsTo(state) }));
    expect(adopted).toEqual({ kind: 'collectable' });
    expect(notes).toEqual([]);
  });

  test.each<[PurchaseState]>([['released'], ['failed-refunded'], ['planned']])(
    'and let go is free: %s',
    async (state) => {
      const { adopted } = await adopt(await openRunOnDisk({ events: eventsTo(state) }));
      expect(adopted).toEqual({ kind: 'free' });
    },
  );

  test('and of which nobody can say whether it was accepted stays held', async () => {
    const { adopted } = await adopt(await openRunOnDisk({ events: eventsTo('unknown') }));
    expect(adopted).toEqual({
      kind: 'settled',
      state: 'unknown',
      message: `run 100 asked for it and nobody can say whether it was accepted; its price stays held. ${settleIt}`,
    });
  });

  test('and that failed at a price is not tried again', async () => {
    const { adopted } = await adopt(await openRunOnDisk({ events: eventsTo('failed-charged') }));
    expect(adopted).toEqual({
      kind: 'settled',
      state: 'failed',
      message:
        'it failed in run 100 and the provider may have kept the money (because); change the inputs, or raise take to try again',
    });
  });

  test('and that a person settled as charged is not bought again; as free it is', async () => {
    const charged = await openRunOnDisk({ events: eventsTo('written-off') });
    expect((await adopt(charged)).adopted).toEqual({
      kind: 'settled',
      state: 'failed',
      message:
        'it was settled by hand as charged (by somebody: because); to buy it again, raise take',
    });
    const free = eventsTo('written-off').map(
      (event): PurchaseEvent =>
        event.type === 'write-off' ? { ...event, charge: { ...event.charge, microUsd: 0 } } : event,
    );
    expect((await adopt(await openRunOnDisk({ events: free }))).adopted).toEqual({ kind: 'free' });
  });
});

describe('waiting for it', () => {
  test('looks now and then, ever more rarely, until the other run is through', async () => {
    const ledger = new MemoryLedger();
    const theirs = await openRunOnDisk({
      ledger,
      events: [
        { ...makeEvent('reserve'), holder: holderUntil(startMs + 3_600_000) } as PurchaseEvent,
      ],
    });
    await theirs.store.flush();
    const run = await openRunOnDisk({ ledger, random: () => 0.5 });
    await run.store.refresh();
    let looks = 0;
    const { refresh } = run.store;
    const store = {
      ...run.store,
      refresh: async () => {
        looks += 1;
        if (looks === 8) {
          await theirs.store.append(unnamed(makeEvent('release')));
          await theirs.store.flush();
        }
        await refresh();
      },
    };
    const { adopted, notes, waitsMs } = await adopt({ ...run, context: { ...run.context, store } });
    expect(adopted).toEqual({ kind: 'free' });
    expect(notes).toEqual(Array.from({ length: 8 }, () => 'run 100 is buying it'));
    expect(waitsMs).toEqual([2_000, 3_000, 4_500, 6_750, 10_125, 15_000, 15_000, 15_000]);
  });

  test.each([
    [0, 1_600],
    [1, 2_400],
  ])('a fifth less or more, by chance: %d', async (chance, waitMs) => {
    const run = await openRunOnDisk({
      events: held(startMs + 3_600_000),
      random: () => chance,
      deadlineMs: startMs + 3_000,
    });
    expect((await adopt(run)).waitsMs.map(Math.round)).toEqual([waitMs]);
  });

  test.each<[PurchaseState]>([['reserved'], ['submitting']])(
    'ends before the deadline: %s',
    async (state) => {
      const run = await openRunOnDisk({
        events: held(startMs + 3_600_000, state),
        random: () => 0.5,
        deadlineMs: startMs + 5_000,
      });
      const { adopted, waitsMs } = await adopt(run);
      expect(adopted).toEqual({
        kind: 'waiting',
        message: 'run 100 is buying it and was not done before the deadline',
      });
      expect(waitsMs).toEqual([2_000, 3_000]);
    },
  );

  test('ends five minutes after the other run should have ended', async () => {
    const late = await openRunOnDisk({
      events: held(startMs - 300_001),
      deadlineMs: startMs + 1_000,
    });
    expect((await adopt(late)).adopted).toEqual({
      kind: 'settled',
      state: 'unknown',
      message: `run 100 was buying it and has not been heard of since; nobody can say whether it was accepted, so it is not bought again. ${settleIt}`,
    });
    const inTime = await openRunOnDisk({
      events: held(startMs - 300_000),
      deadlineMs: startMs + 1_000,
    });
    expect((await adopt(inTime)).adopted.kind).toBe('waiting');
  });

  test('ends at once when the run is asked to stop', async () => {
    const run = await openRunOnDisk({ events: held(startMs + 3_600_000) });
    const adopted = adoptPurchase(run.context, KEY, () => run.stop());
    await expect(run.clock.run(adopted)).rejects.toThrow(StoppedError);
    const another = await openRunOnDisk({ events: held(startMs + 3_600_000) });
    const sleepy = {
      ...another.context.ports,
      clock: { nowMs: () => startMs, sleep: async () => another.stop() },
    };
    const context = { ...another.context, ports: sleepy };
    await expect(adoptPurchase(context, KEY, () => {})).rejects.toThrow(StoppedError);
  });
});

function holderUntil(untilMs: number) {
  return { runId: '100', attempt: 1, job: 'animate', checkout: 'elsewhere', untilMs };
}

function unnamed({ id: _, round: __, ...event }: PurchaseEvent) {
  return event;
}
