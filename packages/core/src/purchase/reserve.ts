import type { BudgetDecision } from '../budget/apply-limits.ts';
import type { Approval } from '../budget/label-approval.ts';
import { decideReservations } from '../budget/reserve.ts';
import { ClockError, LedgerError, messageOf } from '../model/errors.ts';
import { isOwedByBase } from '../model/owed-by-base.ts';
import type { GenerateStep, Plan } from '../model/plan.ts';
import type { RunContext } from './context.ts';

/** The limits that a reservation has to fit, and who let it exceed one. */
export interface ReservationTerms {
  readonly plan: Pick<Plan, 'limits' | 'digest'>;
  readonly approval: Approval | null;
}

/** What came of reserving: by key, what is ours to buy and what is bought or held already. */
export interface ReservedWave {
  readonly granted: ReadonlySet<string>;
  /** Each with the key that it is on record under: of the same transfer, from another company or with its assets stored otherwise. */
  readonly taken: ReadonlyMap<string, string>;
  readonly decision: BudgetDecision;
  /** The ledger could not be written, or the clock is wrong: nothing is bought, but what is paid for is still collected. */
  readonly problem: string | null;
}

const nothingToDecide: BudgetDecision = {
  withinBudget: true,
  approved: new Set(),
  violations: [],
};

/** Reserves the whole wave in one write, in which all limits are checked. */
export async function reserveWave(
  context: RunContext,
  steps: readonly GenerateStep[],
  { plan, approval }: ReservationTerms,
): Promise<ReservedWave> {
  const none = { granted: new Set<string>(), taken: new Map<string, string>(), problem: null };
  if (steps.length === 0) return { ...none, decision: nothingToDecide };
  const { store, identity, stop, ports } = context;
  const wanted = steps.map((step) => ({
    fingerprint: step.fingerprint,
    transferId: step.id,
    output: step.output,
    provider: step.provider,
    holdMicroUsd: step.estimate.highMicroUsd,
    isRefresh: step.reasons.some((reason) => reason.code === 'adapter-revised'),
    isOwedByBase: isOwedByBase(step),
    elsewhere: otherFingerprints(step),
  }));
  try {
    await context.clockCheck.confirm();
    return await store.reserve((purchases) => {
      const { events, decision, taken } = decideReservations(purchases, wanted, {
        holder: {
          runId: identity.runId,
          attempt: identity.attempt,
          job: identity.job,
          checkout: store.checkout,
          untilMs: stop.deadlineMs,
        },
        pullRequest: identity.pullRequest,
        limits: plan.limits,
        approval: approval?.planDigest === plan.digest ? approval : null,
        nowMs: ports.clock.nowMs(),
        isShared: store.ledger != null,
      });
      const granted = new Set(events.map(({ fingerprint }) => fingerprint));
      return { events, result: { granted, taken, decision, problem: null } };
    });
  } catch (error) {
    if (!(error instanceof LedgerError || error instanceof ClockError)) throw error;
    return { ...none, decision: nothingToDecide, problem: messageOf(error) };
  }
}

/** Those of the same seller first: what it made is what the step asks for by name. */
function otherFingerprints({ alsoKnownAs, elsewhere, elsewhereAlsoKnownAs }: GenerateStep) {
  return [...(alsoKnownAs ?? []), ...elsewhere, ...(elsewhereAlsoKnownAs ?? [])];
}

export function whyNotReserved({ problem, decision }: ReservedWave): string {
  const messages = decision.violations.map(({ message }) => message);
  return problem ?? (messages.length > 0 ? messages.join('; ') : 'the budget does not allow it');
}
