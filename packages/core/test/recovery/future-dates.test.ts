import { describe, expect, onTestFinished, test } from 'vitest';
import type { PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import type { GitHubPort } from '../../src/ports.ts';
import { correctDates, findFutureDates } from '../../src/recovery/future-dates.ts';
import { KEY, makeEvent, wayTo } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { gitHubSaying, openTestRun } from '../support/open-run.ts';
import { ImpatientClock } from '../support/ports.ts';

const DAY_MS = 86_400_000;
const NOW_MS = new ImpatientClock().nowMs();
const THEN_MS = NOW_MS + 40 * DAY_MS;
const by = { actor: 'octocat', reason: 'the runner was 40 days ahead' };

/** GitHub's clock, at that distance from the one of the tests. */
function gitHubAt(offsetMs: number | null): GitHubPort {
  const reading = { source: 'github.com', beforeMs: NOW_MS, afterMs: NOW_MS };
  return {
    ...gitHubSaying('over'),
    readClock: async () => (offsetMs == null ? null : { ...reading, theirsMs: NOW_MS + offsetMs }),
  };
}

async function openWith(state: PurchaseState, github: GitHubPort) {
  const run = await openTestRun(new MemoryLedger(), { runId: '200', github });
  onTestFinished(() => run.store.close());
  const [, ...rest] = wayTo[state];
  await run.store.reserve(() => {
    const holder = { checkout: run.store.checkout };
    return { events: [{ ...makeEvent('reserve', { holder }), atMs: THEN_MS }], result: null };
  });
  for (const type of rest) await run.store.append({ ...makeEvent(type), atMs: THEN_MS });
  return run;
}

describe('a purchase that is dated 40 days ahead', () => {
  test('is a finding that names the date', async () => {
    const run = await openWith('recorded', gitHubAt(0));
    const [finding] = await findFutureDates(run);
    expect(finding?.message).toMatch(/dated 2026-11-21T09:00:00.000Z, 40 days from now/);
  });

  test.each(['recorded', 'stale', 'unknown', 'written-off'] as const)(
    'is dated anew by reconcile while it is %s, and its history keeps the dates',
    async (state) => {
      const run = await openWith(state, gitHubAt(0));
      const before = run.store.purchases.get(KEY);
      await correctDates(run, by);
      const after = run.store.purchases.get(KEY);
      expect(after?.state).toBe(state);
      expect(after?.reservedAtMs).toBe(NOW_MS);
      expect(after?.message).toContain('octocat put it right: the runner was 40 days ahead');
      expect(after?.message).toContain(before?.message ?? '');
      expect(after?.history.slice(0, -1)).toEqual(before?.history);
      expect(await findFutureDates(run)).toEqual([]);
      await run.store.flush();
      expect(run.store.ledger?.purchases.get(KEY)?.reservedAtMs).toBe(NOW_MS);
    },
  );

  test('and is about to be sent keeps its date', async () => {
    const run = await openWith('submitting', gitHubAt(0));
    await correctDates(run, by);
    expect(run.store.purchases.get(KEY)?.reservedAtMs).toBe(THEN_MS);
  });

  test('keeps its date where nobody else says what time it is', async () => {
    const run = await openWith('recorded', gitHubAt(null));
    await correctDates(run, by);
    expect(run.store.purchases.get(KEY)?.reservedAtMs).toBe(THEN_MS);
    expect(await findFutureDates(run)).toHaveLength(1);
  });

  test('is in order where the clock here is 40 days behind', async () => {
    const run = await openWith('recorded', gitHubAt(40 * DAY_MS));
    expect(await findFutureDates(run)).toEqual([]);
    await correctDates(run, by);
    expect(run.store.purchases.get(KEY)?.reservedAtMs).toBe(THEN_MS);
  });
});
