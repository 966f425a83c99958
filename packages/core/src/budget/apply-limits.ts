import { LIMITS, type Limit, type LimitName, type Limits, type Spent } from '../model/limits.ts';
import { formatUsd } from '../model/money.ts';
import type { Approval } from './label-approval.ts';

/** One limit that the plan breaks. */
export interface Violation {
  readonly limit: LimitName;
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
  /** The base branch owes it as well, so that it is on no pull request's account. */
  readonly isOwedByBase: boolean;
}

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
  const single = LIMITS.filter(({ counts }) => counts == null);
  const wide = wideLimits(rules);
  const violations: Violation[] = [];
  const approved = new Set<string>();
  const taken = new Map(wide.map((limit) => [limit, limit.spentMicroUsd]));
  for (const item of items) {
    const broken = single.flatMap((limit) => checkSingle(item, limit, limits[limit.field]));
    if (broken.length > 0) {
      violations.push(...broken);
      continue;
    }
    const after = wide
      .filter(({ limit }) => isCountedBy(limit, item))
      .map((limit) => [limit, (taken.get(limit) ?? 0) + item.highMicroUsd] as const);
    if (!after.every(([{ limitMicroUsd }, microUsd]) => fits(microUsd, limitMicroUsd))) continue;
    for (const [limit, microUsd] of after) taken.set(limit, microUsd);
    approved.add(item.id);
  }
  for (const limit of wide) {
    const counted = items.filter((item) => isCountedBy(limit.limit, item));
    const addedMicroUsd = counted.reduce((sum, { highMicroUsd }) => sum + highMicroUsd, 0);
    // Nothing to buy breaks no limit, even one that other runs have used up.
    if (counted.length > 0) violations.push(...checkWide(limit, addedMicroUsd));
  }
  const withinBudget = violations.length === 0;
  const keep = withinBudget || limits.onExceed === 'partial';
  return { withinBudget, approved: keep ? approved : new Set(), violations };
}

function isCountedBy({ countsOwedByBase }: Limit, { isOwedByBase }: BudgetItem): boolean {
  return countsOwedByBase || !isOwedByBase;
}

interface WideLimit {
  readonly limit: Limit;
  readonly limitMicroUsd: number | null;
  readonly spentMicroUsd: number;
  readonly origin: string;
}

/** The limits that cover several transfers, as far as they apply here. */
function wideLimits({ limits, spent, approval }: BudgetRules): WideLimit[] {
  return LIMITS.flatMap((limit: Limit): WideLimit[] => {
    const spentMicroUsd = spent[limit.field];
    if (limit.counts == null || spentMicroUsd == null) return [];
    const written = limits[limit.field];
    const lifted = limit.isLiftedByLabel ? approval : null;
    return [
      {
        limit,
        limitMicroUsd: raise(written, spentMicroUsd, lifted),
        spentMicroUsd,
        origin: `${describeDefault(limit, limits)}${lifted == null ? '' : ` (approved by ${lifted.actor})`}`,
      },
    ];
  });
}

function describeDefault({ defaultMicroUsd }: Limit, { perRunIsDefault }: Limits): string {
  return defaultMicroUsd != null && perRunIsDefault
    ? ' (the default, because no per-run limit is written)'
    : '';
}

/** Approved is this plan's total, before the merge on top of what the pull request spent before. */
function raise(
  limitMicroUsd: number | null,
  spentMicroUsd: number,
  approval: Approval | null,
): number | null {
  if (limitMicroUsd == null || approval == null) return limitMicroUsd;
  const before = approval.includesSpent ? 0 : spentMicroUsd;
  return Math.max(limitMicroUsd, before + approval.upToMicroUsd);
}

function checkSingle(
  { id, highMicroUsd }: BudgetItem,
  { name }: Limit,
  limitMicroUsd: number | null,
): Violation[] {
  if (limitMicroUsd == null || fits(highMicroUsd, limitMicroUsd)) return [];
  return [
    {
      limit: name,
      limitMicroUsd,
      wouldSpendMicroUsd: highMicroUsd,
      transferId: id,
      message: `${id} may cost ${formatUsd(highMicroUsd)}, more than ${name} ${formatUsd(limitMicroUsd)}`,
    },
  ];
}

function checkWide(wide: WideLimit, addedMicroUsd: number): Violation[] {
  const { limit, limitMicroUsd, spentMicroUsd, origin } = wide;
  const wouldSpendMicroUsd = spentMicroUsd + addedMicroUsd;
  if (limitMicroUsd == null || fits(wouldSpendMicroUsd, limitMicroUsd)) return [];
  const already =
    spentMicroUsd > 0 ? `, ${formatUsd(spentMicroUsd)} of it spent or held before` : '';
  return [
    {
      limit: limit.name,
      limitMicroUsd,
      wouldSpendMicroUsd,
      transferId: null,
      message: `${limit.subject} may cost ${formatUsd(wouldSpendMicroUsd)}${already}, more than ${limit.name} ${formatUsd(limitMicroUsd)}${origin}`,
    },
  ];
}

/** Written so that a figure that is not a number never fits. */
function fits(microUsd: number, limitMicroUsd: number | null): boolean {
  return limitMicroUsd == null ? Number.isSafeInteger(microUsd) : microUsd <= limitMicroUsd;
}
