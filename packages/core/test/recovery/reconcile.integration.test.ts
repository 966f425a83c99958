import { expect, test } from 'vitest';
import { reconcile } from '../../src/recovery/reconcile.ts';
import { readConnections, withRun } from '../../src/run/open-run.ts';
import { temporaryDirectory } from '../media/support.ts';
import { TEST_KEY } from '../support/api.ts';
import { BOUGHT_AT_MS, eventsTo, KEY } from '../support/journal.ts';
import { makePorts, movingClock } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

const HOUR_MS = 3_600_000;

/** Reconciles a job that is still pending so long after it was bought. */
async function reconcileAfter(hours: number, status = 'processing') {
  const server = await startServer((response) => response.end(JSON.stringify({ status })));
  const workspace = await temporaryDirectory();
  const signal = new AbortController().signal;
  const clock = movingClock(BOUGHT_AT_MS + hours * HOUR_MS);
  const request = {
    workspace,
    stateDirectory: `${workspace}/.git/motion-transfer`,
    connections: readConnections({
      EMPIRIOLABS_BASE_URL: server.origin,
      EMPIRIOLABS_API_KEY: TEST_KEY,
    }),
    repository: null,
    identity: { runId: '200', attempt: 1, job: 'reconcile', pullRequest: null },
    ledger: null,
    stop: { requested: signal, hard: signal, deadlineMs: clock.nowMs() + 60_000 },
    onProgress: () => {},
  };
  return withRun({ ...makePorts(), clock }, request, async (context) => {
    for (const event of eventsTo('submitted', { provider: 'empiriolabs' }))
      await context.store.append(event);
    const { findings, results } = await reconcile(context, 1);
    return { findings, results, state: context.store.purchases.get(KEY)?.state };
  });
}

test.each(['processing', 'marinating'])(
  'a job that is "%s" for longer than any job takes is a finding, with the way to settle it',
  async (word) => {
    const { findings, results, state } = await reconcileAfter(25, word);
    expect(findings).toEqual([
      {
        fingerprint: KEY,
        transferId: 'hero',
        message: expect.stringMatching(
          /^EmpirioLabs accepted it 25 hours ago and has not said how it ended; no job takes longer than 24 hours \(assumed\); \$0\.304 stays held\. .*write-off: aaaaaaaaaaaa=free/,
        ),
      },
    ]);
    expect(results).toMatchObject([{ state: 'in-progress', holdMicroUsd: 304_000 }]);
    expect(state).toBe('stale');
  },
);

test('a job that may still be made is none', async () => {
  const { findings, results } = await reconcileAfter(23);
  expect(findings).toEqual([]);
  expect(results).toMatchObject([{ state: 'in-progress' }]);
});
