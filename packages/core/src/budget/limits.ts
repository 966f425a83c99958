import type { Limits } from '../model/limits.ts';
import { formatUsd } from '../model/money.ts';
import type { Approval } from './label-approval.ts';

/** One limit that the plan breaks. */
export interface Violation {
  readonly limit: 'per-transfer' | 'per-run' | 'per-pull-request' | 'per-month';
  readonly limitMicroUsd: number;
  readonly wouldSpendMicroUsd: number;
  readonly transferId: string | null;
  readonly message: string;
}

/** Which transfers may be bought. `approved` holds ids of steps that cost anew and fit every limit. */
export interface BudgetDecision {
  readonly withinBudget: boolean;
  readonly approved: ReadonlySet<string>;
  readonly violations: readonly Violation[];
}

/** Something to buy, at its highest price. */
export interface BudgetItem {
  readonly id: string;
  readonly highMicroUsd: number;
}

/** What counts against each limit already, holds included; `null` where a limit does not apply or no record tells. */
export interface Spent {
  readonly runMicroUsd: number;
  readonly pullRequestMicroUsd: number | null;
  readonly monthMicroUsd: number | null;
}

export const nothingSpent: Spent = {
  runMicroUsd: 0,
  pullRequestMicroUsd: null,
  monthMicroUsd: null,
};

export interface BudgetRules {
  readonly limits: Limits;
  readonly spent: Spent;
  /** For this very plan; `null` when nobody gave one. */
  readonly approval: Approval | null;
}

/**
 * Holds every item's highest price against the limits, in order. With `on-exceed: fail` nothing is
 * approved unless everything fits; with `partial` what fits is.
 */
export function applyLimits(items: readonly BudgetItem[], rules: BudgetRules): BudgetDecision {
  const { limits } = rules;
  const wide = wideLimits(rules);
  const violations: Violation[] = [];
  const approved = new Set<string>();
  let takenMicroUsd = 0;
  for (const item of items) {
    const overLimit = checkTransfer(item, limits);
    if (overLimit != null) {
      violations.push(overLimit);
      continue;
    }
    const wouldTakeMicroUsd = takenMicroUsd + item.highMicroUsd;
    const fitsAll = wide.every(({ spentMicroUsd, limitMicroUsd }) =>
      fits(spentMicroUsd + wouldTakeMicroUsd, limitMicroUsd),
    );
    if (!fitsAll) continue;
    takenMicroUsd = wouldTakeMicroUsd;
    approved.add(item.id);
  }
  const allMicroUsd = items.reduce((sum, item) => sum + item.highMicroUsd, 0);
  // Nothing to buy breaks no limit, even one that other runs have used up.
  if (items.length > 0) {
    violations.push(...wide.flatMap((limit) => checkWide(limit, allMicroUsd)));
  }
  const withinBudget = violations.length === 0;
  const keep = withinBudget || limits.onExceed === 'partial';
  return { withinBudget, approved: keep ? approved : new Set(), violations };
}

interface WideLimit {
  readonly limit: Violation['limit'];
  readonly limitMicroUsd: number | null;
  readonly spentMicroUsd: number;
  readonly subject: string;
  readonly origin: string;
}

/** The limits that cover several transfers, as far as they apply here. */
function wideLimits({ limits, spent, approval }: BudgetRules): WideLimit[] {
  const run: WideLimit = {
    limit: 'per-run',
    limitMicroUsd: limits.perRunMicroUsd,
    spentMicroUsd: spent.runMicroUsd,
    subject: 'this run',
    origin: limits.perRunIsDefault ? ' (the default, because no limit is written)' : '',
  };
  const pullRequest: WideLimit[] =
    spent.pullRequestMicroUsd == null
      ? []
      : [
          {
            limit: 'per-pull-request',
            limitMicroUsd: raise(
              limits.perPullRequestMicroUsd,
              spent.pullRequestMicroUsd,
              approval,
            ),
            spentMicroUsd: spent.pullRequestMicroUsd,
            subject: 'this pull request',
            origin: approval == null ? '' : ` (approved by ${approval.actor})`,
          },
        ];
  const month: WideLimit[] =
    spent.monthMicroUsd == null
      ? []
      : [
          {
            limit: 'per-month',
            limitMicroUsd: limits.perMonthMicroUsd,
            spentMicroUsd: spent.monthMicroUsd,
            subject: 'this month (UTC)',
            origin: '',
          },
        ];
  return [run, ...pullRequest, ...month];
}

/** Approved is this plan's total, on top of what the pull request spent before. */
function raise(
  limitMicroUsd: number | null,
  spentMicroUsd: number,
  approval: Approval | null,
): number | null {
  if (limitMicroUsd == null || approval == null) return limitMicroUsd;
  return Math.max(limitMicroUsd, spentMicroUsd + approval.upToMicroUsd);
}

function checkTransfer({ id, highMicroUsd }: BudgetItem, limits: Limits): Violation | null {
  const limitMicroUsd = limits.perTransferMicroUsd;
  if (limitMicroUsd == null || fits(highMicroUsd, limitMicroUsd)) return null;
  return {
    limit: 'per-transfer',
    limitMicroUsd,
    wouldSpendMicroUsd: highMicroUsd,
    transferId: id,
    message: `${id} may cost ${formatUsd(highMicroUsd)}, more than per-transfer ${formatUsd(limitMicroUsd)}`,
  };
}

function checkWide(wide: WideLimit, addedMicroUsd: number): Violation[] {
  const { limit, limitMicroUsd, spentMicroUsd, subject, origin } = wide;
  const wouldSpendMicroUsd = spentMicroUsd + addedMicroUsd;
  if (limitMicroUsd == null || fits(wouldSpendMicroUsd, limitMicroUsd)) return [];
  const already =
    spentMicroUsd > 0 ? `, ${formatUsd(spentMicroUsd)} of it spent or held before` : '';
  return [
    {
      limit,
      limitMicroUsd,
      wouldSpendMicroUsd,
      transferId: null,
      message: `${subject} may cost ${formatUsd(wouldSpendMicroUsd)}${already}, more than ${limit} ${formatUsd(limitMicroUsd)}${origin}`,
    },
  ];
}

/** Written so that a figure that is not a number never fits. */
function fits(microUsd: number, limitMicroUsd: number | null): boolean {
  return limitMicroUsd == null ? Number.isSafeInteger(microUsd) : microUsd <= limitMicroUsd;
}
