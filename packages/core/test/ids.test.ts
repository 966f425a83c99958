import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomId } from '../src/ids.ts';
import { mintCorrelationId } from '../src/purchase/intent.ts';
import { assertProperty } from './support/property.ts';

test('an id has as many hex digits as were asked for, whatever chance says', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  assertProperty(
    'ids',
    fc.property(random, fc.integer({ min: 1, max: 64 }), (chance, digits) => {
      expect(randomId(() => chance, digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`));
    }),
  );
});

test('an id of small numbers keeps its leading zeros', () => {
  expect(randomId(() => 0, 20)).toBe('0'.repeat(20));
  expect(randomId(() => 1 / 2 ** 32, 16)).toBe('0000000100000001');
});

test('ids of one run differ from each other', () => {
  const ids = Array.from({ length: 10_000 }, () => randomId(Math.random, 16));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a correlation id is mt- and 24 hex digits', () => {
  expect(mintCorrelationId(Math.random)).toMatch(/^mt-[0-9a-f]{24}$/);
});
