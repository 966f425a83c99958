import { describe, expect, test } from 'vitest';
import { type SpentScope, spentOf } from '../../src/budget/spent.ts';
import { foldJournal } from '../../src/ledger/journal.ts';
import { BOUGHT_AT_MS, eventsTo, makeEvent } from '../support/journal.ts';

const scope: SpentScope = { runId: '1', pullRequest: 12, nowMs: BOUGHT_AT_MS, isShared: true };
const journal = foldJournal([
  ...eventsTo('submitting', {
    key: '1'.repeat(64),
    holdMicroUsd: 1,
    holder: { runId: '1' },
    pullRequest: 12,
  }),
  ...eventsTo('recorded', {
    key: '2'.repeat(64),
    holdMicroUsd: 20,
    holder: { runId: '2' },
    pullRequest: 12,
  }),
  ...eventsTo('unknown', { key: '3'.repeat(64), holdMicroUsd: 300, holder: { runId: '1' } }),
  ...eventsTo('released', { key: '4'.repeat(64), holdMicroUsd: 4_000, holder: { runId: '1' } }),
  { ...makeEvent('reserve', { key: '5'.repeat(64), holdMicroUsd: 50_000 }), atMs: 0 },
]);

describe('what counts already', () => {
  test('is the run’s, the pull request’s and the month’s, charges and holds alike', () => {
    expect(spentOf(journal, scope)).toEqual({
      runMicroUsd: 301,
      pullRequestMicroUsd: 21,
      monthMicroUsd: 321,
    });
  });

  test('belongs to the month in which it was reserved', () => {
    expect(spentOf(journal, { ...scope, nowMs: Date.UTC(1970, 0, 31) }).monthMicroUsd).toBe(50_000);
    expect(spentOf(journal, { ...scope, nowMs: Date.UTC(2026, 10, 1) }).monthMicroUsd).toBe(0);
  });

  test('is unknown of a pull request where there is none', () => {
    expect(spentOf(journal, { ...scope, pullRequest: null })).toEqual({
      runMicroUsd: 301,
      pullRequestMicroUsd: null,
      monthMicroUsd: 321,
    });
  });

  test('is the run’s alone without a record shared by all runs', () => {
    expect(spentOf(journal, { ...scope, isShared: false })).toEqual({
      runMicroUsd: 301,
      pullRequestMicroUsd: null,
      monthMicroUsd: null,
    });
  });
});
