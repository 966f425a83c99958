import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KLING_KEY_PAIR, type ProviderName } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  formsOf,
  reportOf,
  secretsOf,
  startProbeBench,
  verdictOf,
  writtenBy,
} from './probe/probe-bench.ts';
import { probeOnce } from './probe/probe-once.ts';
import type { WorkbenchOptions } from './workbench.ts';

/** That of prospolabs is in probe.test.ts. */
test.concurrent.each(['empiriolabs', 'fal', 'replicate', 'kling', 'wavespeed', 'kie'] as const)(
  'a probe of %s buys once, keeps every answer without a secret, and leaves the repository as it is',
  probeOnce,
);

/** A company that behaves otherwise than is assumed, and which assumption says so. */
const contradictions: readonly (readonly [ProviderName, string, WorkbenchOptions])[] = [
  ['prospolabs', 'synchronous-wait', { prospolabs: { answer: 'queued' } }],
  ['prospolabs', 'status-path', { prospolabs: { answer: 'queued', statusPath: 'generate' } }],
  ['prospolabs', 'body-flat', { prospolabs: { body: 'nested' } }],
  ['prospolabs', 'estimated-cost', { prospolabs: { estimate: (billed) => billed * 2 } }],
  ['empiriolabs', 'prompt-optional', { empiriolabs: { promptRequired: true } }],
  ['empiriolabs', 'done-word', { empiriolabs: { doneWord: 'success' } }],
  ['empiriolabs', 'result-path', { empiriolabs: { resultShape: 'video.url' } }],
  ['empiriolabs', 'job-list-repeats-inputs', { empiriolabs: { listsInputs: false } }],
  ['empiriolabs', 'price-list-is-read', { empiriolabs: { pricingRows: [{ unit: 'image' }] } }],
  ['fal', 'billable-units-header', { fal: { billableUnits: 'videos' } }],
  ['fal', 'billable-units-header', { fal: { billableUnits: 'absent' } }],
  ['kling', 'units-are-told', { kling: { paysFrom: 'balance' } }],
  ['wavespeed', 'status-path', { wavespeed: { statusPath: 'prediction' } }],
  ['kie', 'refusals-are-in-the-body', { kie: { refusals: 'http' } }],
  ['kie', 'credits-are-told', { kie: { tellsCredits: false } }],
  ['kie', 'credits-a-second', { kie: { creditsPerSecond: 30 } }],
];

/** Long enough for five refused questions, which end a wait. */
const PATIENCE_MS = 600_000;

describe('a probe finds wrong what a company contradicts', () => {
  test.concurrent.each(contradictions)(
    '%s: %s (%j)',
    async (provider, id, options) => {
      const { bench, probe } = await startProbeBench(provider, options);
      if (id === 'refusals-are-in-the-body')
        bench.emulator.inject({
          at: 'status',
          kind: 'error',
          status: 422,
          body: { code: 422, msg: 'no' },
        });
      // Prospolabs holds a call for up to 15 minutes, so a shorter run does not begin one.
      // What is said of Kling here is said of the API that its pair of keys asks.
      const environment = provider === 'kling' ? KLING_KEY_PAIR : {};
      const run = await probe({ 'timeout-minutes': '20' }, { environment });
      expect(verdictOf(run, id), run.stdout).toBe('wrong');
      expect(bench.emulator.bill.length).toBeLessThanOrEqual(1);
      expect(bench.emulator.artifacts).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});

describe('a key that a company repeats is in nothing that a probe writes', () => {
  test.concurrent.each(['empiriolabs', 'fal', 'replicate', 'kling', 'wavespeed', 'kie'] as const)(
    '%s',
    async (provider) => {
      const { bench, probe } = await startProbeBench(provider);
      const keys = Object.entries(bench.emulator.environment({ run: 'keys' }))
        .filter(([name]) => name.startsWith(provider.toUpperCase()) && /_(KEY|TOKEN)$/.test(name))
        .flatMap(([, value]) => formsOf(value));
      expect(keys.length).toBeGreaterThanOrEqual(5);
      const message = keys.join(' ');
      const body = { code: 400, message, msg: message, detail: message, [message]: message };
      bench.emulator.inject({
        at: 'status',
        kind: 'error',
        status: 400,
        body,
        headers: { etag: keys[0] ?? '' },
      });
      const run = await probe();
      expect(run.exitCode, run.stdout).toBe(0);
      expect(reportOf(run).exchanges.some(({ status }) => status === 400)).toBe(true);
      const written = writtenBy(bench, run);
      expect(secretsOf(bench).filter((secret) => written.includes(secret))).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('a probe whose submit', () => {
  test.concurrent.each([
    ['is refused', { at: 'submit', kind: 'error', status: 422 }, 'failed', 0],
    ['loses its answer', { at: 'submit', kind: 'lost-answer' }, 'unknown', 1],
    [
      'fails as a job',
      { at: 'submit', kind: 'job-fails', code: 'x', message: 'no luck' },
      'failed',
      1,
    ],
  ] as const)(
    '%s leaves a report, and is never bought twice in silence',
    async (_title, fault, state, charges) => {
      const { bench, probe } = await startProbeBench('wavespeed');
      bench.emulator.inject(fault);
      const run = await probe();
      expect(run.exitCode).toBe(1);
      expect(reportOf(run).purchase, run.stdout).toMatchObject({ state, wasSubmitted: true });
      expect(bench.emulator.artifacts.map(({ name }) => name)).toEqual(['motion-transfer-probe']);
      expect(bench.emulator.bill).toHaveLength(charges);
      bench.emulator.clearFaults();
      await probe();
      const charged = bench.emulator.bill.filter((entry) => entry.state === 'charged');
      expect(charged).toHaveLength(1);
      if (state === 'unknown') expect(bench.submits()).toBe(1);
    },
    PATIENCE_MS,
  );
});

describe('a probe with', () => {
  test.concurrent.each([
    ['no provider', { provider: '' }, 'a probe is about one provider'],
    ['the cheapest provider', { provider: 'cheapest' }, 'a probe is about one provider'],
    ['the free engine', { provider: 'draft' }, 'a probe is about one provider'],
    ['drafts', { draft: 'true' }, 'is not for command: probe'],
    ['a refresh', { refresh: 'true' }, 'is not for command: probe'],
  ])(
    '%s is refused',
    async (_title, inputs, message) => {
      const { bench, probe } = await startProbeBench('fal');
      const run = await probe(inputs);
      expect(run.exitCode).toBe(1);
      expect(run.stdout).toContain(message);
      expect(bench.submits()).toBe(0);
    },
    PATIENCE_MS,
  );
});

describe('a probe', () => {
  test.concurrent('tells what answers contradict, and that is no failure', async () => {
    const { probe } = await startProbeBench('empiriolabs', {
      empiriolabs: { resultShape: 'output[0].url', doneWord: 'succeeded', listsInputs: false },
    });
    const run = await probe();
    expect(run.exitCode, run.stdout).toBe(0);
    for (const id of ['result-path', 'done-word', 'job-list-repeats-inputs'])
      expect(verdictOf(run, id), id).toBe('wrong');
    expect(Number(run.outputs['wrong-count'])).toBeGreaterThanOrEqual(3);
    expect(run.stdout).toContain('::warning::wrong: A finished job is `completed`. ("succeeded")');
    expect(run.summary).toContain('### Wrong (');
  });

  test.concurrent('that was killed is settled by the next one, and bought once', async () => {
    const { bench, probe, start } = await startProbeBench('kie');
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'waiting', times: Infinity });
    const running = start();
    await bench.emulator.waitFor(({ site }) => site?.at === 'status');
    running.kill('SIGKILL');
    await running.finished;
    bench.emulator.clearFaults();
    const next = await probe();
    expect(reportOf(next).purchase, next.stdout).toMatchObject({
      state: 'collected',
      wasSubmitted: false,
    });
    expect(next.stdout).toContain('was bought before; raise take to buy it once more');
    expect(bench.emulator.bill).toHaveLength(1);
    const raised = await probe({ take: '2' });
    expect(raised.exitCode, raised.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(2);
  });

  test.concurrent('takes out a key that answers repeat in any form', async () => {
    const { bench, probe } = await startProbeBench('empiriolabs');
    const { EMPIRIOLABS_API_KEY: key = '' } = bench.emulator.environment({ run: 'keys' });
    const message = `not for ${formsOf(key).join(' or ')}`;
    bench.emulator.inject({ at: 'status', kind: 'error', status: 400, body: { message } });
    const run = await probe();
    expect(run.exitCode, run.stdout).toBe(0);
    const early = reportOf(run).exchanges.find(({ status }) => status === 400);
    const directory = dirname(run.outputs['probe-report'] ?? '');
    expect(readFileSync(join(directory, early?.file ?? ''), 'utf8')).toContain(
      'not for *** or *** or ***',
    );
    const written = writtenBy(bench, run);
    expect(secretsOf(bench).filter((secret) => written.includes(secret))).toEqual([]);
  });
});
