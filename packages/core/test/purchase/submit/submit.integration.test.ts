import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEndpoint } from '../../../src/http/endpoint.ts';
import { createRateLimiter } from '../../../src/http/rate-limiter.ts';
import { StoppedError } from '../../../src/model/errors.ts';
import type { HttpPort, WireRequest } from '../../../src/ports.ts';
import type { Adapter } from '../../../src/providers/adapter.ts';
import { empiriolabs } from '../../../src/providers/empiriolabs/empiriolabs.ts';
import type { RunContext } from '../../../src/purchase/context.ts';
import { reserveWave } from '../../../src/purchase/reserve.ts';
import { submitJob } from '../../../src/purchase/submit/submit.ts';
import { TEST_KEY } from '../../support/api.ts';
import { makeGenerateStep, makePlan } from '../../support/plans.ts';
import { assertAsyncProperty } from '../../support/property.ts';
import { openRunOnDisk } from '../../support/run-on-disk.ts';
import { startServer } from '../../support/server.ts';

const SECOND_MS = 1_000;
const urls = { character: 'https://cdn.example/a.png', motion: 'https://cdn.example/b.mp4' };

interface Answer {
  readonly status: 202 | 429;
  readonly afterMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A run that has reserved so many transfers, at a provider that answers the POSTs so. */
async function openShop(
  jobs: number,
  answer: (atMs: number, count: number) => Answer,
  real?: { readonly origin: string; readonly hard: AbortSignal },
) {
  const run = await openRunOnDisk({ deadlineMs: Date.UTC(2026, 9, 13) });
  const { ports } = run.context;
  const sent: { readonly atMs: number; readonly status: number }[] = [];
  const refusedAtMs: number[] = [];
  const http: HttpPort = {
    async send(request: WireRequest) {
      const atMs = ports.clock.nowMs();
      const { status, afterMs, headers = {} } = answer(atMs, sent.length);
      sent.push({ atMs, status });
      await ports.clock.sleep(afterMs, request.signal);
      if (status === 429) refusedAtMs.push(ports.clock.nowMs());
      const json = status === 202 ? { job_id: `job-${sent.length}`, status: 'queued' } : {};
      return { status, headers, body: Readable.from([Buffer.from(JSON.stringify(json))]) };
    },
  };
  const intentsAtMs: number[] = [];
  const steps = Array.from({ length: jobs }, (_, index) =>
    makeGenerateStep(`hero-${index}`, 10_000, {
      fingerprint: index.toString(16).padStart(64, 'a'),
      provider: 'empiriolabs',
    }),
  );
  const endpoint = createEndpoint(empiriolabs as unknown as Adapter, {
    EMPIRIOLABS_API_KEY: TEST_KEY,
    EMPIRIOLABS_BASE_URL: real?.origin ?? '',
  });
  const shopPorts = real == null ? { ...ports, http } : ports;
  const api = {
    ports: shopPorts,
    endpoint,
    rateLimiter: createRateLimiter(shopPorts, null),
  };
  const context = {
    ...run.context,
    ports: shopPorts,
    stop: { ...run.context.stop, hard: real?.hard ?? run.context.stop.hard },
    apiFor: () => api,
    store: {
      ...run.store,
      append: (event: Parameters<typeof run.store.append>[0]) => {
        if (event.type === 'submit') intentsAtMs.push(ports.clock.nowMs());
        return run.store.append(event);
      },
    },
  } as RunContext;
  await reserveWave(context, steps, { plan: makePlan(steps), approval: null });
  const submit = (patienceMs = Number.POSITIVE_INFINITY) =>
    run.clock.run(
      Promise.all(steps.map((step) => submitJob(context, step, urls, { leftMs: patienceMs }))),
    );
  return { ...run, context, steps, sent, refusedAtMs, intentsAtMs, submit };
}

/** At most so many requests a second, over any second. */
function allowing(perSecond: number, latenciesMs: readonly number[], retryAfter: string | null) {
  const takenAtMs: number[] = [];
  return (atMs: number, count: number): Answer => {
    const afterMs = latenciesMs[count % latenciesMs.length] ?? 0;
    if (takenAtMs.filter((taken) => taken > atMs - SECOND_MS).length >= perSecond) {
      return {
        status: 429,
        afterMs,
        headers: retryAfter == null ? {} : { 'retry-after': retryAfter },
      };
    }
    takenAtMs.push(atMs);
    return { status: 202, afterMs };
  };
}

function mostInOneSecond(timesMs: readonly number[]): number {
  return Math.max(
    0,
    ...timesMs.map(
      (start) => timesMs.filter((atMs) => atMs >= start && atMs < start + SECOND_MS).length,
    ),
  );
}

describe('a provider that refuses for the rate', () => {
  test('gets every transfer once in the end, at a rate that it takes', async () => {
    const settings = fc.record({
      jobs: fc.integer({ min: 1, max: 25 }),
      perSecond: fc.integer({ min: 1, max: 10 }),
      latenciesMs: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
      retryAfter: fc.constantFrom(null, '0', '3', '90'),
    });
    await assertAsyncProperty(
      'rate limit',
      fc.asyncProperty(settings, async ({ jobs, perSecond, latenciesMs, retryAfter }) => {
        const shop = await openShop(jobs, allowing(perSecond, latenciesMs, retryAfter));
        const submitted = await shop.submit();
        expect(submitted.map(({ kind }) => kind)).toEqual(Array(jobs).fill('paid'));
        expect(shop.sent.filter(({ status }) => status === 202)).toHaveLength(jobs);
        const [firstMs] = shop.refusedAtMs;
        if (firstMs == null) return;
        const later = shop.sent.filter(({ atMs }) => atMs > firstMs).map(({ atMs }) => atMs);
        expect(mostInOneSecond(later)).toBeLessThanOrEqual(perSecond);
        // Half of the first pause is certain, and all of what the provider asks for.
        const pauseMs = Math.max(SECOND_MS / 2, Number(retryAfter ?? 0) * SECOND_MS);
        const isPaused = (atMs: number) => atMs > firstMs && atMs < firstMs + pauseMs;
        expect(shop.intentsAtMs.filter(isPaused)).toEqual([]);
      }),
      12,
    );
  });

  test('is left after the patience with its pauses, and the hold stays reserved', async () => {
    const shop = await openShop(1, () => ({ status: 429, afterMs: 10 }));
    const startMs = shop.clock.nowMs();
    const [submitted] = await shop.submit(120_000);
    expect(submitted).toMatchObject({
      kind: 'failed',
      failure: { kind: 'rate-limit', billed: 'no' },
    });
    expect(shop.clock.nowMs() - startMs).toBeGreaterThan(60_000);
    expect(shop.clock.nowMs() - startMs).toBeLessThanOrEqual(125_000);
    expect(shop.store.purchases.get(shop.steps[0]?.fingerprint ?? '')?.state).toBe('reserved');
  });

  test('is left at once when it asks for more than the patience', async () => {
    const headers = { 'retry-after': '121' };
    const shop = await openShop(1, () => ({ status: 429, afterMs: 10, headers }));
    const [submitted] = await shop.submit(120_000);
    expect(submitted?.kind).toBe('failed');
    expect(shop.sent).toHaveLength(1);
  });

  test('is asked until the run stops, which then says why nothing was bought', async () => {
    const shop = await openShop(1, (_atMs, count) => {
      if (count === 12) shop.stop();
      return { status: 429, afterMs: 10 };
    });
    await expect(shop.submit()).rejects.toThrow(
      /^not bought, because the provider refused it for its rate/,
    );
    expect(shop.sent).toHaveLength(13);
  });
});

test('a provider that drips its answer is left at the hard stop, and nobody knows whether it accepted', async () => {
  const hard = new AbortController();
  const server = await startServer((response) => {
    response.writeHead(202, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
    setTimeout(() => hard.abort(new StoppedError('the deadline has passed')), 200);
  });
  const shop = await openShop(1, () => ({ status: 202, afterMs: 0 }), {
    origin: server.origin,
    hard: hard.signal,
  });
  const [submitted] = await shop.submit();
  expect(submitted?.kind).toBe('unknown');
  expect(server.requests).toHaveLength(1);
  expect(shop.store.purchases.get(shop.steps[0]?.fingerprint ?? '')?.state).toBe('unknown');
});
