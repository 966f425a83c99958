import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { createEndpoint } from '../../../src/http/endpoint.ts';
import { createRateLimiter } from '../../../src/http/rate-limiter.ts';
import type { HttpPort } from '../../../src/ports.ts';
import type { Adapter, Operation } from '../../../src/providers/adapter.ts';
import { kling } from '../../../src/providers/kling/kling.ts';
import { adapters } from '../../../src/providers/registry.ts';
import type { RunContext } from '../../../src/purchase/context.ts';
import type { PaidJob } from '../../../src/purchase/paid-job.ts';
import { type Waited, waitForJob } from '../../../src/purchase/wait/wait.ts';
import { type AdapterFixtures, loadFixtures } from '../../providers/fixtures.ts';
import { makeJob } from '../../support/facts.ts';
import { makePorts, movingClock } from '../../support/ports.ts';

/** Bodies of servers, gateways and error pages that say nothing about a job. */
const UNTYPED = [
  '',
  '<html><title>Bad gateway</title></html>',
  '{"detail":"Request is still in progress"}',
  '{"error":"some words"}',
  '{"message":"some words"}',
  '{}',
];
const WAIT_MS = 15_000;
const nodePorts = makePorts();

export interface WireAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}
type Answer = (url: string, count: number) => WireAnswer;

/** Waits for a job whose provider answers so, on a clock that sleeping moves. */
export async function waitFor(
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
    apiFor: () => ({ ports, endpoint, rateLimiter: createRateLimiter(ports, null) }),
  };
  const [model = ''] = Object.keys(adapter.models);
  const paid = { provider: adapter.id, job: makeJob(model, adapter.options.parse({})) };
  return waitForJob(context as unknown as RunContext, paid as PaidJob, operation, () => {});
}

/** A job that is waited for, and the recorded answers by which its provider tells that it is done. */
export interface Waiting {
  readonly adapter: Adapter;
  /** The folder of its recorded answers. */
  readonly fixtures: string;
  readonly operation: Operation;
  readonly end: WireAnswer;
  /** Where the video is reported by a request of its own. */
  readonly result: WireAnswer | null;
}

function readFixtures(adapter: Adapter, fixtures: string = adapter.id): Waiting {
  const { progress, results } = loadFixtures(fixtures);
  const end = progress.find(({ expect: { state } }) => state === 'done' || state === 'ready');
  const done = results.find(({ expect: { state } }) => state === 'done');
  if (end == null || !('body' in end.response)) throw new Error(`${fixtures}: nothing is done`);
  return {
    adapter,
    fixtures,
    operation: end.operation,
    end: textOf(end.response),
    result: done != null && 'body' in done.response ? textOf(done.response) : null,
  };
}

export function textOf(response: AdapterFixtures['progress'][number]['response']): WireAnswer {
  const { status, headers = {} } = response;
  const text = 'text' in response ? response.text : JSON.stringify(response.body);
  return { status, text, headers };
}

export const waits = [
  ...adapters.map((adapter) => readFixtures(adapter)),
  readFixtures(kling, 'kling-current'),
];

/** Whether the wait for a job comes to this end after each of these statuses with each body that says nothing. */
export async function sweepAnswers(
  statuses: readonly number[],
  kind: Waited['kind'],
  wait: (answer: WireAnswer) => Promise<Waited>,
): Promise<void> {
  for (const status of statuses) {
    for (const text of UNTYPED) {
      expect(await wait({ status, text }), `HTTP ${status} ${text}`).toMatchObject({ kind });
    }
  }
}

/** The job is done at the third question; what comes before says nothing of it. */
export function waitAfter(wait: Waiting, useless: WireAnswer): Promise<Waited> {
  return waitFor(wait, (_url, count) => {
    if (count <= 2) return useless;
    return count > 3 && wait.result != null ? wait.result : wait.end;
  });
}

/** The job is done at once, and the video comes with the third answer to the request for it. */
export function waitForResultAfter(wait: Waiting, result: WireAnswer, useless: WireAnswer) {
  let results = 0;
  return waitFor(wait, (url) => {
    if (!isResult(wait, url)) return wait.end;
    results += 1;
    return results <= 2 ? useless : result;
  });
}

export function isResult({ operation }: Waiting, url: string): boolean {
  return url === String(operation.responseUrl);
}

export const withResults = waits.flatMap((wait) =>
  wait.result == null ? [] : [[wait.fixtures, wait, wait.result] as const],
);
