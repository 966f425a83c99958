import type { BudgetDecision } from '../budget/apply-limits.ts';
import { decideBudget } from '../budget/decide.ts';
import type { Approval, ApprovalDecision } from '../budget/label-approval.ts';
import { spentOf } from '../budget/spent.ts';
import { describeFreeze, type Freeze } from '../ledger/freeze.ts';
import type { Records } from '../ledger/journal-file.ts';
import type { Spent } from '../model/limits.ts';
import type { Plan } from '../model/plan.ts';
import type { Ports } from '../ports.ts';
import type { RunIdentity } from '../purchase/context.ts';

/** Where a plan and its approval come from. */
export interface PlanSource {
  /** Makes the plan of what is requested now, from what is on record. */
  makePlan(records: Records): Promise<Plan>;
  /** Whether somebody approved this plan beyond the pull request's limit. */
  findApproval(plan: Plan, spent: Spent): Promise<ApprovalDecision>;
}

/** A plan, what counts against its limits already, and what of it may be bought as far as is known. */
export interface Planned {
  readonly plan: Plan;
  readonly spent: Spent;
  readonly approval: Approval | null;
  readonly decision: BudgetDecision;
  /** About the approval, and why nothing would be bought, for people. */
  readonly notes: readonly string[];
}

interface Scope {
  readonly identity: RunIdentity;
  /** The records are those of all runs. */
  readonly isShared: boolean;
}

/** Plans and decides on what is on record; buys and writes nothing. */
export async function decide(
  { clock }: Pick<Ports, 'clock'>,
  source: PlanSource,
  records: Records,
  { identity, isShared }: Scope,
): Promise<Planned> {
  const plan = await source.makePlan(records);
  const { runId, pullRequest } = identity;
  const scope = { runId, pullRequest, nowMs: clock.nowMs(), isShared };
  const spent = spentOf(records.purchases, scope);
  const { approval, notes } = await source.findApproval(plan, spent);
  return { plan, spent, approval, decision: decideBudget(plan, spent, approval), notes };
}

/** A plan says first that nothing of it would be bought: in the log, the summary and the comment. */
export function withFreeze(
  { log }: Pick<Ports, 'log'>,
  planned: Planned,
  freeze: Freeze | null,
): Planned {
  if (freeze == null) return planned;
  const sentence = describeFreeze(freeze);
  log.warning(sentence);
  return { ...planned, notes: [sentence, ...planned.notes] };
}
