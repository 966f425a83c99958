import { expect, test } from 'vitest';
import { reconcilePurchases } from '../../src/use-cases/reconcile.ts';
import { eventsTo, KEY } from '../support/journal.ts';
import { eventsToStored, makeRecords } from './records-on-disk.ts';

const VIDEO = 'a film';
const LOST = 'c'.repeat(64);

test('a delivery that throws loses nothing of the report: results, findings, what is held, and the error', async () => {
  const { ports, request, putAside, purchases } = await makeRecords([
    ...eventsToStored(VIDEO),
    ...eventsTo('unknown', { fingerprint: LOST, transferId: 'villain', output: 'out/villain.mp4' }),
  ]);
  const stored = (await purchases()).get(KEY);
  if (stored != null) await putAside(stored, VIDEO);
  const outcome = await reconcilePurchases(ports, {
    ...request,
    writeOffs: { writeOffs: [], reason: '', actor: '' },
    concurrency: 1,
    deliver: () => Promise.reject(new Error('the disk is full')),
  });
  expect(outcome).toMatchObject({
    results: [{ id: 'hero (earlier)', state: 'collected', charge: null, holdMicroUsd: 304_000 }],
    findings: [{ transferId: 'villain' }],
    delivered: null,
    deliveryProblem: expect.stringContaining('the disk is full') as unknown,
    isComplete: false,
  });
  expect(outcome.onRecord.purchases.get(KEY)?.state).toBe('stored');
});
