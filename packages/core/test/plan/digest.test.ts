import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, parsePlan } from '../../src/plan/digest.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';

const body = makePlan([makeGenerateStep('a', 300_000), makeGenerateStep('b', 500_000)]);
const valid = { ...body, digest: digestOf(body) };

test('a plan reads back as it was written', () => {
  expect(parsePlan(JSON.stringify(valid))).toEqual(valid);
});

/** Every place in a plan, as a path of keys. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value == null) return [path];
  return Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]));
}

function put(target: unknown, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (typeof target !== 'object' || target == null) return;
  const holder = target as Record<string, unknown>;
  if (rest.length === 0) holder[key] = value;
  else put(holder[key], rest, value);
}

test('a plan in which anything was changed is refused, wherever that is', () => {
  const paths = pathsOf(valid);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
      const changed: unknown = structuredClone(valid);
      put(changed, path, value);
      const text = JSON.stringify(changed);
      fc.pre(text !== JSON.stringify(valid));
      expect(() => parsePlan(text)).toThrow();
    }),
  );
});

test('a plan with something added is refused, where a reader would not look for it', () => {
  expect(() => parsePlan(JSON.stringify({ ...valid, note: 'approved' }))).toThrow(
    'changed after it was made',
  );
});
