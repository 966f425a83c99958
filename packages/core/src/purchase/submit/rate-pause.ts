import type { Stop } from '../../cancellation.ts';
import {
  type Admission,
  type Patience,
  PauseTooLongError,
  type RateLimiter,
} from '../../http/rate-limiter.ts';
import { StoppedError } from '../../model/errors.ts';
import type { Failure } from '../../providers/adapter.ts';

/** What is waited for while the provider's account pauses, and for how long. */
export interface RateWait {
  readonly stop: Stop;
  readonly patience: Patience;
  /** How the provider refused this purchase for its rate; `null` when it did not. */
  readonly limited: string | null;
}

/** Waits for the account before an intent is written; a stop during that says what was waited for. */
export async function admitOne(
  rateLimiter: RateLimiter,
  { stop, patience, limited }: RateWait,
): Promise<Admission | PauseTooLongError> {
  try {
    return await rateLimiter.admit(stop.requested, patience);
  } catch (error) {
    if (error instanceof PauseTooLongError) return error;
    if (!(error instanceof StoppedError) || limited == null) throw error;
    throw new StoppedError(
      `not bought, because the provider refused it for its rate (${limited}) until the run stopped: ${error.message}`,
    );
  }
}

/** The pause is longer than this purchase is waited with: another provider may be asked. */
export function refusedForRate(pause: PauseTooLongError, limited: string | null): Failure {
  const message = limited == null ? pause.message : `${limited}; ${pause.message}`;
  return { kind: 'rate-limit', message, billed: 'no' };
}

/** Why it is not sent now, although its intent is written; `null` when it may be. */
export async function holdBack(stop: Stop, admission: Admission): Promise<string | null> {
  try {
    const isDue = await admission.begin(stop.requested);
    return isDue ? null : 'not sent, because the account paused meanwhile';
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    return `not sent: ${error.message}`;
  }
}
