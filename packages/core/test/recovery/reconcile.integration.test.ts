import { describe, expect, test } from 'vitest';
import type { PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import type { GitHubPort } from '../../src/ports.ts';
import { reconcile } from '../../src/recovery/reconcile.ts';
import { readConnections, withRun } from '../../src/run/open-run.ts';
import { temporaryDirectory } from '../media/support.ts';
import { TEST_KEY } from '../support/api.ts';
import { BOUGHT_AT_MS, eventsTo, KEY } from '../support/journal.ts';
import { makePorts, movingClock } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

const HOUR_MS = 3_600_000;

interface Left {
  readonly state?: PurchaseState;
  /** The status word of its provider. */
  readonly status?: string;
  readonly attemptState?: GitHubPort['attemptState'];
}

/** Reconciles what a run left in that state so long after it was bought. */
async function reconcileAfter(
  hours: number,
  { state = 'submitted', status = 'processing', attemptState }: Left = {},
) {
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
  const ports = makePorts();
  const github =
    attemptState == null
      ? null
      : {
          attemptState,
          readClock: async () => null,
          fetchArtifact: async () => 'gone' as const,
          commitSigned: async () => ({ kind: 'refused' as const, message: 'not asked' }),
        };
  return withRun({ ...ports, clock, github }, request, async (context) => {
    for (const event of eventsTo(state, { provider: 'empiriolabs' }))
      await context.store.append(event);
    const { findings, results } = await reconcile(context, 1);
    return { findings, results, state: context.store.purchases.get(KEY)?.state };
  });
}

test.each(['processing', 'marinating'])(
  'a job that is "%s" for longer than any job takes is a finding, with the way to settle it',
  async (word) => {
    const { findings, results, state } = await reconcileAfter(25, { status: word });
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

describe('a request of which nothing was heard', () => {
  const minutes = (count: number) => count / 60;

  test('since the deadline of its run is a finding, with the way to settle it, and stays held', async () => {
    const { findings, state } = await reconcileAfter(2, { state: 'submitting' });
    expect(findings).toEqual([
      {
        fingerprint: KEY,
        transferId: 'hero',
        message: expect.stringMatching(
          /^run 100 was buying it and has not been heard of since; nobody can say whether it was accepted; \$0\.304 stays held\. .*write-off: aaaaaaaaaaaa=free/,
        ),
      },
    ]);
    expect(state).toBe('submitting');
  });

  test('is none until the deadline of its run and five minutes are over', async () => {
    expect((await reconcileAfter(minutes(64), { state: 'submitting' })).findings).toEqual([]);
    expect((await reconcileAfter(minutes(66), { state: 'submitting' })).findings).toHaveLength(1);
  });

  test('waits for a run that GitHub says is running', async () => {
    const { findings } = await reconcileAfter(2, {
      state: 'submitting',
      attemptState: async () => 'running',
    });
    expect(findings).toMatchObject([
      {
        message: expect.stringMatching(/^run 100 is buying it now: GitHub says .*reconcile again$/),
      },
    ]);
  });

  test.each<PurchaseState>(['reserved', 'submitted', 'unknown', 'released'])(
    'is no purchase that is %s',
    async (state) => {
      const { findings } = await reconcileAfter(2, { state });
      expect(findings.filter(({ message }) => message.includes('heard of since'))).toEqual([]);
    },
  );
});
