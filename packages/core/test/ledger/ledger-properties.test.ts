import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  emptyLedger,
  ledgerChanges,
  type ParsedLedger,
  parseLedger,
} from '../../src/ledger/files/files.ts';
import { formatState } from '../../src/ledger/files/state-file.ts';
import { applyEvent } from '../../src/ledger/journal.ts';
import { listSpending, sumSpending } from '../../src/ledger/totals.ts';
import { LedgerError } from '../../src/model/errors.ts';
import type { Purchase, Purchases } from '../../src/model/purchase/purchase.ts';
import { type PurchaseEventType, transitions } from '../../src/model/purchase/purchase-state.ts';
import { BOUGHT_AT_MS, makeEvent } from '../support/journal.ts';
import { applyChanges, formatLedger1 } from '../support/ledger-files.ts';
import { assertProperty } from '../support/property.ts';
import { sweepSize } from '../support/sweep.ts';

const label = 'branch ledger';
const DAY_MS = 86_400_000;

/** The purchase before this one of its key counts nothing so far. */
function lacksEarlier(purchase: Purchase | null): boolean {
  const earlier = (purchase?.round ?? 0) - 1;
  return earlier > 0 && purchase?.settled.every(({ round }) => round !== earlier) === true;
}

/** Few keys, so that they share directories and are bought again. */
const keys = ['aa', 'ab', 'c0'].flatMap((prefix) =>
  ['0', '5', 'f'].map((digit) => prefix + digit.repeat(62)),
);

/** What happens next to a purchase: `choice` picks among what its state allows. */
const step = fc.record({
  key: fc.constantFrom(...keys),
  choice: fc.nat(20),
  afterDays: fc.nat(40),
  holdMicroUsd: fc.oneof(fc.nat(2_000_000), fc.constant(Number.MAX_SAFE_INTEGER)),
  pullRequest: fc.option(fc.integer({ min: 1, max: 3 })),
  provider: fc.constantFrom('fal', 'kling', '__proto__'),
  runId: fc.constantFrom('1', '2 3', '"'),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
/** Each wave is one write. */
const waves = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 12,
});

function lifeOf(given: readonly (readonly Step[])[]): Map<string, Purchase>[] {
  const purchases = new Map<string, Purchase>();
  let atMs = BOUGHT_AT_MS;
  let count = 0;
  return given.map((steps) => {
    for (const { key, choice, afterDays, runId, ...facts } of steps) {
      const purchase = purchases.get(key) ?? null;
      const legal = Object.keys(transitions[purchase?.state ?? 'planned']) as PurchaseEventType[];
      const possible = legal.filter((type) => type !== 'count-earlier' || lacksEarlier(purchase));
      const type = possible[choice % possible.length];
      if (type == null) continue;
      atMs += afterDays * DAY_MS;
      count += 1;
      const round = (purchase?.round ?? 0) + (type === 'reserve' ? 1 : 0);
      const event = makeEvent(type, { ...facts, fingerprint: key, round, holder: { runId } });
      purchases.set(key, applyEvent(purchase, { ...event, atMs, id: `${count}` }));
    }
    return new Map(purchases);
  });
}

function write(ledger: ParsedLedger, next: Purchases): ParsedLedger {
  const changed = new Map(ledger.purchases);
  for (const [key, purchase] of next) {
    const known = changed.get(key);
    if (known == null || known.history.at(-1)?.id !== purchase.history.at(-1)?.id)
      changed.set(key, purchase);
  }
  const files = applyChanges(ledger.files, ledgerChanges(ledger, changed, label));
  return parseLedger(files, ledger, label);
}

const sorted = (purchases: Purchases) =>
  [...purchases.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));

describe('whatever happens', () => {
  test('what is written in format 2 reads back the same, by the difference and as a whole', () => {
    assertProperty(
      'format 2 reads back',
      fc.property(waves, (given) => {
        let ledger = emptyLedger;
        for (const purchases of lifeOf(given)) {
          ledger = write(ledger, purchases);
          expect(sorted(ledger.purchases)).toEqual(sorted(purchases));
          const whole = parseLedger(ledger.files, emptyLedger, label);
          expect(sorted(whole.purchases)).toEqual(sorted(purchases));
          expect(formatState(whole.set.tally)).toBe(formatState(ledger.set.tally));
          expect(whole.set.tally.sums).toEqual(ledger.set.tally.sums);
        }
      }),
      sweepSize(60),
    );
  });

  test('the totals are those of all purchases', () => {
    assertProperty(
      'totals of format 2',
      fc.property(waves, (given) => {
        const ledger = lifeOf(given).reduce(write, emptyLedger);
        const spending = sumSpending(listSpending(ledger.purchases.values()));
        const sums = [...ledger.set.tally.sums.providers.values()];
        const held = sums.reduce((total, sum) => total + sum.heldMicroUsd, 0n);
        const charged = sums.reduce((total, sum) => total + sum.chargedMicroUsd, 0n);
        expect(Number(held)).toBeCloseTo(spending.heldMicroUsd, -4);
        expect(Number(charged)).toBeCloseTo(spending.chargedMicroUsd, -4);
        expect(sums.reduce((total, sum) => total + sum.purchases, 0)).toBe(spending.purchases);
      }),
      sweepSize(60),
    );
  });

  test('a purchase stays in its file', () => {
    assertProperty(
      'files of format 2',
      fc.property(waves, (given) => {
        const places = new Map<string, string>();
        let ledger = emptyLedger;
        for (const purchases of lifeOf(given)) {
          ledger = write(ledger, purchases);
          for (const [key, { path }] of ledger.set.entries) {
            expect(places.get(key) ?? path).toBe(path);
            places.set(key, path);
          }
        }
      }),
      sweepSize(40),
    );
  });

  test('a ledger of format 1 is converted to the same purchases', () => {
    assertProperty(
      'conversion of format 1',
      fc.property(waves, waves, (before, after) => {
        const earlier = lifeOf(before).at(-1) ?? new Map<string, Purchase>();
        const old = parseLedger(formatLedger1(earlier), emptyLedger, label);
        expect(sorted(old.purchases)).toEqual(sorted(earlier));
        const converted = write(old, old.purchases);
        expect([...converted.files.keys()].filter((path) => path.startsWith('transfers'))).toEqual(
          [],
        );
        expect(sorted(converted.purchases)).toEqual(sorted(earlier));
        const grown = lifeOf([...before, ...after])
          .slice(before.length)
          .reduce(write, converted);
        const whole = parseLedger(grown.files, emptyLedger, label);
        expect(sorted(whole.purchases)).toEqual(
          sorted(lifeOf([...before, ...after]).at(-1) ?? new Map()),
        );
      }),
      sweepSize(40),
    );
  });

  test('a changed file is refused by the difference as it is as a whole', () => {
    assertProperty(
      'tampering with format 2',
      fc.property(
        waves,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('0', '9', 'f', '-', '"', ''),
        (given, file, at, by) => {
          const ledger = lifeOf(given).reduce(write, emptyLedger);
          const paths = [...ledger.files.keys()].filter((path) => path !== 'README.md');
          const path = paths[file % paths.length] ?? '';
          const text = ledger.files.get(path) ?? '';
          const place = at % text.length;
          const changed = text.slice(0, place) + by + text.slice(place + 1);
          const files = new Map([...ledger.files, [path, changed]]);
          const outcome = (previous: ParsedLedger) => {
            try {
              return parseLedger(files, previous, label).set.entries.size;
            } catch (error) {
              if (!(error instanceof LedgerError)) throw error;
              return error.message;
            }
          };
          expect(outcome(ledger)).toBe(outcome(emptyLedger));
          if (path !== 'state.json' && changed !== text)
            expect(outcome(ledger)).toBeTypeOf('string');
        },
      ),
      sweepSize(80),
    );
  });
});
