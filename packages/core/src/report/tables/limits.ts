import { decideBudget } from '../../budget/decide.ts';
import { LIMITS, type Limit, type LimitName, titleOf } from '../../model/limits.ts';
import { formatUsd } from '../../model/money.ts';
import { ownTotals } from '../../model/owed-by-base.ts';
import type { GenerateStep, Plan } from '../../model/plan.ts';
import { costsAnew } from '../../model/plan.ts';
import type { Report } from '../report.ts';

/** One limit as people read it; figures in micro-dollars, `null` where they are not known. */
export interface LimitRow {
  readonly name: string;
  readonly limitMicroUsd: number;
  readonly plannedMicroUsd: number;
  /** `none` for a limit that earlier runs do not count for. */
  readonly spentMicroUsd: number | 'none' | null;
  readonly leftMicroUsd: number | null;
}

/** Every limit that is written, with what this plan takes of it and what then is left. */
export function limitRows({ plan, spent }: Pick<Report, 'plan' | 'spent'>): LimitRow[] {
  return LIMITS.flatMap((limit: Limit): LimitRow[] => {
    const limitMicroUsd = plan.limits[limit.field];
    // Elsewhere it limits nothing: with a figure beside it, people would look for what it counts.
    const isElsewhere =
      limit.onlyInPullRequests && plan.pullRequest == null && spent[limit.field] == null;
    if (limitMicroUsd == null || isElsewhere) return [];
    const plannedMicroUsd = limit.counts == null ? dearestOf(plan) : countedOf(plan, limit);
    const spentMicroUsd = limit.counts == null ? 'none' : spent[limit.field];
    const leftMicroUsd =
      spentMicroUsd == null
        ? null
        : limitMicroUsd - (spentMicroUsd === 'none' ? 0 : spentMicroUsd) - plannedMicroUsd;
    return [{ name: titleOf(limit), limitMicroUsd, plannedMicroUsd, spentMicroUsd, leftMicroUsd }];
  });
}

/** What `per-pull-request` would have to allow, when this plan does not fit it; `null` when it does. */
export function overPullRequest({ plan, spent }: Pick<Report, 'plan' | 'spent'>): number | null {
  const broken = LIMITS.filter(({ isLiftedByLabel }) => isLiftedByLabel).flatMap((limit: Limit) => {
    const allowed = plan.limits[limit.field];
    const plannedMicroUsd = countedOf(plan, limit);
    const needed = (spent[limit.field] ?? 0) + plannedMicroUsd;
    return allowed != null && plannedMicroUsd > 0 && needed > allowed ? [needed] : [];
  });
  return broken[0] ?? null;
}

/** Whether nothing else than what the override label lifts stands in the way of this plan. */
export function isLabelEnough({ plan, spent }: Pick<Report, 'plan' | 'spent'>): boolean {
  // Where the base branch could not be read nothing is bought, whoever approves it.
  return plan.pullRequest?.removed !== null && exceededOtherwise({ plan, spent }).length === 0;
}

/** The limits that this plan exceeds and no label lifts. */
export function exceededOtherwise({ plan, spent }: Pick<Report, 'plan' | 'spent'>): LimitName[] {
  const lifted = new Set<LimitName>(
    LIMITS.filter(({ isLiftedByLabel }) => isLiftedByLabel).map(({ name }) => name),
  );
  const exceeded = decideBudget(plan, spent).violations.map(({ limit }) => limit);
  return [...new Set(exceeded)].filter((name) => !lifted.has(name));
}

/** What of a plan counts against a limit, at most. */
function countedOf(plan: Plan, { countsOwedByBase }: Limit): number {
  return countsOwedByBase ? plan.totals.highMicroUsd : ownTotals(plan).highMicroUsd;
}

export function renderLimits(report: Pick<Report, 'plan' | 'spent'>): string[] {
  const { limits } = report.plan;
  const rows = limitRows(report);
  const origin = limits.perRunIsDefault ? ' (the default: no per-run limit is written)' : '';
  const outcome =
    limits.onExceed === 'fail' ? 'nothing is bought' : 'what fits is bought, then the step fails';
  const head = `Limits${origin}; when exceeded, ${outcome}.`;
  if (rows.length === 0) return ['Limits: none.'];
  return [
    head,
    '',
    '| Limit | Allowed | Spent before | This plan at most | Left |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ name, limitMicroUsd, plannedMicroUsd, spentMicroUsd, leftMicroUsd }) =>
        `| ${name} | ${formatUsd(limitMicroUsd)} | ${spentBefore(spentMicroUsd)} | ${formatUsd(plannedMicroUsd)} | ${left(leftMicroUsd, limitMicroUsd - plannedMicroUsd)} |`,
    ),
  ];
}

function spentBefore(microUsd: LimitRow['spentMicroUsd']): string {
  if (microUsd === 'none') return '';
  return microUsd == null ? 'not known' : formatUsd(microUsd);
}

/** Without knowing what was spent before, only a plan that is too much by itself can be recognized. */
function left(microUsd: number | null, atMostMicroUsd: number): string {
  if (microUsd == null)
    return atMostMicroUsd < 0 ? `**over by at least ${formatUsd(-atMostMicroUsd)}**` : 'not known';
  return microUsd < 0 ? `**over by ${formatUsd(-microUsd)}**` : formatUsd(microUsd);
}

function dearestOf({ steps }: Plan): number {
  return Math.max(
    0,
    ...steps
      .filter((step): step is GenerateStep => step.action === 'generate' && costsAnew(step))
      .map((step) => step.estimate.highMicroUsd),
  );
}
