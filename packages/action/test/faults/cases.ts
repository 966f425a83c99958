import type { Fault, ProviderName } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { oneTransfer, startWithoutArtifacts } from '../workbench.ts';

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

export type Case = readonly [string, Fault, Expected];

/**
 * Kinds of faults: cases of one kind come to the same by the same code. The first of each stands for
 * its kind in `npm test`; all of them, at every provider, are in faults.verify.test.ts.
 */
type Kinds<OneCase> = readonly (readonly [OneCase, ...OneCase[]])[];

export const submitKinds: Kinds<Case> = [
  [['the answer is lost after acceptance', { at: 'submit', kind: 'lost-answer' }, lost]],
  [
    [
      'the connection is reset before anything happens',
      { at: 'submit', kind: 'reset-before' },
      phantom,
    ],
  ],
  [
    ['503 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 503 }, lost],
    ['500 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 500 }, lost],
    ['502 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 502 }, lost],
    ['504 although accepted', { at: 'submit', kind: 'error-after-acceptance', status: 504 }, lost],
    ['503, not accepted', { at: 'submit', kind: 'error', status: 503 }, phantom],
    ['409', { at: 'submit', kind: 'error', status: 409 }, phantom],
  ],
  [
    ['an answer cut off in the middle', { at: 'submit', kind: 'truncated-body' }, lost],
    [
      'an answer cut off and closed cleanly',
      { at: 'submit', kind: 'truncated-body', contentLength: 'absent' },
      lost,
    ],
    ['a web page instead of an answer', { at: 'submit', kind: 'html-body' }, lost],
    ['a gzip bomb as the answer', { at: 'submit', kind: 'gzip-bomb' }, lost],
  ],
  [
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
  ],
  [
    ['400', { at: 'submit', kind: 'error', status: 400 }, refused],
    ['422', { at: 'submit', kind: 'error', status: 422 }, refused],
  ],
  [
    ['401', { at: 'submit', kind: 'error', status: 401 }, refused],
    ['402: no credits', { at: 'submit', kind: 'error', status: 402 }, refused],
  ],
  [
    [
      'a redirect of the POST',
      { at: 'submit', kind: 'redirect', to: 'https://example.com/', status: 307 },
      phantom,
    ],
  ],
];

export const downloadKinds: Kinds<Case> = [
  [
    ['a download cut off in the middle', { at: 'download', kind: 'truncated-body' }, bought],
    [
      'a download cut off and closed cleanly',
      { at: 'download', kind: 'truncated-body', contentLength: 'absent' },
      bought,
    ],
    ['a wrong content-length', { at: 'download', kind: 'wrong-content-length' }, bought],
    ['a connection reset inside the download', { at: 'download', kind: 'lost-answer' }, bought],
    ['a slow video', { at: 'download', kind: 'slow-body', totalMs: 300 }, bought],
  ],
  [
    ['a web page instead of the video', { at: 'download', kind: 'not-a-video' }, bought],
    ['a gzip bomb as the video', { at: 'download', kind: 'gzip-bomb' }, bought],
  ],
  [['500 for the video', { at: 'download', kind: 'error', status: 500 }, bought]],
];

/** One with plain and one with signed addresses: what fetches a video knows no provider. */
export const DOWNLOADED = ['prospolabs', 'empiriolabs'] as const;

type StatusCase = readonly [string, Fault];

export const statusKinds: Kinds<StatusCase> = [
  [
    ['an error', { at: 'status', kind: 'error', status: 500, times: 2 }],
    ['404 for a while', { at: 'status', kind: 'error', status: 404, times: 2 }],
    ['lost', { at: 'status', kind: 'lost-answer', times: 2 }],
  ],
  [['429', { at: 'status', kind: 'rate-limited', retryAfter: '1', times: 2 }]],
  [
    ['a web page', { at: 'status', kind: 'html-body', times: 2 }],
    ['empty', { at: 'status', kind: 'error', status: 200, body: {}, times: 2 }],
  ],
  [
    ['an unknown word', { at: 'status', kind: 'status-word', word: 'marinating', times: 2 }],
    ['a step backward', { at: 'status', kind: 'status-word', word: 'queued', times: 2 }],
  ],
  [
    [
      'a video inside the answer, and an absurd bill',
      { at: 'status', kind: 'error', status: 200, body: videoInside(), times: 2 },
    ],
  ],
];

/** As EmpirioLabs and WaveSpeed name an output: 300 kB of it. */
function videoInside(): object {
  const url = `data:video/mp4;base64,${'A'.repeat(300_000)}`;
  const usage = { billable_units: 1e11, billing_unit: 'seconds' };
  const data = { status: 'completed', outputs: [url] };
  return { status: 'completed', result: { data: [{ url }], usage }, data };
}

/** What asks for the status of a job differs in how it reads the answer. */
export const POLLED = ['empiriolabs', 'kling', 'wavespeed', 'kie'] as const;

/** Where a provider documents something else. */
const otherwise: Partial<Record<ProviderName, Readonly<Record<string, Expected>>>> = {
  // A 422 may have cost time on a machine (docs.fal.ai/faq).
  fal: { '422': phantom },
};

/** One run under the fault, and one after it. */
export async function survive(provider: ProviderName, [title, fault, usual]: Case): Promise<void> {
  const expected = otherwise[provider]?.[title] ?? usual;
  const bench = await startWithoutArtifacts({ config: oneTransfer(provider) });
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

/** One run, of which two status answers are of no use. */
export async function surviveStatus(provider: ProviderName, [, fault]: StatusCase): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer(provider) });
  bench.emulator.inject(fault);
  const run = await bench.run();
  expect(bench.emulator.firedFaults).toHaveLength(2);
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.submits()).toBe(1);
}

/** Errors of servers and gateways: they say nothing about the job that was asked about. */
export const untypedErrors: readonly (readonly [string, number, object])[] = [
  ['503 with a detail', 503, { detail: 'Service unavailable' }],
  ['400 "still in progress"', 400, { detail: 'Request is still in progress' }],
  ['404 with an error', 404, { error: 'not found' }],
];
