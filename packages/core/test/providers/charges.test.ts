import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { Adapter, Settled } from '../../src/providers/adapter.ts';
import { adapters } from '../../src/providers/registry.ts';
import { makeJob } from '../support/facts.ts';
import { toResponse } from './fixtures.ts';

type Value = Json | undefined;

const VIDEO = 'https://files.example.com/out.mp4';

/** Answers to a poll, with this figure in the field that tells what the job cost. */
interface PriceField {
  readonly done: (value: Value) => { readonly body: object; readonly header?: Value };
  readonly failed?: (value: Value) => object;
  /** What 4 of its unit are in micro-dollars at the standard tier. */
  readonly four: number | null;
  /** Whether a delivered job may be reported as free. */
  readonly zero: 0 | null;
  /** Whether a decimal text is a figure here. */
  readonly isText?: boolean;
}

const klingTask = (more: object) => ({ code: 0, data: { task_id: 't', ...more } });
const klingDone = {
  task_status: 'succeed',
  task_result: { videos: [{ url: VIDEO }] },
};
const kieTask = (more: object) => ({ code: 200, data: { taskId: 't', ...more } });

/** Every field of an answer that we know of and that is about money, by provider. */
const priceFields: Readonly<Record<string, PriceField>> = {
  prospolabs: {
    done: (value) => ({
      body: {
        generation_id: 'g',
        status: 'completed',
        output_url: VIDEO,
        estimated_cost_usd: value,
      },
    }),
    four: 4_000_000,
    zero: null,
  },
  empiriolabs: {
    done: (value) => ({
      body: {
        status: 'completed',
        result: {
          data: [{ url: VIDEO }],
          usage: { billable_units: value, billing_unit: 'seconds' },
        },
      },
    }),
    failed: (value) => ({
      status: 'failed',
      result: { usage: { billable_units: value, billing_unit: 'seconds' } },
    }),
    four: 560_000,
    zero: null,
  },
  fal: {
    done: (value) => ({ body: { video: { url: VIDEO } }, header: value }),
    failed: (value) => ({ status: 'COMPLETED', error: 'no', units: value }),
    four: 504_000,
    zero: null,
    isText: true,
  },
  replicate: {
    done: (value) => ({
      body: { id: 'p', status: 'succeeded', output: VIDEO, metrics: { predict_time: value } },
    }),
    failed: (value) => ({ id: 'p', status: 'failed', metrics: { predict_time: value } }),
    four: null,
    zero: null,
  },
  kling: {
    done: (value) => ({ body: klingTask({ ...klingDone, final_unit_deduction: value }) }),
    failed: (value) => klingTask({ task_status: 'failed', final_unit_deduction: value }),
    four: 560_000,
    zero: 0,
    isText: true,
  },
  wavespeed: {
    done: (value) => ({
      body: { data: { id: 'p', status: 'completed', outputs: [VIDEO], price: value } },
    }),
    four: null,
    zero: null,
  },
  kie: {
    done: (value) => ({
      body: kieTask({
        state: 'success',
        resultJson: JSON.stringify({ resultUrls: [VIDEO] }),
        creditsConsumed: value,
      }),
    }),
    failed: (value) => kieTask({ state: 'fail', creditsConsumed: value }),
    four: 20_000,
    zero: 0,
  },
};

const NO_FIGURES: readonly Value[] = [
  undefined,
  null,
  '',
  'four',
  '4 s',
  'NaN',
  '-4',
  -4,
  -0.5,
  1e300,
  '9'.repeat(400),
  true,
  [],
  {},
  [4, 5],
  { amount: 4 },
];

function read(adapter: Adapter, body: object, header?: Value): Settled {
  const [model = ''] = Object.keys(adapter.models);
  const job = makeJob(model, adapter.options.parse({}), { tier: 'standard' });
  const headers: Record<string, string> =
    header == null ? {} : { 'x-fal-billable-units': String(header) };
  const response = toResponse({ status: 200, body: body as Json }, headers);
  const isDone = !('error' in body);
  if (adapter.result != null && isDone) return adapter.result(response, {}, job);
  const progress = adapter.progress(response, {}, job);
  if (progress.state === 'ready') throw new Error('the answer should tell the end');
  return progress;
}

describe.each(adapters.map((adapter) => [adapter.id, adapter] as const))(
  'the charge of %s',
  (id, adapter) => {
    const field = priceFields[id];
    if (field == null) throw new Error(`${id}: say which of its fields are about money`);
    const reportedFor = (value: Value) => {
      const { body, header } = field.done(value);
      const settled = read(adapter, body, header);
      if (settled.state !== 'done') throw new Error('the answer should name the video');
      return settled.delivery.reported?.microUsd ?? null;
    };

    test.each(NO_FIGURES.map((value) => [value]))('is none where it is reported as %j', (value) => {
      expect(reportedFor(value)).toBeNull();
    });

    test('is what four of its unit cost', () => {
      expect(reportedFor(4)).toBe(field.four);
      expect(reportedFor('4')).toBe(field.isText === true ? field.four : null);
    });

    test('is zero only where the provider documents the figure', () => {
      expect(reportedFor(0)).toBe(field.zero);
      expect(reportedFor('0')).toBe(field.isText === true ? field.zero : null);
    });

    if (field.failed != null) {
      const { failed } = field;
      test.each(NO_FIGURES.map((value) => [value]))(
        'of a failed job that tells %j is not known to be nothing',
        (value) => {
          const settled = read(adapter, failed(value));
          if (settled.state !== 'failed') throw new Error('the answer should tell a failure');
          expect(settled.failure.billed).not.toBe('no');
        },
      );
    }
  },
);

describe('a Kling account that pays from a balance', () => {
  const kling = adapters.find(({ id }) => id === 'kling');
  if (kling == null) throw new Error('Kling is a provider');

  const others: readonly object[] = [
    { final_balance_deduction: { quota: '0.63' } },
    { final_balance_deduction: { quota: 0.63, list_price: '0.63' } },
    { final_balance_deduction: { quota: '0', list_price: '0.63' } },
    { final_balance_deduction: { quota: 'some' } },
    { final_balance_deduction: { quota: -1 } },
    { final_balance_deduction: '0.63' },
    { final_balance_deduction: true },
    { billing: [{ charge_type: 'cash', amount: '0.63' }] },
    { final_voucher_deduction: '3' },
  ];

  test.each(others)('has no charge in units: %j', (other) => {
    for (const units of ['0', '4.5', undefined]) {
      const fields = { ...other, final_unit_deduction: units };
      expect(read(kling, klingTask({ ...klingDone, ...fields }))).toMatchObject({
        state: 'done',
        delivery: { reported: null },
      });
      expect(read(kling, klingTask({ task_status: 'failed', ...fields }))).toMatchObject({
        state: 'failed',
        failure: { billed: 'unknown' },
      });
    }
  });

  test.each([
    {},
    { final_balance_deduction: null },
    { final_balance_deduction: { quota: '0', list_price: '0.00' } },
    { final_balance_deduction: {} },
  ])('is charged in units when nothing was taken from it: %j', (other) => {
    const fields = { ...other, final_unit_deduction: '4.5' };
    expect(read(kling, klingTask({ ...klingDone, ...fields }))).toMatchObject({
      delivery: { reported: { microUsd: 630_000, source: 'provider-reported' } },
    });
    const free = { ...other, final_unit_deduction: '0' };
    expect(read(kling, klingTask({ task_status: 'failed', ...free }))).toMatchObject({
      failure: { billed: 'no' },
    });
  });
});
