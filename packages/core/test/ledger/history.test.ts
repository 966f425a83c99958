import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkHistory, describeViolation } from '../../src/ledger/history.ts';
import { foldJournal, MAX_HISTORY } from '../../src/ledger/journal.ts';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import { type PurchaseEventType, transitions } from '../../src/model/purchase/purchase-state.ts';
import { eventsTo, KEY, makeEvent } from '../support/journal.ts';

function purchaseAfter(events: readonly PurchaseEvent[]): Purchase {
  const purchase = foldJournal(events).get(KEY);
  if (purchase == null) throw new Error('nothing is on record');
  return purchase;
}

const at = (state: Parameters<typeof eventsTo>[0]) => purchaseAfter(eventsTo(state));
const recorded = at('recorded');

/** What is said of a ledger whose versions held these, one after the other. */
function reasonsOf(...versions: readonly (Purchase | null)[]): string[] {
  const check = checkHistory();
  const entryOf = (purchase: Purchase | null | undefined) =>
    new Map(purchase == null ? [] : [[purchase.fingerprint, purchase]]);
  for (const [index, version] of versions.entries()) {
    if (index === 0) continue;
    check.add({
      version: `v${index}`,
      before: entryOf(versions[index - 1]),
      after: entryOf(version),
    });
  }
  return check.violations().map(({ version, reason }) => `${version} ${reason}`);
}

describe('a purchase on its way through the versions of a ledger', () => {
  test('may appear, go on by any number of events at once, and be bought anew', () => {
    expect(reasonsOf(null, at('reserved'), at('submitted'), recorded, recorded)).toEqual([]);
    const again = purchaseAfter([
      ...eventsTo('recorded'),
      { ...makeEvent('reserve'), id: 'second', round: 2 },
    ]);
    expect(again.settled).toHaveLength(1);
    expect(reasonsOf(recorded, again)).toEqual([]);
    expect(reasonsOf(at('submitting'), again)).toEqual([]);
  });

  test('may have a date of the future put right, its own and those of earlier rounds', () => {
    const atMs = 5_000;
    const later = (event: PurchaseEvent) => ({ ...event, atMs: event.atMs + 1_000_000 });
    const events = [
      ...eventsTo('recorded'),
      { ...makeEvent('reserve'), id: 'second', round: 2 },
      { ...makeEvent('release'), id: 'given up', round: 2 },
    ].map(later);
    const future = purchaseAfter(events);
    const dated = purchaseAfter([
      ...events,
      { ...makeEvent('correct-date'), id: 'dated', round: 2, atMs },
    ]);
    expect(dated.reservedAtMs).toBeLessThan(future.reservedAtMs);
    expect(dated.settled[0]?.reservedAtMs).toBeLessThan(future.settled[0]?.reservedAtMs ?? 0);
    expect(reasonsOf(future, dated)).toEqual([]);
    expect(reasonsOf(future, { ...dated, holdMicroUsd: 1 })).toHaveLength(1);
    expect(reasonsOf(dated, { ...dated, reservedAtMs: 1 })).toHaveLength(1);
  });

  test('may go on by whatever the state machine allows, however its versions are cut', () => {
    const walk = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 }).map((choices) => {
      const events: PurchaseEvent[] = [];
      let state: keyof typeof transitions = 'planned';
      let round = 0;
      for (const [index, choice] of choices.entries()) {
        const all = Object.entries(transitions[state]) as [
          PurchaseEventType,
          keyof typeof transitions,
        ][];
        // It names an earlier purchase that counts nothing so far, which most of these have not.
        const legal = all.filter(([type]) => type !== 'count-earlier');
        const [type, next] = legal[choice % Math.max(1, legal.length)] ?? [];
        if (type == null || next == null) break;
        round += type === 'reserve' ? 1 : 0;
        events.push({ ...makeEvent(type), id: `event-${index}`, round });
        state = next;
      }
      return events;
    });
    fc.assert(
      fc.property(walk, fc.infiniteStream(fc.integer({ min: 1, max: 6 })), (events, cuts) => {
        const versions: (Purchase | null)[] = [null];
        for (let end = 0; end < events.length; ) {
          end += cuts.next().value ?? 1;
          versions.push(purchaseAfter(events.slice(0, end)));
        }
        expect(reasonsOf(...versions)).toEqual([]);
        const last = versions.at(-1) ?? null;
        if (last != null && events.length <= MAX_HISTORY) expect(reasonsOf(null, last)).toEqual([]);
      }),
    );
  });

  test('must not disappear, also when it came and went in between', () => {
    expect(reasonsOf(recorded, null)).toEqual(['v1 is not on record any more']);
    expect(reasonsOf(null, at('submitted'), null)).toEqual(['v2 is not on record any more']);
    expect(reasonsOf(recorded, null, null)).toHaveLength(1);
  });

  test('is sound again once it is put back, or goes on from what it was', () => {
    expect(reasonsOf(recorded, null, recorded)).toEqual([]);
    expect(reasonsOf(at('submitted'), null, recorded)).toEqual([]);
    expect(reasonsOf(recorded, null, at('reserved'))).toEqual(['v1 is not on record any more']);
    expect(reasonsOf(recorded, at('submitted'), recorded)).toEqual([]);
  });

  const changed = (changes: Partial<Purchase>) => ({ ...recorded, ...changes });
  const cheaper = { microUsd: 0, source: 'estimated' } as const;
  const [, ...withoutFirst] = recorded.history;
  const again = purchaseAfter([
    ...eventsTo('recorded'),
    { ...makeEvent('reserve'), id: 'second', round: 2 },
  ]);
  const archive = { id: 'more', type: 'archive', atMs: recorded.atMs } as const;

  test.each<[string, Purchase, Purchase, RegExp]>([
    ['goes back', recorded, at('submitted'), /history that does not go on/],
    ['gets a shorter history', recorded, changed({ history: withoutFirst }), /history/],
    ['loses its history', recorded, changed({ history: [] }), /history/],
    [
      'gets another history',
      recorded,
      changed({ history: recorded.history.map((item) => ({ ...item, id: `${item.id}x` })) }),
      /history/,
    ],
    [
      'has an event moved in time',
      recorded,
      changed({ history: recorded.history.map((item) => ({ ...item, atMs: 1 })) }),
      /history/,
    ],
    ['is released by hand', recorded, changed({ state: 'released' }), /changed without an event/],
    ['costs less', recorded, changed({ charge: cheaper }), /changed without an event/],
    ['holds less', recorded, changed({ holdMicroUsd: 1 }), /changed without an event/],
    ['is of another month', recorded, changed({ reservedAtMs: 1 }), /changed without an event/],
    [
      'costs less with an event that sets no charge',
      recorded,
      changed({ charge: cheaper, history: [...recorded.history, archive] }),
      /another charge/,
    ],
    [
      'holds less with an event',
      recorded,
      changed({ holdMicroUsd: 1, history: [...recorded.history, archive] }),
      /another hold/,
    ],
    [
      'makes a step that no purchase makes',
      recorded,
      changed({
        state: 'released',
        history: [...recorded.history, { ...archive, type: 'release' }],
      }),
      /"release" cannot happen/,
    ],
    [
      'ends where its history does not',
      recorded,
      changed({ state: 'released', history: [...recorded.history, archive] }),
      /is released, where its history ends as recorded/,
    ],
    ['skips a round', recorded, { ...again, round: 3 }, /another purchase/],
    ['forgets what the round before cost', recorded, { ...again, settled: [] }, /lost money/],
    [
      'makes the round before cheaper',
      again,
      {
        ...again,
        settled: again.settled.map((item) => ({ ...item, microUsd: 1 })),
        state: 'released',
        history: [...again.history, { ...archive, type: 'release' }],
      },
      /lost money/,
    ],
  ])('must not be one that %s', (_name, before, after, reason) => {
    expect(reasonsOf(before, after)).toEqual([expect.stringMatching(reason)]);
  });

  test('must begin at its beginning', () => {
    expect(reasonsOf(null, changed({ state: 'released' }))).toHaveLength(1);
    expect(reasonsOf(null, changed({ round: 2 }))).toHaveLength(1);
  });

  test('whose history is cut at its beginning goes on from what is left of it', () => {
    const archives = Array.from({ length: 60 }, (_, number) => ({
      ...makeEvent('archive'),
      id: `archive-${number}`,
    }));
    const events = [...eventsTo('recorded'), ...archives];
    const cut = purchaseAfter(events.slice(0, 50));
    expect(cut.history).toHaveLength(MAX_HISTORY);
    expect(reasonsOf(cut, purchaseAfter(events))).toEqual([]);
    expect(reasonsOf(recorded, purchaseAfter(events.slice(0, 30)))).toEqual([]);
    expect(reasonsOf(cut, { ...cut, history: cut.history.slice(1) })).toHaveLength(1);
  });
});

test('a purchase that was lost is named with its price, the version and the way back', () => {
  const violation = { version: 'abc123', purchase: recorded, reason: 'is not on record any more' };
  expect(describeViolation(violation, 'git')).toBe(
    'since version abc123 the purchase of hero (aaaaaaaaaaaa, recorded, $0.304) is not on record any more; look at that commit and put it back: `git revert abc123` on that branch, then push',
  );
  expect(describeViolation(violation, 'file')).toContain('restore the file from a backup');
});
