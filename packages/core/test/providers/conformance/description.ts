import { describe, expect, test } from 'vitest';
import { secretSets, secretVariables } from '../../../src/http/secrets.ts';
import type { ModelSpec, Sourced } from '../../../src/providers/adapter.ts';
import { adapters } from '../../../src/providers/registry.ts';
import { type Bench, CANARY } from './adapter-under-test.ts';

/** What an adapter says of itself and its service: who it is, figures, options. */
export function testDescription({ adapter, submitted }: Bench): void {
  describe('says who it is', () => {
    test('under one id that the registry finds', () => {
      expect(adapter.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(adapters.filter(({ id }) => id === adapter.id)).toHaveLength(1);
      expect(Number.isInteger(adapter.revision) && adapter.revision >= 1).toBe(true);
    });

    test('with bare https origins', () => {
      expect(adapter.origins.length).toBeGreaterThan(0);
      for (const origin of adapter.origins) {
        expect(new URL(origin)).toMatchObject({ protocol: 'https:', origin });
      }
    });

    test('with environment names for its keys and its base URL', () => {
      expect(adapter.secrets.length).toBeGreaterThan(0);
      for (const name of [...secretVariables(adapter), adapter.baseUrlVariable]) {
        expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
      }
      expect(adapter.baseUrlVariable).toMatch(/_BASE_URL$/);
    });

    test('with a variable for every further origin, so that all of them can be moved', () => {
      const { furtherBaseUrlVariables = {} } = adapter;
      expect(Object.keys(furtherBaseUrlVariables)).toEqual(adapter.origins.slice(1));
      for (const name of Object.values(furtherBaseUrlVariables)) {
        expect(name).toMatch(/^[A-Z][A-Z0-9_]+_BASE_URL$/);
        expect(name).not.toBe(adapter.baseUrlVariable);
      }
    });

    test.each(secretSets(adapter).map((names) => [names]))(
      'and authorizes with exactly the keys it names: %j',
      (names) => {
        const secrets = Object.fromEntries(names.map((name) => [name, CANARY]));
        const headers = (of: Record<string, string>) =>
          JSON.stringify(adapter.authorize(of, 0, submitted().url));
        for (const name of names) {
          expect(headers({ ...secrets, [name]: 'sk-another' })).not.toBe(headers(secrets));
        }
        expect(headers({ ...secrets, OTHER_KEY: 'other' })).toBe(headers(secrets));
      },
    );

    test('and what its service promises, each with a basis and a source', () => {
      const facts = { ...adapter.service, ...adapter.furtherFacts };
      for (const { value, basis, source } of Object.values(facts)) {
        expect(value).not.toBe('');
        expect(['documented', 'borrowed', 'assumed']).toContain(basis);
        expect(source).not.toBe('');
      }
    });
  });

  describe('gives figures that can be traced', () => {
    test('every price row has a positive whole rate, a source and a date', () => {
      for (const row of Object.values(adapter.models).flatMap(({ prices }) => [
        prices.standard,
        prices.pro,
      ])) {
        expect(Number.isSafeInteger(row.microUsdPerSecond) && row.microUsdPerSecond > 0).toBe(true);
        expect(row.source).not.toBe('');
        expect(row.heldMicroUsdPerSecond ?? row.microUsdPerSecond).toBeGreaterThanOrEqual(
          row.microUsdPerSecond,
        );
        expect(row.checkedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(new Date(row.checkedOn).toISOString().slice(0, 10)).toBe(row.checkedOn);
      }
    });

    test('no two of its models have one name', () => {
      const names = Object.values(adapter.models).map(({ name }) => name);
      expect(names).not.toContain(null);
      expect(new Set(names).size).toBe(names.length);
    });

    test('polls patiently: the first wait is not above the longest', () => {
      expect(adapter.pacing.firstPollMs).toBeGreaterThan(0);
      expect(adapter.pacing.firstPollMs).toBeLessThanOrEqual(adapter.pacing.maxPollMs);
    });
  });

  test.each([{ tehmperature: 1 }, { prompt: 'x' }, JSON.parse('{"__proto__":{"a":1}}'), [], 'x'])(
    'refuses options it does not know: %j',
    (options) => {
      expect(adapter.options.safeParse(options).success).toBe(false);
    },
  );
}

/** The figures that a model is checked by. */
export function testLimits({ adapter, model, spec }: Bench): void {
  test(`every limit of ${model} has a basis and a source`, () => {
    const rate = adapter.pacing.requestsPerMinute;
    const limits = [...limitsOf(spec), ...(rate == null ? [] : [rate])];
    expect(limits.length).toBeGreaterThanOrEqual(12);
    for (const { basis, source } of limits) {
      expect(['documented', 'borrowed', 'assumed']).toContain(basis);
      expect(source).not.toBe('');
    }
  });
}

function limitsOf(spec: ModelSpec): Sourced<unknown>[] {
  const { title: _title, name: _name, prices: _prices, maxSeconds, ...limits } = spec;
  return [...Object.values(limits), ...Object.values(maxSeconds)];
}
