import { describe, expect, test } from 'vitest';
import type { PurchaseEvent } from '../../../src/model/purchase/purchase-event.ts';
import type { TransferResult } from '../../../src/model/results.ts';
import { holdUndelivered, recordDelivery } from '../../../src/purchase/collect/record-delivery.ts';
import { eventsTo, KEY, makeEvent } from '../../support/journal.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';
import { openRunOnDisk } from '../../support/run-on-disk.ts';

const other = 'c'.repeat(64);
const kept = { artifactId: 5, artifactName: 'videos', runId: '1' };
const charge = { microUsd: 304_000, source: 'estimated' } as const;
const result: Pick<
  TransferResult,
  'fingerprint' | 'state' | 'output' | 'charge' | 'message' | 'holdMicroUsd'
> = {
  fingerprint: KEY,
  state: 'generated',
  output: 'out/hero.mp4',
  charge,
  message: null,
  holdMicroUsd: 0,
};

describe('recording what was delivered', () => {
  test.each(['generated', 'collected'] as const)(
    'settles what was %s, and says where it is kept',
    async (state) => {
      const { context, store } = await openRunOnDisk({ events: eventsTo('stored') });
      const given = { ...result, state };
      expect(await recordDelivery(context, [given], kept)).toEqual([given]);
      expect(store.purchases.get(KEY)).toMatchObject({
        state: 'recorded',
        charge,
        archive: { ...kept, path: 'out/hero.mp4' },
        atMs: Date.UTC(2026, 9, 12),
      });
    },
  );

  test('settles what only the workspace has, too', async () => {
    const { context, store } = await openRunOnDisk({ events: eventsTo('stored') });
    await recordDelivery(context, [result], null);
    expect(store.purchases.get(KEY)).toMatchObject({ state: 'recorded', archive: null });
  });

  test('settles at what the provider reported', async () => {
    const reported = { microUsd: 7, source: 'provider-reported' } as const;
    const events = eventsTo('stored').map(
      (event): PurchaseEvent => (event.type === 'complete' ? { ...event, reported } : event),
    );
    const { context, store } = await openRunOnDisk({ events });
    await recordDelivery(context, [result], null);
    expect(store.purchases.get(KEY)?.charge).toEqual(reported);
  });

  test.each(['reused', 'failed', 'unknown', 'copied'])(
    'leaves alone what was %s',
    async (state) => {
      const { context, store } = await openRunOnDisk({ events: eventsTo('stored') });
      const given = { ...result, state: state as TransferResult['state'] };
      expect(await recordDelivery(context, [given], kept)).toEqual([given]);
      expect(store.purchases.get(KEY)?.state).toBe('stored');
    },
  );

  test('leaves alone what was never bought, or is not there yet', async () => {
    const { context, store } = await openRunOnDisk({ events: eventsTo('submitted') });
    const given = [
      { ...result, fingerprint: null },
      result,
      { ...result, fingerprint: other, output: 'out/villain.mp4' },
    ];
    expect(await recordDelivery(context, given, kept)).toEqual(given);
    expect(store.purchases.get(KEY)?.state).toBe('submitted');
    expect(store.purchases.size).toBe(1);
  });

  test('names a newer place of what is recorded already, which another run counts', async () => {
    const { context, store } = await openRunOnDisk({ events: eventsTo('recorded') });
    const [reported] = await recordDelivery(context, [result], kept);
    expect(store.purchases.get(KEY)?.archive).toEqual({ ...kept, path: 'out/hero.mp4' });
    expect(reported).toEqual({
      ...result,
      charge: null,
      message: 'bought by run 100, which counts it',
    });
  });

  test('keeps the place that is known where there is no newer one, and a message that is there', async () => {
    const archive = { ...kept, path: 'out/hero.mp4' };
    const { context, store } = await openRunOnDisk({ events: eventsTo('recorded', { archive }) });
    const before = store.purchases.get(KEY);
    const given = { ...result, message: 'as it was' };
    expect(await recordDelivery(context, [given], null)).toEqual([{ ...given, charge: null }]);
    expect(store.purchases.get(KEY)).toEqual(before);
  });

  test('is in the shared ledger when it is done', async () => {
    const ledger = new MemoryLedger();
    const { context } = await openRunOnDisk({ ledger, events: eventsTo('stored') });
    await recordDelivery(context, [result], kept);
    expect(ledger.messages.at(-1)).toContain('record');
    const text = ledger.version.files.get('purchases/aa/2026-10.jsonl') ?? '';
    expect(JSON.parse(text)).toMatchObject({ state: 'recorded', archive: kept });
  });

  test('leaves to a concurrent run what that one recorded first', async () => {
    const ledger = new MemoryLedger();
    const mine = await openRunOnDisk({ ledger, events: eventsTo('submitted') });
    await mine.store.flush();
    const otherRun = await openRunOnDisk({ ledger });
    const rest = (['complete', 'download', 'store', 'record'] as const).map((type) =>
      makeEvent(type),
    );
    for (const { id: _, round: __, ...event } of rest) await otherRun.store.append(event);
    await otherRun.store.flush();
    for (const { id: _, round: __, ...event } of rest.slice(0, 3)) await mine.store.append(event);
    const [reported] = await mine.clock.run(recordDelivery(mine.context, [result], kept));
    expect(reported).toEqual({
      ...result,
      charge: null,
      message: 'bought by run 100, which counts it',
    });
    expect(mine.store.purchases.get(KEY)).toMatchObject({ state: 'recorded', archive: null });
  });
});

describe('what is kept nowhere but here', () => {
  test('stays held: the run that delivers it counts it', async () => {
    const { context } = await openRunOnDisk({ events: eventsTo('stored') });
    expect(holdUndelivered(context, [result])).toEqual([
      { ...result, charge: null, holdMicroUsd: 304_000 },
    ]);
  });

  test('is counted by the other run that delivered it meanwhile', async () => {
    const { context } = await openRunOnDisk({ events: eventsTo('recorded') });
    expect(holdUndelivered(context, [result])).toEqual([{ ...result, charge: null }]);
  });

  test('is no other: what was not charged, was never bought or is not there yet', async () => {
    const events = [...eventsTo('submitted'), ...eventsTo('stored', { fingerprint: other })];
    const { context } = await openRunOnDisk({ events });
    const given = [
      result,
      { ...result, fingerprint: other, charge: null },
      { ...result, fingerprint: null },
      { ...result, fingerprint: 'e'.repeat(64) },
    ];
    expect(holdUndelivered(context, given)).toEqual(given);
  });
});
