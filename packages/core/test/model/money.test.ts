import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatUsd,
  formatUsdRange,
  microUsdFromNumber,
  parseDollars,
  priceOfSeconds,
} from '../../src/model/money.ts';
import { assertProperty } from '../support/property.ts';

/** Any amount that the grammar can write. */
const amount = fc.integer({ min: 0, max: 999_999_999_999 });

describe('the grammar of dollars', () => {
  test.each([
    ['0', 0],
    ['5', 5_000_000],
    ['0.5', 500_000],
    ['2.50', 2_500_000],
    ['0.076', 76_000],
    ['0.000001', 1],
    ['10.00', 10_000_000],
    ['999999.999999', 999_999_999_999],
    ['0.0', 0],
  ])('reads %s', (text, microUsd) => {
    expect(parseDollars(text)).toBe(microUsd);
  });

  test.each([
    '.nan',
    '.inf',
    'NaN',
    'Infinity',
    '-5',
    '+5',
    '0x10',
    '1e9',
    '1e400',
    '5,00',
    '1_000',
    '1,000.00',
    '٥',
    '５',
    '',
    ' ',
    ' 5',
    '5 ',
    '5\n',
    'yes',
    'null',
    '$5',
    '5 USD',
    '.5',
    '5.',
    '05',
    '00',
    '1000000',
    '0.0000001',
    '1.2.3',
    '--5',
    '0b1',
    '[5]',
    '5;6',
  ])('refuses %j', (text) => {
    expect(parseDollars(text)).toBeNull();
  });

  test('refuses everything that a written amount is not, however it is mangled', () => {
    const piece = fc.constantFrom('0', '1', '9', '.', '-', '+', 'e', '_', ',', ' ', '\n', '٣', 'x');
    assertProperty(
      'mangled amounts',
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = pieces.join('');
        const microUsd = parseDollars(text);
        // Read by hand: no float is involved in either.
        const [whole = '', fraction, ...rest] = text.split('.');
        const isWhole = /^[0-9]{1,6}$/.test(whole) && (whole === '0' || !whole.startsWith('0'));
        const isFraction = fraction == null || /^[0-9]{1,6}$/.test(fraction);
        const isAmount = isWhole && isFraction && rest.length === 0;
        expect(microUsd).toBe(
          isAmount ? Number(`${whole}${(fraction ?? '').padEnd(6, '0')}`) : null,
        );
      }),
      5_000,
    );
  });

  test('takes back every amount as it was written', () => {
    assertProperty(
      'round trips',
      fc.property(amount, (microUsd) => {
        expect(parseDollars(formatUsd(microUsd).slice(1))).toBe(microUsd);
      }),
      2_000,
    );
  });
});

describe('sums', () => {
  test('do not depend on their order, unlike those of floats', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect((parseDollars('0.1') ?? 0) + (parseDollars('0.2') ?? 0)).toBe(parseDollars('0.3'));
    assertProperty(
      'associativity',
      fc.property(fc.array(amount, { minLength: 2, maxLength: 50 }), (amounts) => {
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
        const shuffled = amounts.toSorted((a, b) => (a % 7) - (b % 7) || b - a);
        expect(sum(shuffled)).toBe(sum(amounts));
        const half = amounts.length >> 1;
        expect(sum(amounts.slice(0, half)) + sum(amounts.slice(half))).toBe(sum(amounts));
        expect(Number.isSafeInteger(sum(amounts))).toBe(true);
      }),
    );
  });
});

describe('a figure of a provider', () => {
  test.each([
    [0.6, 600_000],
    [0.304, 304_000],
    [0.1 + 0.2, 300_000],
    [0, 0],
    [1e-7, 0],
  ])('%f becomes %i micro-dollars', (dollars, microUsd) => {
    expect(microUsdFromNumber(dollars)).toBe(microUsd);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.01, 1e308, 1e12])(
    '%f is no charge',
    (dollars) => {
      expect(microUsdFromNumber(dollars)).toBeNull();
    },
  );
});

describe('the price of seconds', () => {
  test.each([
    [4, 76_000, 304_000],
    [4.1, 76_000, 311_600],
    [0.1 + 0.2, 100_000, 30_000],
    [1 / 3, 100_000, 33_334],
    [1e-9, 100_000, 0],
    [0.000_01, 100_000, 1],
    [0, 76_000, 0],
  ])('%f s at %i', (seconds, rate, microUsd) => {
    expect(priceOfSeconds(seconds, rate) + 0).toBe(microUsd);
  });

  test('is rounded up to a whole micro-dollar, give or take a thousandth', () => {
    const ticks = fc.integer({ min: 0, max: 30 * 90_000 });
    assertProperty(
      'rounding',
      fc.property(ticks, fc.integer({ min: 1, max: 1_000_000 }), (tick, rate) => {
        // Exact, in integers: how far the price is from tick / 90,000 s at `rate`.
        const price = BigInt(priceOfSeconds(tick / 90_000, rate));
        const above = price * 90_000n - BigInt(tick) * BigInt(rate);
        expect(above).toBeGreaterThanOrEqual(-90n);
        expect(above).toBeLessThan(90_000n);
      }),
      5_000,
    );
  });
});

describe('dollars for people', () => {
  test.each([
    [0, '$0.00'],
    [1, '$0.000001'],
    [304_000, '$0.304'],
    [300_000, '$0.30'],
    [76_000, '$0.076'],
    [12_000_000, '$12.00'],
    [12_345_678, '$12.345678'],
    [-1_500_000, '-$1.50'],
    [1_234_567_890_000, '$1234567.89'],
  ])('%i is %s', (microUsd, text) => {
    expect(formatUsd(microUsd)).toBe(text);
  });

  test('show a range only where there is one', () => {
    expect(formatUsdRange(300_000, 380_000)).toBe('$0.30 - $0.38');
    expect(formatUsdRange(300_000, 300_000)).toBe('$0.30');
  });
});
