import { createJournal, type Journal } from '../journal.ts';
import type { BillEntry } from '../types.ts';

export interface Bill {
  readonly entries: readonly BillEntry[];
  charge(entry: Omit<BillEntry, 'state'>): void;
  /** Replaces an estimated length by the real one. */
  correct(jobId: string, seconds: number, microUsd: number): void;
  refund(jobId: string): void;
  /** What is charged and not refunded. */
  totalMicroUsd(provider?: string): number;
  readonly waitFor: Journal<BillEntry>['waitFor'];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export function createBill(): Bill {
  const journal = createJournal<Mutable<BillEntry>>(
    ({ provider, jobId, microUsd, state }) => `${provider} ${jobId} ${microUsd} ${state}`,
  );
  const change = (jobId: string, changes: Partial<BillEntry>) => {
    const entry = journal.entries.find((candidate) => candidate.jobId === jobId);
    if (entry === undefined) throw new Error(`job ${jobId} was never charged`);
    Object.assign(entry, changes);
    journal.touch();
  };
  return {
    entries: journal.entries,
    waitFor: (predicate, timeoutMs) => journal.waitFor(predicate, timeoutMs),
    charge: (entry) => journal.add({ ...entry, state: 'charged' }),
    correct: (jobId, seconds, microUsd) => change(jobId, { seconds, microUsd }),
    refund: (jobId) => change(jobId, { state: 'refunded' }),
    totalMicroUsd: (provider) =>
      journal.entries
        .filter((entry) => entry.state === 'charged')
        .filter((entry) => provider === undefined || entry.provider === provider)
        .reduce((sum, { microUsd }) => sum + microUsd, 0),
  };
}

/** Whole micro-dollars for a length, rounded up. The length counts in whole microseconds. */
export function priceMicroUsd(seconds: number, microUsdPerSecond: number): number {
  const microseconds = Math.round(seconds * 1e6);
  return Math.ceil((microseconds * microUsdPerSecond) / 1e6);
}
