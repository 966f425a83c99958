import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { HttpPort } from '../../../src/ports.ts';
import { adapters } from '../../../src/providers/registry.ts';
import { lookUp } from '../../../src/purchase/wait/look-up.ts';
import { readConnections, withRun } from '../../../src/run/open-run.ts';
import { temporaryDirectory } from '../../media/support.ts';
import { TEST_KEY } from '../../support/api.ts';
import { BOUGHT_AT_MS, eventsTo } from '../../support/journal.ts';
import { makePorts, movingClock } from '../../support/ports.ts';
import { startServer } from '../../support/server.ts';

const LOST = 'a'.repeat(64);
const OTHER = 'c'.repeat(64);

/** A lost answer of EmpirioLabs, looked for in this list of jobs, beside another run that holds `job_1`. */
async function lookFor(jobs: readonly object[]) {
  const server = await startServer((response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: jobs }));
  });
  const workspace = await temporaryDirectory();
  const signal = new AbortController().signal;
  const request = {
    workspace,
    stateDirectory: `${workspace}/.git/motion-transfer`,
    connections: readConnections({
      EMPIRIOLABS_BASE_URL: server.origin,
      EMPIRIOLABS_API_KEY: TEST_KEY,
    }),
    repository: null,
    identity: { runId: '100', attempt: 1, job: 'animate', pullRequest: null },
    ledger: null,
    stop: { requested: signal, hard: signal, deadlineMs: Number.POSITIVE_INFINITY },
    onProgress: () => {},
  };
  return withRun(makePorts(), request, async (context) => {
    const provider = 'empiriolabs';
    const other = { fingerprint: OTHER, transferId: 'other', output: 'out/other.mp4', provider };
    for (const event of eventsTo('submitted', other)) await context.store.append(event);
    for (const event of eventsTo('unknown', { fingerprint: LOST, provider }))
      await context.store.append(event);
    const purchase = context.store.purchases.get(LOST);
    if (purchase == null) throw new Error('nothing is on record');
    const message = await lookUp(context, purchase);
    return { message, entry: context.store.purchases.get(LOST) };
  });
}

const listed = (jobId: string) => ({
  job_id: jobId,
  model: 'a-model',
  created_at: new Date(BOUGHT_AT_MS).toISOString(),
});
const echoed = (jobId: string) => ({
  ...listed(jobId),
  input: {
    reference_image: 'https://files.example.com/a.png?sig=1',
    reference_video: 'https://files.example.com/b.mp4',
  },
});

describe('looking for a lost answer', () => {
  test('adopts the job that repeats the inputs', async () => {
    const { message, entry: purchase } = await lookFor([echoed('job_2')]);
    expect(message).toBeNull();
    expect(purchase).toMatchObject({ state: 'submitted', operation: { jobId: 'job_2' } });
  });

  test('leaves the job of another purchase to it: one that is on record elsewhere is never adopted', async () => {
    const { message, entry: purchase } = await lookFor([echoed('job_1')]);
    expect(message).toContain('lists no such job, which proves nothing');
    expect(purchase).toMatchObject({ state: 'unknown', operation: {} });
  });

  test('adopts its own beside that of another purchase', async () => {
    const { entry: purchase } = await lookFor([echoed('job_1'), echoed('job_2')]);
    expect(purchase).toMatchObject({ state: 'submitted', operation: { jobId: 'job_2' } });
  });

  test('shows a person what may be it, without what is on record elsewhere', async () => {
    const { message, entry: purchase } = await lookFor([listed('job_1'), listed('job_2')]);
    expect(message).toContain('may be it: job_2; $0.304 stays held');
    expect(purchase?.state).toBe('unknown');
  });

  test('adopts neither of two that are alike', async () => {
    const { message, entry: purchase } = await lookFor([echoed('job_2'), echoed('job_3')]);
    expect(message).toContain('job_2');
    expect(message).toContain('job_3');
    expect(purchase?.state).toBe('unknown');
  });
});

/** Bodies of servers, gateways and error pages that say nothing about a job. */
const UNTYPED = [
  '',
  '<html><title>Bad gateway</title></html>',
  '{"detail":"some words"}',
  '{"error":"some words"}',
  '{"message":"some words"}',
  '{}',
];

describe.each(
  adapters.filter(({ lookup }) => lookup != null).map((each) => [each.id, each] as const),
)('asking %s for a lost answer', (provider, adapter) => {
  test('leaves it unknown after every status with every body that says nothing of the job', async () => {
    let answer = { status: 200, text: '' };
    const http: HttpPort = {
      async send() {
        const { status, text } = answer;
        return { status, headers: {}, body: Readable.from(text === '' ? [] : [text]) };
      },
    };
    const keys = Object.fromEntries(adapter.secrets.map((name) => [name, TEST_KEY]));
    const workspace = await temporaryDirectory();
    const signal = new AbortController().signal;
    const request = {
      workspace,
      stateDirectory: `${workspace}/.git/motion-transfer`,
      connections: readConnections(keys),
      repository: null,
      identity: { runId: '100', attempt: 1, job: 'animate', pullRequest: null },
      ledger: null,
      stop: { requested: signal, hard: signal, deadlineMs: Number.POSITIVE_INFINITY },
      onProgress: () => {},
    };
    const clock = movingClock(Date.UTC(2026, 9, 12));
    await withRun({ ...makePorts({ http }), clock }, request, async (context) => {
      for (const event of eventsTo('unknown', { fingerprint: LOST, provider }))
        await context.store.append(event);
      const purchase = context.store.purchases.get(LOST);
      if (purchase == null) throw new Error('nothing is on record');
      for (let status = 200; status <= 599; status++) {
        for (const text of UNTYPED) {
          answer = { status, text };
          // An answer that cannot be read is the caller's to report; what counts is the record.
          await lookUp(context, purchase).catch(() => null);
          const now = context.store.purchases.get(LOST)?.state;
          expect(now, `HTTP ${status} ${text}`).toBe('unknown');
        }
      }
    });
  }, 120_000);
});
