import { describe, expect, test } from 'vitest';
import { priceKey } from '../../../src/plan/sellers/find-price.ts';
import type { Adapter } from '../../../src/providers/adapter.ts';
import { adapters } from '../../../src/providers/registry.ts';
import { buildState } from '../../support/state-builder.ts';

/** Prospolabs sells 4 s of standard at $0.076 a second. */
const MODEL = 'kling-3-motion-control';

function planned(contract: number | null, reported: number | null) {
  const state = buildState();
  if (contract != null) state.prices = { prospolabs: { [MODEL]: { standard: contract } } };
  if (reported != null)
    state.published = new Map([[priceKey('prospolabs', MODEL), { standard: reported, pro: null }]]);
  const hero = state.addTransfer('hero');
  return { step: state.step(), fingerprint: state.fingerprintOf(hero) };
}

describe('a contract price', () => {
  test('is what is estimated and held, and is called one', () => {
    const { step } = planned(50_000, null);
    expect(step).toMatchObject({
      estimate: {
        lowMicroUsd: 200_000,
        highMicroUsd: 200_000,
        basis: '4 s x $0.05 (contract price)',
      },
      price: { origin: 'contract', microUsdPerSecond: 50_000 },
    });
  });

  test('changes nothing of what is bought', () => {
    expect(planned(50_000, null).fingerprint).toBe(planned(null, null).fingerprint);
  });

  test('is reported when the provider says more, and the higher is held', () => {
    const { step } = planned(50_000, 90_000);
    expect(step).toMatchObject({ estimate: { lowMicroUsd: 200_000, highMicroUsd: 360_000 } });
    expect(step.warnings.join()).toContain(
      'Prospolabs reports $0.09 a second for standard, the contract price is $0.05',
    );
  });
});

describe('a published price', () => {
  test('as in our list needs no word', () => {
    const { step } = planned(null, 76_000);
    expect(step).toMatchObject({ estimate: { lowMicroUsd: 304_000, highMicroUsd: 304_000 } });
    expect(step.warnings).toEqual([]);
    expect(step).toEqual(planned(null, null).step);
  });

  test.each([
    ['above', 100_000, 400_000, 400_000],
    ['below', 50_000, 200_000, 304_000],
  ])('%s our list is warned of, and the higher is held', (_title, reported, low, high) => {
    const { step } = planned(null, reported);
    expect(step).toMatchObject({ estimate: { lowMicroUsd: low, highMicroUsd: high } });
    expect(step.warnings.join()).toContain('the list of this version says $0.076');
  });
});

test.each(adapters.map((adapter) => [adapter.title, adapter] as const))(
  'a contract at half the list price halves what %s estimates',
  (_title, adapter: Adapter) => {
    const [model = ''] = Object.keys(adapter.models);
    const row = adapter.models[model]?.prices.standard;
    if (row == null) throw new Error('no price');
    const highOf = (rate: number | null) => {
      const state = buildState();
      state.providers = [{ adapter, hasKey: true }];
      if (rate != null) state.prices = { [adapter.id]: { [model]: { standard: rate } } };
      state.addTransfer('hero', { provider: [adapter.id] });
      const [offer] = state.step().offers;
      return offer?.estimate?.highMicroUsd ?? 0;
    };
    const held = row.heldMicroUsdPerSecond ?? row.microUsdPerSecond;
    expect(highOf(held / 2)).toBe(highOf(null) / 2);
  },
);
