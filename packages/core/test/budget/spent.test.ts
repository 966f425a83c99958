import { describe, expect, test } from 'vitest';
import { spentOf } from '../../src/budget/spent.ts';
import { foldJournal } from '../../src/ledger/journal.ts';
import type { LimitScope } from '../../src/model/limits.ts';
import { BOUGHT_AT_MS, eventsTo, makeEvent } from '../support/journal.ts';

const scope: LimitScope = { runId: '1', pullRequest: 12, nowMs: BOUGHT_AT_MS, isShared: true };
const purchases = foldJournal([
  ...eventsTo('submitting', {
    fingerprint: '1'.repeat(64),
    holdMicroUsd: 1,
    holder: { runId: '1' },
    pullRequest: 12,
  }),
  ...eventsTo('recorded', {
    fingerprint: '2'.repeat(64),
    holdMicroUsd: 20,
    holder: { runId: '2' },
    pullRequest: 12,
  }),
  ...eventsTo('unknown', {
    fingerprint: '3'.repeat(64),
    holdMicroUsd: 300,
    holder: { runId: '1' },
  }),
  ...eventsTo('released', {
    fingerprint: '4'.repeat(64),
    holdMicroUsd: 4_000,
    holder: { runId: '1' },
  }),
  { ...makeEvent('reserve', { fingerprint: '5'.repeat(64), holdMicroUsd: 50_000 }), atMs: 0 },
]);

describe('what counts already', () => {
  test('is the run’s, the pull request’s and the month’s, charges and holds alike', () => {
    expect(spentOf(purchases, scope)).toEqual({
      perTransferMicroUsd: 0,
      perRunMicroUsd: 301,
      perPullRequestMicroUsd: 21,
      perMonthMicroUsd: 321,
    });
  });

  test('belongs to the month in which it was reserved', () => {
    expect(spentOf(purchases, { ...scope, nowMs: Date.UTC(2026, 10, 1) }).perMonthMicroUsd).toBe(0);
  });

  test('of a month is also what is dated after it: a clock that was ahead takes nothing out of it', () => {
    const nowMs = Date.UTC(2026, 8, 30);
    expect(spentOf(purchases, { ...scope, nowMs }).perMonthMicroUsd).toBe(321);
    const years = Date.UTC(99_999, 0);
    const late = foldJournal([{ ...makeEvent('reserve', { holdMicroUsd: 7 }), atMs: years }]);
    expect(spentOf(late, { ...scope, nowMs }).perMonthMicroUsd).toBe(7);
  });

  test('is unknown of a pull request where there is none', () => {
    expect(spentOf(purchases, { ...scope, pullRequest: null })).toEqual({
      perTransferMicroUsd: 0,
      perRunMicroUsd: 301,
      perPullRequestMicroUsd: null,
      perMonthMicroUsd: 321,
    });
  });

  test('is the run’s alone without a record shared by all runs', () => {
    expect(spentOf(purchases, { ...scope, isShared: false })).toEqual({
      perTransferMicroUsd: 0,
      perRunMicroUsd: 301,
      perPullRequestMicroUsd: null,
      perMonthMicroUsd: null,
    });
  });
});
