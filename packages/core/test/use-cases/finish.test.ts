import { expect, test } from 'vitest';
import { LedgerError } from '../../src/model/errors.ts';
import { finishRun } from '../../src/use-cases/finish.ts';
import { eventsTo, KEY } from '../support/journal.ts';
import { eventsToStored, makeRecords } from './records-on-disk.ts';

const VIDEO = 'a film';
const RESERVED = 'c'.repeat(64);
const archive = { artifactId: 5, artifactName: 'videos', runId: '200' };

test('finish delivers the videos here although the ledger cannot be opened, and leaves the rest to a later step', async () => {
  const { ports, request, putAtOutput, purchases } = await makeRecords(eventsToStored(VIDEO));
  await putAtOutput('out/hero.mp4', VIDEO);
  const outcome = await finishRun(ports, {
    ...request,
    openLedger: () => Promise.reject(new LedgerError('the branch cannot be fetched')),
    deliver: async ({ videos }) => ({ videos, archive, problem: null }),
  });
  expect(outcome).toMatchObject({
    results: [{ id: 'hero', output: 'out/hero.mp4' }],
    delivered: { videos: [{ output: 'out/hero.mp4', isAside: false }] },
    deliveryProblem: null,
    ledgerProblem: expect.stringContaining('the branch cannot be fetched') as unknown,
    isComplete: false,
  });
  expect((await purchases()).get(KEY)).toMatchObject({ state: 'recorded', archive });
});

test('finish stops at an error of opening that is none of the ledger', async () => {
  const { ports, request } = await makeRecords([]);
  const opening = finishRun(ports, {
    ...request,
    openLedger: () => Promise.reject(new TypeError('no such method')),
    deliver: () => Promise.reject(new Error('is not reached')),
  });
  await expect(opening).rejects.toThrow('no such method');
});

test('finish gives back what was reserved although the delivery throws', async () => {
  const { ports, request, purchases } = await makeRecords(
    eventsTo('reserved', { fingerprint: RESERVED }),
  );
  const { deliveryProblem } = await finishRun(ports, {
    ...request,
    identity: { ...request.identity, runId: '100' },
    deliver: () => Promise.reject(new Error('the disk is full')),
  });
  expect(deliveryProblem).toContain('the disk is full');
  expect((await purchases()).get(RESERVED)?.state).toBe('released');
});
