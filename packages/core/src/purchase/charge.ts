import type { Charge } from '../model/money.ts';
import type { Failure } from '../providers/adapter.ts';

/** A figure above so many times the hold is no price of this job: its unit is not what we take it for. */
export const MAX_TIMES_HOLD = 1_000;

interface Reported {
  readonly reported: Charge | null;
  readonly holdMicroUsd: number;
}

/** What the provider reported; else its or our estimate, marked as one. Where it is unknown, the hold counts. */
export function settleCharge({ reported, holdMicroUsd }: Reported): Charge {
  if (reported?.microUsd == null) return { microUsd: holdMicroUsd, source: 'estimated' };
  return reported.microUsd > MAX_TIMES_HOLD * holdMicroUsd
    ? { microUsd: null, source: 'unknown' }
    : reported;
}

/** What a failure cost: what was reported or held where the provider is known to keep it, otherwise nobody knows. */
export function chargeOfFailure({ billed, reported }: Failure, holdMicroUsd: number): Charge {
  return billed === 'yes'
    ? settleCharge({ reported: reported ?? null, holdMicroUsd })
    : { microUsd: null, source: 'unknown' };
}
