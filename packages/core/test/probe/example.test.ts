import { describe, expect, test } from 'vitest';
import { jobFor } from '../../src/plan/sellers.ts';
import { atCheapestModel } from '../../src/probe/example.ts';
import { adapters } from '../../src/providers/registry.ts';
import { build } from '../config/support.ts';

const TEXT = `version: 1
provider: fal
transfers:
  - { character: a.png, motion: a.mp4, output: out/a.mp4 }
`;

describe.each(adapters)('the example at $id', (adapter) => {
  test('is bought at the cheapest model', () => {
    const [transfer] = atCheapestModel(build(TEXT).config, adapter).transfers;
    const model = transfer == null ? '' : jobFor(adapter, transfer).model;
    const rates = Object.values(adapter.models).map(
      ({ prices: { standard } }) => standard.heldMicroUsdPerSecond ?? standard.microUsdPerSecond,
    );
    const { standard } = adapter.models[model]?.prices ?? {};
    expect(standard?.heldMicroUsdPerSecond ?? standard?.microUsdPerSecond).toBe(Math.min(...rates));
  });
});
