import * as z from 'zod';
import { microUsdSchema } from './money.ts';
import type { ReadOnly } from './read-only.ts';

/** A purchase on record as a limit sees it. */
export interface CountedPurchase {
  readonly runId: string;
  readonly pullRequest: number | null;
  readonly reservedAtMs: number;
}

/** What is about to be bought from, and what is known there. */
export interface LimitScope {
  readonly runId: string;
  readonly pullRequest: number | null;
  readonly nowMs: number;
  /** Whether there is a record shared by all runs; without one only the run's own purchases are known. */
  readonly isShared: boolean;
}

interface LimitRule {
  /** Its key in the config's `budget`, and its name in messages. */
  readonly name: string;
  /** Its field in plan.json. */
  readonly field: `${string}MicroUsd`;
  /** The input of the Action that lowers it, and the same as an option of the core. */
  readonly input: string;
  readonly option: string;
  /** The output of the Action that says which figure applied. */
  readonly output: string;
  /** What it limits, as a message begins: `this run may cost ...`. */
  readonly subject: string;
  /** For the config reference. */
  readonly description: string;
  /** Which purchases on record count against it; `null` when it looks at each purchase by itself. */
  readonly counts: ((purchase: CountedPurchase, scope: LimitScope) => boolean) | null;
  /** It counts purchases of other runs, so that it is off without a record shared by all of them. */
  readonly needsSharedRecord: boolean;
  readonly onlyInPullRequests: boolean;
  /** It counts what the base branch owes beside what the pull request changes. */
  readonly countsOwedByBase: boolean;
  /** The override label lets one plan exceed it. */
  readonly isLiftedByLabel: boolean;
  /** Applies where nobody wrote this limit: money is never spent without a total. */
  readonly defaultMicroUsd: number | null;
}

/**
 * Every limit, from the narrowest to the widest. Config keys, inputs, outputs, checks, reports and
 * schemas follow from this table; action.yml lists the inputs and outputs once more, as GitHub wants it.
 */
export const LIMITS = [
  {
    name: 'per-transfer',
    field: 'perTransferMicroUsd',
    input: 'max-cost-per-transfer',
    option: 'maxCostPerTransfer',
    output: 'limit-per-transfer',
    subject: 'this transfer',
    description: 'Most that one transfer may cost, in US dollars.',
    counts: null,
    needsSharedRecord: false,
    onlyInPullRequests: false,
    countsOwedByBase: true,
    isLiftedByLabel: false,
    defaultMicroUsd: null,
  },
  {
    name: 'per-run',
    field: 'perRunMicroUsd',
    input: 'max-cost',
    option: 'maxCost',
    output: 'limit-per-run',
    subject: 'this run',
    description:
      'Most that one run may cost, in US dollars. Default, also where other limits are written: 10.00.',
    counts: ({ runId }, scope) => runId === scope.runId,
    needsSharedRecord: false,
    onlyInPullRequests: false,
    countsOwedByBase: true,
    isLiftedByLabel: false,
    defaultMicroUsd: 10_000_000,
  },
  {
    name: 'per-pull-request',
    field: 'perPullRequestMicroUsd',
    input: 'max-cost-per-pull-request',
    option: 'maxCostPerPullRequest',
    output: 'limit-per-pull-request',
    subject: 'this pull request',
    description:
      'Most that all runs of one pull request may cost together, without what the base branch owes anyway.',
    counts: ({ pullRequest }, scope) => pullRequest === scope.pullRequest,
    needsSharedRecord: true,
    onlyInPullRequests: true,
    countsOwedByBase: false,
    isLiftedByLabel: true,
    defaultMicroUsd: null,
  },
  {
    name: 'per-month',
    field: 'perMonthMicroUsd',
    input: 'max-cost-per-month',
    option: 'maxCostPerMonth',
    output: 'limit-per-month',
    subject: 'this month (UTC)',
    description: 'Most that all runs of the repository may cost in one calendar month (UTC).',
    // What a clock that was ahead has dated later counts too: nothing escapes the limit by its date.
    counts: ({ reservedAtMs }, scope) => reservedAtMs >= monthStartMs(scope.nowMs),
    needsSharedRecord: true,
    onlyInPullRequests: false,
    countsOwedByBase: true,
    isLiftedByLabel: false,
    defaultMicroUsd: null,
  },
] as const satisfies readonly LimitRule[];

type Row = (typeof LIMITS)[number];
export type LimitName = Row['name'];
export type LimitField = Row['field'];
export type LimitOption = Row['option'];

/** One limit of the table, without the literal types that make rows of it incomparable. */
export interface Limit extends LimitRule {
  readonly name: LimitName;
  readonly field: LimitField;
  readonly option: LimitOption;
}

/** What counts against each limit already, holds included; `null` where a limit does not apply or no record tells. */
export type Spent = Readonly<Record<LimitField, number | null>>;

/** A value for every limit, by its name, its field or its option. */
export function forEachLimit<Key extends 'name' | 'field' | 'option', Value>(
  key: Key,
  make: (limit: Limit) => Value,
): Record<Row[Key], Value> {
  const members = LIMITS.map((limit) => [limit[key], make(limit)]);
  return Object.fromEntries(members) as Record<Row[Key], Value>;
}

export const onExceedSchema = z.enum(['fail', 'partial']);

/** Most that may be spent, in integer micro-dollars; `null` means no limit of that kind is written. */
export const limitsSchema = z.object({
  ...forEachLimit('field', () => microUsdSchema.nullable()),
  onExceed: onExceedSchema,
  /** True when nobody wrote the limit per run and its default applies. */
  perRunIsDefault: z.boolean(),
});
export type Limits = ReadOnly<z.output<typeof limitsSchema>>;

export const noLimits: Limits = {
  ...forEachLimit('field', () => null),
  onExceed: 'fail',
  perRunIsDefault: false,
};

/** As a run without a record sees it that has bought nothing yet. */
export const nothingSpent: Spent = forEachLimit('field', ({ needsSharedRecord }) =>
  needsSharedRecord ? null : 0,
);

/** Whether a limit holds in this place: where it does not, nothing counts against it. */
export function isKept(limit: Limit, scope: LimitScope): boolean {
  return (
    (scope.isShared || !limit.needsSharedRecord) &&
    (scope.pullRequest != null || !limit.onlyInPullRequests)
  );
}

/** `per month`, as a heading of a table. */
export function titleOf({ name }: Pick<Limit, 'name'>): string {
  return name.replaceAll('-', ' ');
}

function monthStartMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
}

/** `2026-11`, in UTC: a hold belongs to the month of its reservation. */
export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
