import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json/json.ts';
import { readModelPrices } from '../../src/providers/empiriolabs/prices.ts';
import { toResponse } from './fixtures.ts';

const read = (body: Json) => readModelPrices(toResponse({ status: 200, body }));
const none = { standard: null, pro: null };

describe('the price rows of EmpirioLabs, whose names nobody documents', () => {
  test.each([
    [
      'dollars by mode',
      [
        { mode: 'std', unit: 'second', price_usd: 0.14 },
        { mode: 'pro', unit: 'second', price_usd: 0.18 },
      ],
    ],
    [
      'texts by resolution',
      [
        { label: 'Standard (720p)', unit: 'per second', price: '$0.14', currency: 'USD' },
        { label: 'Pro (1080p)', unit: 'per second', price: '$0.18', currency: 'USD' },
      ],
    ],
    [
      'units in a name',
      [
        { name: '720p', billing_unit: 'per_second', unit_price: 0.14 },
        { name: '1080p', billing_unit: 'per_second', unit_price: 0.18 },
      ],
    ],
  ])('are read as %s', (_title, rows) => {
    expect(read({ pricing_rows: rows })).toEqual({ standard: 140_000, pro: 180_000 });
    expect(read({ pricing: rows })).toEqual({ standard: 140_000, pro: 180_000 });
  });

  test.each<[string, Json]>([
    ['no rows', {}],
    ['rows of another kind', { pricing_rows: 'on request' }],
    ['another unit', { pricing_rows: [{ mode: 'std', unit: 'video', price: 0.14 }] }],
    [
      'another currency',
      { pricing_rows: [{ mode: 'std', unit: 's second', currency: 'EUR', price: 1 }] },
    ],
    ['no tier', { pricing_rows: [{ unit: 'second', price: 0.14 }] }],
    [
      'both tiers in one',
      { pricing_rows: [{ label: 'std and pro', unit: 'second', price: 0.14 }] },
    ],
    ['two figures', { pricing_rows: [{ mode: 'std', unit: 'second', price: 0.14, cost: 0.1 }] }],
    ['no figure', { pricing_rows: [{ mode: 'std', unit: 'second', price: 'a lot' }] }],
    [
      'two rows for one tier',
      {
        pricing_rows: [
          { mode: 'std', unit: 'second', price: 0.14 },
          { mode: 'std', unit: 'second', price: 0.2 },
        ],
      },
    ],
  ])('with %s tell no price', (_title, body) => {
    expect(read(body)).toEqual(none);
  });
});
