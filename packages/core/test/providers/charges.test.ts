import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json/json.ts';
import type { Adapter, Operation, Settled } from '../../src/providers/adapter.ts';
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
  /** Set where the keys decide which API is asked. */
  readonly keys?: readonly string[];
  /** Where an answer has to name the job that was asked about. */
  readonly operation?: Operation;
}

const klingTask = (more: object) => ({ code: 0, data: { task_id: 't', ...more } });
const currentKlingTask = (more: object) => ({ code: 0, data: [{ id: 't', ...more }] });
const currentKlingDone = { status: 'succeeded', outputs: [{ type: 'video', url: VIDEO }] };
const inUnits = (amount: Value) => ({
  billing: [{ charge_type: 'unit', amount, package_type: 'video' }],
});
const inDollars = (amount: Value) => ({
  billing: [
    { charge_type: 'cash', cash_type: 'balance', amount, currency: 'USD', list_price: '9.00' },
  ],
});
const LEGACY_KEYS = ['KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY'];
const current = {
  keys: ['KLINGAI_API_KEY'],
  operation: { taskId: 't', api: 'current' },
  zero: 0,
  isText: true,
} as const;
const klingDone = {
  task_status: 'succeed',
  task_result: { videos: [{ url: VIDEO }] },
};
const kieTask = (more: object) => ({ code: 200, data: { taskId: 't', ...more } });

/** Every field of an answer that we know of and that is about money, by provider, and by its API where it has two. */
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
    failed: (value) => ({
      status: 'COMPLETED',
      error: 'no',
      error_type: 'invalid_input',
      units: value,
    }),
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
  'kling, legacy': {
    keys: LEGACY_KEYS,
    operation: { taskId: 't' },
    done: (value) => ({ body: klingTask({ ...klingDone, final_unit_deduction: value }) }),
    failed: (value) => klingTask({ task_status: 'failed', final_unit_deduction: value }),
    four: 560_000,
    zero: 0,
    isText: true,
  },
  'kling, in units': {
    ...current,
    done: (value) => ({ body: currentKlingTask({ ...currentKlingDone, ...inUnits(value) }) }),
    failed: (value) => currentKlingTask({ status: 'failed', ...inUnits(value) }),
    four: 560_000,
  },
  'kling, in dollars': {
    ...current,
    done: (value) => ({ body: currentKlingTask({ ...currentKlingDone, ...inDollars(value) }) }),
    failed: (value) => currentKlingTask({ status: 'failed', ...inDollars(value) }),
    four: 4_000_000,
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

function read(
  adapter: Adapter,
  body: object,
  {
    header,
    operation = {},
  }: { readonly header?: Value; readonly operation?: Operation | undefined } = {},
): Settled {
  const [model = ''] = Object.keys(adapter.models);
  const job = makeJob(model, adapter.options.parse({}), { tier: 'standard' });
  const headers: Record<string, string> =
    header == null ? {} : { 'x-fal-billable-units': String(header) };
  const response = toResponse({ status: 200, body: body as Json }, headers);
  const isDone = !('error' in body);
  if (adapter.result != null && isDone) return adapter.result(response, operation, job);
  const progress = adapter.progress(response, operation, job);
  if (progress.state === 'ready') throw new Error('the answer should tell the end');
  return progress;
}

test('every provider says which fields of its answers are about money', () => {
  for (const { id } of adapters)
    expect(
      Object.keys(priceFields).some((title) => isAbout(title, id)),
      id,
    ).toBe(true);
});

function isAbout(title: string, id: string): boolean {
  return title === id || title.startsWith(`${id},`);
}

function adapterOf(title: string, keys: readonly string[] = []): Adapter {
  const adapter = adapters.find(({ id }) => isAbout(title, id));
  if (adapter == null) throw new Error(`${title}: no such provider`);
  return adapter.withKeys?.(new Set(keys)) ?? adapter;
}

describe.each(Object.entries(priceFields))('the charge of %s', (title, field) => {
  const adapter = adapterOf(title, field.keys);
  const { operation } = field;
  const reportedFor = (value: Value) => {
    const { body, header } = field.done(value);
    const settled = read(adapter, body, { header, operation });
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
        const settled = read(adapter, failed(value), { operation });
        if (settled.state !== 'failed') throw new Error('the answer should tell a failure');
        expect(settled.failure.billed).not.toBe('no');
        expect(settled.failure.reported?.microUsd ?? null).toBeNull();
      },
    );

    test('of a failed job that was billed is what the answer tells, as of one that is done', () => {
      const value = field.isText === true ? '4' : 4;
      const settled = read(adapter, failed(value), { operation });
      if (settled.state !== 'failed') throw new Error('the answer should tell a failure');
      const { billed, reported } = settled.failure;
      expect(reported ?? null).toEqual(
        billed === 'yes' ? { microUsd: field.four, source: 'provider-reported' } : null,
      );
      expect(billed === 'yes').toBe(['kling', 'kie'].includes(adapter.id));
    });
  }
});

describe('a Kling account that pays from a balance, at the legacy API', () => {
  const kling = adapterOf('kling', LEGACY_KEYS);
  const of = (body: object) => read(kling, body, { operation: { taskId: 't' } });

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
      expect(of(klingTask({ ...klingDone, ...fields }))).toMatchObject({
        state: 'done',
        delivery: { reported: null },
      });
      expect(of(klingTask({ task_status: 'failed', ...fields }))).toMatchObject({
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
    expect(of(klingTask({ ...klingDone, ...fields }))).toMatchObject({
      delivery: { reported: { microUsd: 630_000, source: 'provider-reported' } },
    });
    const free = { ...other, final_unit_deduction: '0' };
    expect(of(klingTask({ task_status: 'failed', ...free }))).toMatchObject({
      failure: { billed: 'no' },
    });
  });
});

describe('the billing of a task at the current API of Kling', () => {
  const kling = adapterOf('kling', current.keys);
  const told = (billing: Value, more: object = {}) => {
    const of = (task: object) => {
      const body = currentKlingTask({ ...task, ...more, billing });
      return read(kling, body, { operation: current.operation });
    };
    const done = of(currentKlingDone);
    const failed = of({ status: 'failed', message: 'no luck' });
    if (done.state !== 'done' || failed.state !== 'failed') throw new Error('both are ended');
    return {
      microUsd: done.delivery.reported?.microUsd ?? null,
      billed: failed.failure.billed,
    };
  };
  const units = { charge_type: 'unit', amount: '4.5', package_type: 'video' };
  const cash = { charge_type: 'cash', cash_type: 'balance', amount: '0.567', currency: 'USD' };

  test.each<readonly [string, Json, number, 'yes' | 'no']>([
    ['units', [units], 630_000, 'yes'],
    ['dollars, at a discount', [{ ...cash, list_price: '0.63' }], 567_000, 'yes'],
    ['a pack that ran out, and the rest from the balance', [units, cash], 1_197_000, 'yes'],
    ['nothing', [{ ...units, amount: '0' }], 0, 'no'],
    [
      'nothing of both',
      [
        { ...units, amount: '0.00' },
        { ...cash, amount: '0' },
      ],
      0,
      'no',
    ],
    [
      'members that do not apply, as null',
      [{ ...units, currency: null, list_price: null }],
      630_000,
      'yes',
    ],
  ])('that tells %s is read', (_title, billing, microUsd, billed) => {
    expect(told(billing)).toEqual({ microUsd, billed });
  });

  const unread: readonly {
    readonly title: string;
    readonly billing: Value;
    readonly more?: object;
  }[] = [
    { title: 'an empty list', billing: [] },
    { title: 'no list', billing: { ...units } },
    { title: 'a text', billing: '4.5' },
    { title: 'another currency', billing: [{ ...cash, currency: 'CNY' }] },
    { title: 'no currency', billing: [{ charge_type: 'cash', amount: '0.567' }] },
    { title: 'a test balance', billing: [{ ...cash, cash_type: 'test_balance' }] },
    { title: 'another type of charge', billing: [{ ...units, charge_type: 'voucher' }] },
    { title: 'units of another pack', billing: [{ ...units, package_type: 'image' }] },
    { title: 'a currency for units', billing: [{ ...units, currency: 'USD' }] },
    { title: 'a member nobody knows', billing: [{ ...units, discount: '0.5' }] },
    { title: 'a list price that is none', billing: [{ ...cash, list_price: 'n/a' }] },
    {
      title: 'one entry of two that is not understood',
      billing: [units, { ...cash, amount: 'some' }],
    },
    {
      title: 'zero beside one that is not understood',
      billing: [{ ...units, amount: '0' }, { charge_type: 'gift' }],
    },
    {
      title: 'another figure beside it',
      billing: [units],
      more: { final_balance_deduction: { quota: '0.63' } },
    },
  ];

  test.each(unread)(
    'that tells $title is no charge, and a failure with it may have cost',
    (each) => {
      const { billing, more } = each;
      expect(told(billing, more)).toEqual({ microUsd: null, billed: 'unknown' });
    },
  );
});
