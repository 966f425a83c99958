import { type Fault, PROVIDER_NAMES, type ProviderName } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { oneTransfer, startWorkbench } from './workbench.ts';

/** What one fault must come to: seen from the results, the provider's bill, and the number of POSTs. */
interface Expected {
  readonly state: 'generated' | 'failed' | 'unknown' | 'in-progress';
  readonly submits: number;
  readonly charges: number;
  readonly held: 'nothing' | 'the price';
}

const bought: Expected = { state: 'generated', submits: 1, charges: 1, held: 'nothing' };
const lost: Expected = { state: 'unknown', submits: 1, charges: 1, held: 'the price' };
const phantom: Expected = { ...lost, charges: 0 };
const refused: Expected = { state: 'failed', submits: 1, charges: 0, held: 'nothing' };

type Case = readonly [string, Fault, Expected];

const submitCases: readonly Case[] = [
  ['the answer is lost after acceptance', { at: 'submit', kind: 'lost-answer' }, lost],
  [
    'the connection is reset before anything happens',
    { at: 'submit', kind: 'reset-before' },
    phantom,
  ],
  ['500 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 500 }, lost],
  ['502 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 502 }, lost],
  ['503 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 503 }, lost],
  ['504 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 504 }, lost],
  ['503, not accepted', { at: 'submit', kind: 'error', status: 503 }, phantom],
  ['409', { at: 'submit', kind: 'error', status: 409 }, phantom],
  ['a web page instead of an answer', { at: 'submit', kind: 'html-body' }, lost],
  ['an answer cut off in the middle', { at: 'submit', kind: 'truncated-body' }, lost],
  [
    'an answer cut off and closed cleanly',
    { at: 'submit', kind: 'truncated-body', contentLength: 'absent' },
    lost,
  ],
  ['a gzip bomb as the answer', { at: 'submit', kind: 'gzip-bomb' }, lost],
  [
    '429 with Retry-After',
    { at: 'submit', kind: 'rate-limited', retryAfter: '1' },
    { ...bought, submits: 2 },
  ],
  [
    '429 with a date',
    { at: 'submit', kind: 'rate-limited', retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT' },
    { ...bought, submits: 2 },
  ],
  ['400', { at: 'submit', kind: 'error', status: 400 }, refused],
  ['401', { at: 'submit', kind: 'error', status: 401 }, refused],
  ['402: no credits', { at: 'submit', kind: 'error', status: 402 }, refused],
  ['422', { at: 'submit', kind: 'error', status: 422 }, refused],
  [
    'a redirect of the POST',
    { at: 'submit', kind: 'redirect', to: 'https://example.com/', status: 307 },
    phantom,
  ],
];

const downloadCases: readonly Case[] = [
  ['a download cut off in the middle', { at: 'download', kind: 'truncated-body' }, bought],
  [
    'a download cut off and closed cleanly',
    { at: 'download', kind: 'truncated-body', contentLength: 'absent' },
    bought,
  ],
  ['a wrong content-length', { at: 'download', kind: 'wrong-content-length' }, bought],
  ['a web page instead of the video', { at: 'download', kind: 'not-a-video' }, bought],
  ['a gzip bomb as the video', { at: 'download', kind: 'gzip-bomb' }, bought],
  ['500 for the video', { at: 'download', kind: 'error', status: 500 }, bought],
  ['a connection reset inside the download', { at: 'download', kind: 'lost-answer' }, bought],
  ['a slow video', { at: 'download', kind: 'slow-body', totalMs: 300 }, bought],
];

/** Where a provider documents something else. */
const otherwise: Partial<Record<ProviderName, Readonly<Record<string, Expected>>>> = {
  // A 422 may have cost time on a machine (docs.fal.ai/faq).
  fal: { '422': phantom },
};

/** The wire is the same code for all, so of the others each meets its share; `FAULTS=all` is every fault at each. */
const THOROUGH: readonly ProviderName[] = ['prospolabs', 'empiriolabs'];
const others = PROVIDER_NAMES.filter((name) => !THOROUGH.includes(name));

describe.each(PROVIDER_NAMES)('%s', (provider) => {
  const place = others.indexOf(provider);
  const cases = submitCases.filter(
    ([title], index) =>
      place < 0 ||
      process.env.FAULTS === 'all' ||
      otherwise[provider]?.[title] != null ||
      index % others.length === place,
  );
  test.concurrent.each(cases)('%s', async (title, fault, expected) =>
    survive(provider, fault, otherwise[provider]?.[title] ?? expected),
  );
});

// One with plain and one with signed addresses: what fetches a video knows no provider.
describe.each(['prospolabs', 'empiriolabs'] as const)('%s', (provider) => {
  test.concurrent.each(downloadCases)('%s', async (_title, fault, expected) =>
    survive(provider, fault, expected),
  );
});

async function survive(provider: ProviderName, fault: Fault, expected: Expected): Promise<void> {
  const bench = await startWorkbench({ config: oneTransfer(provider) });
  bench.emulator.inject(fault);
  const run = await bench.run();
  const [result] = bench.results(run).results;
  expect(bench.emulator.firedFaults.length, 'the fault struck').toBeGreaterThan(0);
  expect(result?.state, run.stdout).toBe(expected.state);
  expect(bench.submits()).toBe(expected.submits);
  expect(bench.emulator.bill.length).toBe(expected.charges);
  expect(run.outputs['held-cost'] === '0.00').toBe(expected.held === 'nothing');
  expect(run.exitCode).toBe(expected.state === 'generated' ? 0 : 1);

  // Whatever happened, a second run never pays a second time for a job that may exist.
  bench.emulator.clearFaults();
  const again = await bench.run();
  expect(bench.emulator.bill.length, again.stdout).toBeLessThanOrEqual(1);
  if (expected.state === 'unknown') expect(bench.submits()).toBe(expected.submits);
  if (expected.state === 'failed') expect(again.exitCode, again.stdout).toBe(0);
}

test('a lost answer of Replicate is found among its predictions by the next run', async () => {
  const bench = await startWorkbench({ config: oneTransfer('replicate') });
  bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
  const run = await bench.run();
  expect(bench.results(run).results[0]?.state, run.stdout).toBe('unknown');
  const again = await bench.run();
  expect(bench.results(again).results[0]?.state, again.stdout).toBe('generated');
  expect(bench.submits()).toBe(1);
  expect(again.outputs['held-cost']).toBe('0.00');
});

test('a lost answer of EmpirioLabs is found where its job list repeats the inputs', async () => {
  const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
  bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
  expect(bench.results(await bench.run()).results[0]?.state).toBe('unknown');
  const again = await bench.run();
  expect(bench.results(again).results[0]?.state, again.stdout).toBe('generated');
  expect(bench.submits()).toBe(1);
});

test('a lost answer of EmpirioLabs is shown to a person where its job list does not', async () => {
  const bench = await startWorkbench({
    config: oneTransfer('empiriolabs'),
    empiriolabs: { listsInputs: false },
  });
  bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
  expect(bench.results(await bench.run()).results[0]?.state).toBe('unknown');
  const again = await bench.run();
  const [bought] = bench.emulator.bill;
  expect(again.stdout).toContain(`lists jobs that may be it: ${bought?.jobId}`);
  expect(bench.submits()).toBe(1);
  expect(again.outputs['held-cost']).not.toBe('0.00');
});

describe('jobs that fail', () => {
  test('of Prospolabs are refunded, cost nothing, and may be tried again', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({
      at: 'submit',
      kind: 'job-fails',
      code: 'moderation',
      message: 'unsafe prompt',
    });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({
      state: 'failed',
      holdMicroUsd: 0,
      charge: null,
    });
    expect(bench.emulator.bill.map((entry) => entry.state)).toEqual(['refunded']);
    expect((await bench.run()).exitCode).toBe(0);
  });

  test('of Prospolabs are given up after three refunded failures', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({
      at: 'submit',
      kind: 'job-fails',
      code: 'x',
      message: 'no',
      times: Infinity,
    });
    for (let attempt = 0; attempt < 3; attempt++) await bench.run();
    const fourth = await bench.run();
    expect(fourth.outputs['blocked-count']).toBe('1');
    expect(bench.submits()).toBe(3);
  });

  test('of EmpirioLabs keep their hold, because nobody says that they are refunded', async () => {
    const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
    bench.emulator.inject({
      at: 'submit',
      kind: 'job-fails',
      code: 'upstream_error',
      message: 'no luck',
    });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({
      state: 'failed',
      charge: { microUsd: null, source: 'unknown' },
    });
    expect(run.outputs['held-cost']).toBe('0.70');
    const again = await bench.run();
    expect(again.outputs).toMatchObject({ 'blocked-count': '1', 'held-cost': '0.70' });
    expect(bench.submits()).toBe(1);
  });
});

describe('status answers of EmpirioLabs', () => {
  test.concurrent.each<[string, Fault]>([
    ['errors', { at: 'status', kind: 'error', status: 500, times: 2 }],
    ['429', { at: 'status', kind: 'rate-limited', retryAfter: '1', times: 2 }],
    ['lost connections', { at: 'status', kind: 'lost-answer', times: 2 }],
    ['web pages', { at: 'status', kind: 'html-body', times: 2 }],
    ['an unknown word', { at: 'status', kind: 'status-word', word: 'marinating', times: 2 }],
    ['going backward', { at: 'status', kind: 'status-word', word: 'queued', times: 2 }],
    ['a 404 for a while', { at: 'status', kind: 'error', status: 404, times: 2 }],
  ])('survive %s', async (_title, fault) => {
    const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
    bench.emulator.inject(fault);
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });
});

describe('outputs', () => {
  test('that have expired are told apart, and not bought again', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'download', kind: 'expired', times: Infinity });
    const run = await bench.run();
    expect(bench.results(run).results[0]?.message).toContain(
      'no longer keeps the output (HTTP 410)',
    );
    bench.emulator.clearFaults();
    await bench.run();
    expect(bench.submits()).toBe(1);
  });

  test.concurrent.each(['prospolabs', 'empiriolabs'] as const)(
    'of %s that cannot be fetched are collected by the next run',
    async (provider) => {
      const bench = await startWorkbench({ config: oneTransfer(provider) });
      bench.emulator.inject({ at: 'download', kind: 'truncated-body', times: Infinity });
      const run = await bench.run();
      expect(bench.results(run).results[0]?.state).toBe('in-progress');
      expect(bench.exists('animations/wave.mp4')).toBe(false);
      bench.emulator.clearFaults();
      const again = await bench.run();
      expect(again.exitCode, again.stdout).toBe(0);
      expect(bench.submits()).toBe(1);
      expect(again.outputs['actual-cost']).toBe(
        (bench.emulator.totalMicroUsd() / 1e6).toFixed(3).replace(/0$/, ''),
      );
    },
  );

  test('without an end are cut off', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'download', kind: 'oversized' });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('larger than');
  });

  test('are never followed to a private address', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({
      at: 'download',
      kind: 'redirect',
      to: 'http://169.254.169.254/latest/meta-data',
      times: Infinity,
    });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'in-progress' });
    expect(run.stdout).toContain('not a public address');
  });
});

describe('inputs', () => {
  test.concurrent.each<[string, Fault]>([
    ['cannot be found', { at: 'input', kind: 'error', status: 404, times: Infinity }],
    ['answer with a web page', { at: 'input', kind: 'html-body', times: Infinity }],
  ])('that %s stop the transfer before anything is bought', async (_title, fault) => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject(fault);
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(bench.submits()).toBe(0);
    expect(run.outputs['held-cost']).toBe('0.00');
  });

  test('are not bought for when the provider cannot be reached at all', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run({}, { environment: { PROSPOLABS_BASE_URL: 'http://127.0.0.1:9' } });
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill.length).toBe(1);
  });
});

describe.concurrent('an unknown outcome', () => {
  test('keeps its hold in held-cost after take was raised', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    const lost = await bench.run();
    expect(lost.outputs['held-cost']).toBe('0.38');
    const blocked = await bench.run();
    expect(blocked.outputs).toMatchObject({ 'blocked-count': '1', 'held-cost': '0.38' });

    const raised = await bench.run({ take: '2' });
    expect(raised.outputs).toMatchObject({
      'generated-count': '1',
      'unknown-count': '1',
      'held-cost': '0.38',
    });
    expect(raised.stdout).toContain('$0.38 stays held');
    expect(bench.submits()).toBe(2);
  });
});

describe.concurrent('a wrong key', () => {
  test('refused three times does not block; with the right one it works', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const run = await bench.run({}, { environment: { PROSPOLABS_API_KEY: 'wrong' } });
      expect(run.outputs, run.stdout).toMatchObject({ 'failed-count': '1', 'held-cost': '0.00' });
      expect(run.stdout).toContain('invalid_api_key');
    }
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.length).toBe(1);
  });
});
