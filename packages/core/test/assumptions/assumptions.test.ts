import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/assumptions/assumption.ts';
import {
  assumptionsOf,
  checkAssumptions,
  writtenAssumptions,
} from '../../src/assumptions/registry.ts';
import type { Exchange, Purpose } from '../../src/model/probe.ts';
import { adapters } from '../../src/providers/registry.ts';

const nothing: Evidence = {
  exchanges: [],
  model: '',
  tier: 'standard',
  clipSeconds: 3,
  microUsdPerSecond: 126_000,
  lowMicroUsd: 378_000,
  highMicroUsd: 378_000,
  publishedMicroUsdPerSecond: null,
  spent: null,
  isDone: false,
  lacks: null,
  jobId: null,
};

let count = 0;
function exchange(
  purpose: Purpose,
  json: unknown,
  more: Partial<{
    status: number;
    url: string;
    sent: unknown;
    headers: Record<string, string>;
  }> = {},
): Exchange {
  count += 1;
  const { status = 200, url = 'https://example.com/', sent = null, headers = {} } = more;
  return {
    number: count,
    purpose,
    request: { method: purpose === 'submit' ? 'POST' : 'GET', url, body: sent },
    response: { status, headers, json, text: JSON.stringify(json) ?? '' },
    problem: null,
  };
}

function verdictOf(provider: string, id: string, evidence: Partial<Evidence>): string | undefined {
  const assumption = writtenAssumptions(provider).find((one) => one.id === id);
  if (assumption == null) throw new Error(`${provider} has no assumption ${id}`);
  return assumption.check({ ...nothing, ...evidence })?.verdict;
}

describe.each(adapters)('the assumptions about $id', (adapter) => {
  const assumptions = assumptionsOf(adapter);

  test('have ids of their own, a sentence and a source each', () => {
    const ids = assumptions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, sentence, source } of assumptions) {
      expect(id).toMatch(/^[a-z][a-z0-9-]*(:\S+)?$/);
      expect(sentence.length).toBeGreaterThan(10);
      expect(source).not.toBe('');
      // They stand in a table of Markdown.
      expect(`${sentence}${source}`).not.toContain('|');
    }
  });

  test('hold every figure of the adapter that is borrowed or assumed', () => {
    const figures = Object.values(adapter.models).flatMap((spec) =>
      [
        ...Object.values(spec.prices),
        ...Object.values(spec.maxSeconds),
        ...Object.values(spec),
      ].filter(
        (fact) =>
          typeof fact === 'object' &&
          'basis' in fact &&
          fact.basis !== 'documented' &&
          fact.basis != null,
      ),
    );
    const ofFacts = assumptions.filter(({ source }) => /^(borrowed|assumed): /.test(source));
    expect(ofFacts.length).toBeGreaterThanOrEqual(figures.length);
  });

  test('say nothing where nothing was answered', () => {
    const verdicts = checkAssumptions(adapter, nothing).map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['not-seen']));
  });

  test.each<unknown>([undefined, null, 'text', 7, [], {}, { data: [] }, { status: 7, data: 'x' }])(
    'never fail on an answer of %j',
    (json) => {
      const purposes = [
        'price',
        'balance',
        'upload',
        'submit',
        'status',
        'result',
        'look-up',
        'download',
      ] as const;
      for (const status of [200, 400, 404, 500]) {
        const exchanges = purposes.map((purpose) =>
          exchange(purpose, json, { status, sent: json }),
        );
        const evidence = { ...nothing, exchanges, isDone: true, jobId: 'job-123', spent: 1 };
        expect(() => checkAssumptions(adapter, evidence)).not.toThrow();
      }
    },
  );
});

describe('what is checked', () => {
  test.each([
    ['a text in message', { message: 'no' }, 'confirmed'],
    ['a text in error.message', { error: { message: 'no' } }, 'confirmed'],
    ['a typed detail', { detail: [{ msg: 'no', type: 'x' }] }, 'confirmed'],
    ['another member', { reason: 'no' }, 'wrong'],
  ])('of errors: %s', (_title, json, verdict) => {
    const exchanges = [exchange('status', json, { status: 400 })];
    expect(verdictOf('fal', 'error-envelope', { exchanges })).toBe(verdict);
  });

  test.each([
    [401, { code: 1002, message: 'auth failed' }, 'wrong'],
    [200, { code: 0, data: { task_id: 'a' } }, 'confirmed'],
    [429, { code: 1303, message: 'parallel' }, undefined],
  ])('of the two keys of Kling, HTTP %i', (status, json, verdict) => {
    const url = 'https://api-singapore.klingai.com/v1/videos/motion-control';
    const exchanges = [exchange('submit', json, { status, url })];
    expect(verdictOf('kling', 'token-of-two-keys', { exchanges })).toBe(verdict);
  });

  test.each([
    ['output-length', [], 'confirmed'],
    ['output-length', ['silent', 'shorter'], 'wrong'],
    ['output-size', ['shorter'], 'confirmed'],
    ['output-size', ['smaller'], 'wrong'],
    ['output-size', null, undefined],
  ] as const)('of the video: %s, which lacks %j', (id, lacks, verdict) => {
    expect(verdictOf('fal', id, { lacks })).toBe(verdict);
  });

  test.each([
    ['1.5', 'confirmed'],
    ['2.7', 'wrong'],
  ])('of the units of Kling 2.6: %s for 3 s', (units, verdict) => {
    const json = { data: { task_status: 'succeed', final_unit_deduction: units } };
    const exchanges = [exchange('status', json)];
    expect(verdictOf('kling', 'units-a-second', { exchanges, model: 'kling-v2-6' })).toBe(verdict);
  });

  test.each([
    [0.378, 'confirmed'],
    [0.32, 'wrong'],
    // What is not booked yet says nothing.
    [0, undefined],
  ])('of the account of WaveSpeed: %d dollars less', (spent, verdict) => {
    expect(verdictOf('wavespeed', 'account-is-charged-as-estimated', { spent, isDone: true })).toBe(
      verdict,
    );
  });

  test.each([
    [{ data: { status: 'completed', outputs: ['https://a/b.mp4'], cost: 0.3 } }, 'wrong'],
    [{ data: { status: 'completed', outputs: ['https://a/b.mp4'] } }, 'confirmed'],
  ])('of prices in answers of WaveSpeed: %j', (json, verdict) => {
    const exchanges = [exchange('status', json)];
    expect(verdictOf('wavespeed', 'no-price-in-answers', { exchanges, isDone: true })).toBe(
      verdict,
    );
  });

  test.each([
    ['3', 'confirmed'],
    ['1', 'wrong'],
  ])('of the billable units of fal: %s for 3 s', (units, verdict) => {
    const headers = { 'x-fal-billable-units': units };
    const exchanges = [exchange('result', { video: { url: 'https://a/b' } }, { headers })];
    expect(verdictOf('fal', 'billable-units-header', { exchanges })).toBe(verdict);
  });

  test.each([
    [{ code: 500, msg: 'mode is not within the range of allowed options' }, 'wrong'],
    [{ code: 200, data: { taskId: 'a' } }, 'confirmed'],
    [{ code: 402, msg: 'no credits' }, undefined],
  ])('of the mode of kie.ai: %j', (json, verdict) => {
    const exchanges = [exchange('submit', json)];
    expect(verdictOf('kie', 'mode-is-a-resolution', { exchanges })).toBe(verdict);
  });

  test.each([
    [{ status: 'completed', output_url: 'https://a/b.mp4' }, 'confirmed'],
    [{ status: 'queued', generation_id: 'gen_1' }, 'wrong'],
  ])('of the wait of Prospolabs: %j', (json, verdict) => {
    const exchanges = [exchange('submit', json, { sent: { quality: 'standard' } })];
    expect(verdictOf('prospolabs', 'synchronous-wait', { exchanges })).toBe(verdict);
  });

  test.each([
    [126_000, 'confirmed'],
    [107_100, 'wrong'],
  ])('of a price that is borrowed: the list of the provider says %i', (published, verdict) => {
    const [fal] = adapters.filter(({ id }) => id === 'fal');
    const model = Object.keys(fal?.models ?? {})[0] ?? '';
    const evidence = { ...nothing, model, publishedMicroUsdPerSecond: published };
    const checked = fal == null ? [] : checkAssumptions(fal, evidence);
    expect(checked.find(({ id }) => id.startsWith('price-standard'))?.verdict).toBe(verdict);
  });
});
