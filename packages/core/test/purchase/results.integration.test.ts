import { describe, expect, test } from 'vitest';
import type { Charge } from '../../src/model/money.ts';
import { plannedJob } from '../../src/purchase/paid-job.ts';
import { ofCollected } from '../../src/purchase/results.ts';
import { waitForJob } from '../../src/purchase/wait/wait.ts';
import { readConnections, withRun } from '../../src/run/open-run.ts';
import { temporaryDirectory } from '../media/support.ts';
import { TEST_KEY } from '../support/api.ts';
import { eventsTo, makeEvent } from '../support/journal.ts';
import { makeGenerateStep } from '../support/plans.ts';
import { makePorts } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

const HOLD_MICRO_USD = 304_000;
type Context = Parameters<Parameters<typeof withRun>[2]>[0];

/** A run in an empty directory, whose provider is at `baseUrl`. */
async function inRun<Result>(
  work: (context: Context & { readonly commit: null }) => Promise<Result>,
  baseUrl = 'https://api.example.com',
): Promise<Result> {
  const workspace = await temporaryDirectory();
  const signal = new AbortController().signal;
  const environment = { EMPIRIOLABS_BASE_URL: baseUrl, EMPIRIOLABS_API_KEY: TEST_KEY };
  const request = {
    workspace,
    stateDirectory: `${workspace}/.git/motion-transfer`,
    connections: readConnections(environment),
    repository: null,
    identity: { runId: '100', attempt: 1, job: 'animate', pullRequest: null },
    ledger: null,
    stop: { requested: signal, hard: signal, deadlineMs: Number.POSITIVE_INFINITY },
    onProgress: () => {},
  };
  return withRun(makePorts(), request, (context) => work({ ...context, commit: null }));
}

describe('the result of a video that is here', () => {
  const resultOf = (charge: Charge) =>
    inRun(async (context) => {
      const step = makeGenerateStep('hero', HOLD_MICRO_USD);
      const holder = { checkout: context.store.checkout };
      const purchase = { fingerprint: step.fingerprint, holdMicroUsd: HOLD_MICRO_USD, holder };
      for (const event of eventsTo('completed', purchase)) {
        const reported = event.type === 'complete' ? { ...event, reported: charge } : event;
        await context.store.append(reported);
      }
      await context.store.append(makeEvent('download', purchase));
      const entry = await context.store.append(makeEvent('store', purchase));
      return ofCollected(context, step, { kind: 'stored', purchase: entry });
    });

  test.each(['provider-reported', 'estimated'] as const)(
    'that cost more than was held (%s) is the charge as it is, and an alarm',
    async (source) => {
      expect(await resultOf({ microUsd: HOLD_MICRO_USD + 1, source })).toMatchObject({
        state: 'generated',
        holdMicroUsd: 0,
        charge: { microUsd: HOLD_MICRO_USD + 1, source },
        alarm: `it cost $0.304001 (${source}), more than the $0.304 that was held`,
      });
    },
  );

  test('whose figure is no price of this job costs what was held, and is an alarm', async () => {
    const most = 1_000 * HOLD_MICRO_USD;
    expect(await resultOf({ microUsd: most, source: 'provider-reported' })).toMatchObject({
      charge: { microUsd: most, source: 'provider-reported' },
    });
    expect(await resultOf({ microUsd: most + 1, source: 'provider-reported' })).toMatchObject({
      state: 'generated',
      charge: { microUsd: null, source: 'unknown' },
      alarm: expect.stringContaining('more than 1000 times the $0.304 that was held'),
    });
  });

  test.each([HOLD_MICRO_USD, 1, null])('that cost %j is no alarm', async (microUsd) => {
    const source = microUsd == null ? 'unknown' : 'provider-reported';
    expect((await resultOf({ microUsd, source })).alarm).toBeNull();
  });
});

describe('the result of a video that another run bought', () => {
  const recorded = (changes: Partial<Parameters<typeof makeGenerateStep>[2]> = {}, isLost = true) =>
    inRun(async (context) => {
      const step = makeGenerateStep('hero', HOLD_MICRO_USD, changes);
      const purchase = { fingerprint: step.fingerprint, holdMicroUsd: HOLD_MICRO_USD };
      for (const event of eventsTo('recorded', purchase)) await context.store.append(event);
      const entry = context.store.purchases.get(step.fingerprint);
      if (entry == null) throw new Error('not on record');
      return {
        here: ofCollected(context, step, { kind: 'stored', purchase: entry }),
        gone: ofCollected(context, step, { kind: 'gone', message: 'nobody keeps it', isLost }),
      };
    });

  test.each([{}, { resumes: true }])('is collected, not generated (%j)', async (changes) => {
    const { here } = await recorded(changes);
    expect(here).toMatchObject({ state: 'collected', isBoughtHere: false, charge: null });
  });

  test('costs nothing here where nobody keeps it any more', async () => {
    const { gone } = await recorded();
    expect(gone).toMatchObject({ state: 'blocked', charge: null, holdMicroUsd: 0 });
    const later = await recorded({}, false);
    expect(later.gone).toMatchObject({ state: 'failed', charge: null });
  });
});

describe('waiting for a job', () => {
  test('shows its progress as at most 100 %, whatever the provider counts to', async () => {
    const fractions = [0, 0.4, 40, 1, 100, 250, -3];
    const server = await startServer((response, _request, count) => {
      const progress = fractions[count - 1];
      const body =
        progress == null
          ? { job_id: 'job_1', status: 'failed', error: 'enough' }
          : { status: 'processing', progress };
      response.end(JSON.stringify(body));
    });
    const notes: (string | null)[] = [];
    const waited = await inRun((context) => {
      const step = makeGenerateStep('hero', 1, {
        provider: 'empiriolabs',
        model: 'kling-v3-motion-control',
        options: {},
      });
      const operation = { jobId: 'job_1' };
      return waitForJob(context, plannedJob(context, step), operation, (note) => notes.push(note));
    }, server.origin);
    expect(waited).toMatchObject({ kind: 'failed', failure: { message: 'enough' } });
    expect(notes).toEqual(['0 %', '40 %', '40 %', '100 %', '100 %', '100 %', '0 %']);
  });

  test('of Prospolabs without an id ends at once: there is nothing to ask by', async () => {
    const waited = await inRun((context) => {
      const step = makeGenerateStep('hero', 1);
      return waitForJob(context, plannedJob(context, step), { generationId: null }, () => {});
    });
    expect(waited).toEqual({ kind: 'gave-up', message: 'Prospolabs gave no id to ask by' });
  });
});
