import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createEndpoint } from '../../src/http/endpoint.ts';
import type { HttpPort } from '../../src/ports.ts';
import type { Adapter, Operation } from '../../src/providers/adapter.ts';
import { adapters } from '../../src/providers/registry.ts';
import type { RunContext } from '../../src/purchase/context.ts';
import type { PaidJob } from '../../src/purchase/paid-job.ts';
import { type Waited, waitForJob } from '../../src/purchase/wait.ts';
import { loadFixtures } from '../providers/fixtures.ts';
import { makeJob } from '../support/facts.ts';
import { makePorts, movingClock } from '../support/ports.ts';

/** Bodies of servers, gateways and error pages that say nothing about a job. */
const UNTYPED = [
  '',
  '<html><title>Bad gateway</title></html>',
  '{"detail":"Request is still in progress"}',
  '{"error":"some words"}',
  '{"message":"some words"}',
  '{}',
];
const STATUSES = Array.from({ length: 400 }, (_, index) => 200 + index);
const WAIT_MS = 15_000;
const nodePorts = makePorts();

interface WireAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}
type Answer = (url: string, count: number) => WireAnswer;

/** Waits for a job whose provider answers so, on a clock that sleeping moves. */
async function waitFor(
  { adapter, operation }: Waiting,
  answer: Answer,
  waitMs = WAIT_MS,
): Promise<Waited> {
  const clock = movingClock(Date.UTC(2026, 9, 12));
  let count = 0;
  const http: HttpPort = {
    async send({ url }) {
      count += 1;
      const { status, text, headers = {} } = answer(url, count);
      return { status, headers, body: Readable.from(text === '' ? [] : [Buffer.from(text)]) };
    },
  };
  const ports = {
    ...nodePorts,
    http,
    clock,
  };
  const endpoint = createEndpoint(adapter, {});
  const signal = new AbortController().signal;
  const context = {
    ports,
    stop: { requested: signal, hard: signal, deadlineMs: clock.nowMs() + waitMs },
    apiFor: () => ({ ports, endpoint, rateLimiter: { admit: async () => {} } }),
  };
  const [model = ''] = Object.keys(adapter.models);
  const paid = { provider: adapter.id, job: makeJob(model, adapter.options.parse({})) };
  return waitForJob(context as unknown as RunContext, paid as PaidJob, operation, () => {});
}

/** A job that is waited for, and the recorded answers by which its provider tells that it is done. */
interface Waiting {
  readonly adapter: Adapter;
  readonly operation: Operation;
  readonly end: WireAnswer;
  /** Where the video is told by a request of its own. */
  readonly result: WireAnswer | null;
}

function readFixtures(adapter: Adapter): Waiting {
  const { progress, results } = loadFixtures(adapter.id);
  const end = progress.find(({ expect: { state } }) => state === 'done' || state === 'ready');
  const done = results.find(({ expect: { state } }) => state === 'done');
  if (end == null || !('body' in end.response)) throw new Error(`${adapter.id}: nothing is done`);
  return {
    adapter,
    operation: end.operation,
    end: textOf(end.response),
    result: done != null && 'body' in done.response ? textOf(done.response) : null,
  };
}

function textOf(response: { readonly status: number; readonly body: unknown }): WireAnswer {
  return { status: response.status, text: JSON.stringify(response.body) };
}

const waits = adapters.map(readFixtures);

describe.each(waits.map((wait) => [wait.adapter.id, wait] as const))(
  'waiting for a job of %s',
  (_id, wait) => {
    test('goes on after every status with every body that says nothing of the job', async () => {
      for (const status of STATUSES) {
        for (const text of UNTYPED) {
          const waited = await waitFor(wait, (_url, count) => {
            if (count <= 2) return { status, text };
            return count > 3 && wait.result != null ? wait.result : wait.end;
          });
          expect(waited, `HTTP ${status} ${text}`).toMatchObject({ kind: 'done' });
        }
      }
    }, 120_000);

    test('ends as in progress when it gets nothing else until the deadline', async () => {
      for (const status of STATUSES) {
        for (const text of UNTYPED) {
          const waited = await waitFor(wait, () => ({ status, text }));
          expect(waited, `HTTP ${status} ${text}`).toMatchObject({ kind: 'gave-up' });
        }
      }
    }, 120_000);

    test.each([401, 403, 404])('ends as in progress after five %i in a row', async (status) => {
      let asked = 0;
      const answer = () => {
        asked += 1;
        return { status, text: '' };
      };
      const waited = await waitFor(wait, answer, 3_600_000);
      expect(waited).toEqual({ kind: 'gave-up', message: expect.stringContaining('HTTP') });
      expect(asked).toBe(5);
    });
  },
);

const withResults = waits.flatMap((wait) =>
  wait.result == null ? [] : [[wait.adapter.id, wait, wait.result] as const],
);

describe.each(withResults)(
  'asking %s for the result of a job that is done',
  (_id, wait, result) => {
    const isResult = (url: string) => url === String(wait.operation.responseUrl);

    test('goes on after every status with every body that says nothing of the job', async () => {
      for (const status of STATUSES) {
        for (const text of UNTYPED) {
          let results = 0;
          const waited = await waitFor(wait, (url) => {
            if (!isResult(url)) return wait.end;
            results += 1;
            return results <= 2 ? { status, text } : result;
          });
          expect(waited, `HTTP ${status} ${text}`).toMatchObject({ kind: 'done' });
        }
      }
    }, 120_000);

    test('ends as in progress when it gets nothing else until the deadline', async () => {
      for (const status of STATUSES) {
        for (const text of UNTYPED) {
          const waited = await waitFor(wait, (url) =>
            isResult(url) ? { status, text } : wait.end,
          );
          expect(waited, `HTTP ${status} ${text}`).toMatchObject({ kind: 'gave-up' });
        }
      }
    }, 120_000);
  },
);
