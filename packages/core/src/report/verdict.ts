import type { Violation } from '../budget/apply-limits.ts';
import { LIMITS, type Limit, type LimitName, type Spent } from '../model/limits.ts';
import { formatUsd, formatUsdRange } from '../model/money.ts';
import { owedIds, ownSteps, ownTotals, spentOnOwed } from '../model/owed-by-base.ts';
import { costsAnew, type GenerateStep, type Plan } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import type { Report } from './report.ts';

/** The answer in one sentence: what it costs or cost, how that stands to its limit, and what comes of it. */
export interface Verdict {
  /** The part that is read first. */
  readonly strong: string;
  readonly rest: string;
}

export function makeVerdict(report: Report): Verdict {
  return report.results == null ? verdictOnPlan(report) : verdictOnRun(report, report.results);
}

export function describeVerdict({ strong, rest }: Verdict): string {
  return `${strong}${rest}`;
}

function verdictOnPlan(report: Report): Verdict {
  const { plan } = report;
  const made = ownSteps(plan).filter((step): step is GenerateStep => step.action === 'generate');
  const bought = made.filter((step) => costsAnew(step) && step.provider !== 'draft');
  const when = plan.pullRequest == null ? 'by a run' : 'when the pull request is merged';
  const { blockedCount, reuseCount, lowMicroUsd, highMicroUsd } = ownTotals(plan);
  const blocked = blockedCount === 0 ? '' : ` ${areBlocked(blockedCount)}`;
  if (bought.length > 0)
    return {
      strong: `${formatUsdRange(lowMicroUsd, highMicroUsd)} for ${describeBought(bought)}`,
      rest: `${describeLimit(report)}; ${describeOutcome(report)} ${when}.${blocked}`,
    };
  if (made.length > 0)
    return {
      strong: 'Nothing to pay',
      rest: `: ${animations(made.length)} ${made.length === 1 ? 'is' : 'are'} ${describeFree(made)} ${when}.${blocked}`,
    };
  if (blockedCount > 0)
    return { strong: 'Nothing can be made yet', rest: `: ${areBlocked(blockedCount)}` };
  return {
    strong: 'Nothing to pay',
    rest: reuseCount === 0 ? '.' : `: ${animations(reuseCount)} up to date.`,
  };
}

function describeBought(steps: readonly GenerateStep[]): string {
  const isNew = ({ reasons }: GenerateStep) => reasons.some(({ code }) => code === 'new');
  const newCount = steps.filter(isNew).length;
  if (newCount === steps.length) return animations(newCount, 'new');
  if (newCount === 0) return animations(steps.length, 'changed');
  return `${animations(steps.length)} (${newCount} new, ${steps.length - newCount} changed)`;
}

function describeFree(steps: readonly GenerateStep[]): string {
  if (steps.some(({ resumes }) => resumes)) return 'collected, which an earlier run paid for,';
  return steps.every(({ sameAs }) => sameAs != null) ? 'copied' : 'drafted';
}

/** What a run does with it; that a base branch cannot be read stops everything. */
function describeOutcome({ plan, decision }: Report): string {
  if (plan.pullRequest?.removed === null)
    return 'the base branch could not be read, so nothing is bought';
  if (decision.withinBudget) return 'bought';
  return decision.approved.size > 0 ? 'only what fits is bought' : 'nothing is bought';
}

function describeLimit(report: Report): string {
  const { decision, plan, spent, approval } = report;
  const [broken] = decision.violations;
  if (broken != null) return describeBroken(broken, plan, spent);
  const named = limitToName(report);
  if (named == null) return '';
  const { limit, limitMicroUsd } = named;
  const before = spent[limit.field] ?? 0;
  const spentBefore = before > 0 ? `, ${formatUsd(before)} of it spent before` : '';
  if (
    approval != null &&
    before + ownTotals(plan).highMicroUsd > limitMicroUsd &&
    limit.isLiftedByLabel
  )
    return `, over ${nameOf(named, plan)} and approved by ${approval.actor}`;
  return `, within ${nameOf(named, plan)}${spentBefore}`;
}

function describeBroken(
  { limit: name, limitMicroUsd, transferId }: Violation,
  plan: Plan,
  spent: Spent,
) {
  const limit = limitNamed(name);
  const before = spent[limit.field] ?? 0;
  const why =
    transferId != null
      ? ` (${transferId})`
      : before > 0
        ? ` with the ${formatUsd(before)} spent before`
        : '';
  return `, over ${nameOf({ limit, limitMicroUsd }, plan)}${why}`;
}

interface NamedLimit {
  readonly limit: Limit;
  readonly limitMicroUsd: number;
}

/** Of a pull request its own limit, where it is written and counted; else the one of which least is left. */
function limitToName({ plan, spent }: Pick<Report, 'plan' | 'spent'>): NamedLimit | null {
  const counted = LIMITS.flatMap((limit: Limit) => {
    const limitMicroUsd = plan.limits[limit.field];
    const before = spent[limit.field];
    if (limit.counts == null || limitMicroUsd == null || before == null) return [];
    return [{ limit, limitMicroUsd, leftMicroUsd: limitMicroUsd - before }];
  }).toSorted((a, b) => a.leftMicroUsd - b.leftMicroUsd);
  return counted.find(({ limit }) => limit.onlyInPullRequests) ?? counted[0] ?? null;
}

/** `the $2.00 limit of this pull request` */
function nameOf({ limit, limitMicroUsd }: NamedLimit, { limits }: Plan): string {
  const isDefault = limit.defaultMicroUsd != null && limits.perRunIsDefault;
  return `the ${formatUsd(limitMicroUsd)} ${isDefault ? 'default ' : ''}limit of ${limit.subject}`;
}

function limitNamed(name: LimitName): Limit {
  const found = LIMITS.find((limit) => limit.name === name);
  if (found == null) throw new Error(`there is no limit ${name}`);
  return found;
}

function verdictOnRun(report: Report, results: readonly TransferResult[]): Verdict {
  const { totals, plan, spent } = report;
  const { generated, copied, collected, reused } = totals.counts;
  const made = generated + copied + collected;
  const asked = results.length - reused;
  const count = made === asked ? animations(made) : `${made} of ${animations(asked)}`;
  const strong =
    asked === 0 ? 'Nothing to pay' : `${count} made, ${formatUsd(totals.chargedMicroUsd)} spent`;
  const held =
    totals.heldMicroUsd > 0
      ? ` ${formatUsd(totals.heldMicroUsd)} is held for purchases whose outcome is open.`
      : '';
  const named = limitToName({ plan, spent });
  if (named == null || asked === 0) return { strong, rest: `.${held}` };
  const { limit, limitMicroUsd } = named;
  const owed = owedIds(plan);
  const counts = ({ id }: TransferResult) => limit.countsOwedByBase || !owed.has(id);
  // What other runs asked for counted before, held or charged.
  const taken = results
    .filter((result) => result.isBoughtHere && counts(result))
    .reduce((sum, { charge, holdMicroUsd }) => sum + (charge?.microUsd ?? holdMicroUsd), 0);
  const left = limitMicroUsd - (spent[limit.field] ?? 0) - taken;
  const apart = limit.countsOwedByBase ? 0 : spentOnOwed(plan, results);
  const onBase = apart > 0 ? ` (${formatUsd(apart)} of it was due on the base branch)` : '';
  const rest = left < 0 ? `${formatUsd(-left)} over it` : `${formatUsd(left)} left`;
  return { strong, rest: `${onBase}, of ${nameOf(named, plan)} (${rest}).${held}` };
}

function areBlocked(count: number): string {
  return count === 1 ? '1 is blocked, see below.' : `${count} are blocked, see below.`;
}

function animations(count: number, kind = ''): string {
  return `${count} ${kind === '' ? '' : `${kind} `}${count === 1 ? 'animation' : 'animations'}`;
}
