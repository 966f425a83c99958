import { throwIfStopped } from '../cancellation.ts';
import { messageOf, StoppedError, UploadRefusedError } from '../model/errors.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import { stageAssets } from '../staging/stage.ts';
import { isHeldHere, type Report, type RunContext } from './context.ts';
import * as results from './results.ts';
import type { Submitted } from './submit/post.ts';
import { refuseTooLate, submitJob } from './submit/submit.ts';

/** How an attempt to buy ended. */
export type BuyOutcome =
  /** paid, and can be collected */
  | { readonly kind: 'paid' }
  | {
      readonly kind: 'ended';
      readonly result: TransferResult;
      /** Set when the provider provably did not accept it, and another one may. */
      readonly refusal: Refusal | null;
    };

export interface Refusal {
  /** `account`: our key or money there. `outage`: its machines, which another name may share. */
  readonly about: 'account' | 'outage';
  readonly message: string;
}

/** So long a provider may pause before another one is asked. */
const MAX_PAUSED_MS = 2 * 60_000;

export interface BuyTerms {
  readonly report: Report;
  /** Whether another provider can be asked when this one pauses for long. */
  readonly hasNext: boolean;
}

/** Buys one transfer, whose hold is reserved, from the provider of the step. */
export async function buy(
  context: RunContext,
  step: GenerateStep,
  { report, hasNext }: BuyTerms,
): Promise<BuyOutcome> {
  try {
    throwIfStopped(context.stop);
    if (context.halted != null) throw new StoppedError(`not bought, because ${context.halted}`);
    refuseTooLate(context, step);
    report('staging');
    const patienceMs = hasNext ? MAX_PAUSED_MS : Number.POSITIVE_INFINITY;
    const api = context.apiFor(step.provider);
    const urls = await stageAssets(
      { ...context, api, signal: context.stop.requested, patienceMs },
      step,
    );
    report('submitting');
    const submitted = await submitJob(context, step, urls, { leftMs: patienceMs });
    if (submitted.kind === 'paid') return { kind: 'paid' };
    // Never accepted: the money is free for whoever is asked next.
    if (submitted.kind === 'failed') await release(context, step, submitted.failure.message);
    return {
      kind: 'ended',
      result: results.ofRefusal(context, step, submitted),
      refusal: refusalOf(submitted),
    };
  } catch (error) {
    // Nothing was sent: the hold goes back, if it is still ours.
    await release(context, step, messageOf(error));
    if (!(error instanceof UploadRefusedError)) throw error;
    return {
      kind: 'ended',
      result: results.ofInterruption(context, step, error),
      refusal: { about: 'outage', message: messageOf(error) },
    };
  }
}

async function release(context: RunContext, step: GenerateStep, message: string): Promise<void> {
  if (!isHeldHere(context, step.fingerprint, 'reserved')) return;
  const atMs = context.ports.clock.nowMs();
  await context.store.append({ type: 'release', fingerprint: step.fingerprint, atMs, message });
}

/**
 * Whether another provider may be asked: never after an answer that leaves anything open, nor when
 * the request itself was refused, which the next would refuse as well.
 */
function refusalOf(submitted: Exclude<Submitted, { kind: 'paid' }>): Refusal | null {
  if (submitted.kind !== 'failed' || submitted.failure.billed !== 'no') return null;
  const { kind, message } = submitted.failure;
  switch (kind) {
    case 'auth':
    case 'quota':
    case 'not-found':
      return { about: 'account', message };
    case 'rate-limit':
    case 'transient':
      return { about: 'outage', message };
    default:
      return null;
  }
}
