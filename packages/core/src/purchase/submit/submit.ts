import { throwIfStopped } from '../../cancellation.ts';
import { type Patience, PauseTooLongError } from '../../http/rate-limiter.ts';
import { refuseFrozen } from '../../ledger/freeze.ts';
import { messageOf, RecordError, StoppedError } from '../../model/errors.ts';
import type { Json } from '../../model/json/json.ts';
import type { GenerateStep } from '../../model/plan.ts';
import type { AssetUrls } from '../../providers/adapter.ts';
import { Again, REQUEST_BACKOFF, type RetryPolicy, withRetry } from '../../retry.ts';
import { isHeldHere, jobOf, type RunContext } from '../context.ts';
import { intentOf, mintCorrelationId } from '../intent.ts';
import { postOnce, type Submitted } from './post.ts';
import { admitOne, refusedForRate } from './rate-pause.ts';

/** A POST that provably never left is sent this often in all; then the step fails, unbought. */
const MAX_UNSENT = 3;

/**
 * Buys one transfer, whose hold is reserved. The intent is on record before a byte of the POST leaves,
 * the answer right after. Sent again only when it provably never left or was refused for the rate; the
 * latter until the run stops, or until `patience` has been spent in pauses of the account.
 *
 * @throws StoppedError on a stop before anything was sent.
 */
export async function submitJob(
  context: RunContext,
  step: GenerateStep,
  urls: AssetUrls,
  patience: Patience,
): Promise<Submitted> {
  const { ports, stop } = context;
  const { rateLimiter, endpoint } = context.apiFor(step.provider);
  const options = endpoint.adapter.optionsAsSent?.(step.options) ?? step.options;
  const policy: RetryPolicy = {
    ...REQUEST_BACKOFF,
    limit: { tries: MAX_UNSENT },
    signal: stop.requested,
    onRetry: ({ because }, waitMs) =>
      ports.log.info(
        `${step.id}: not accepted (${because}); asking again in ${Math.ceil(waitMs / 1000)} s`,
      ),
  };
  let attempt = 0;
  let limited: string | null = null;
  return withRetry(ports, policy, async (unsent) => {
    for (;;) {
      const admission = await admitOne(rateLimiter, { stop, patience, limited });
      if (admission instanceof PauseTooLongError)
        return { kind: 'failed', failure: refusedForRate(admission, limited) };
      throwIfStopped(stop);
      refuseTooLate(context, step);
      context.clockCheck.refuseWrong();
      attempt += 1;
      const correlationId = mintCorrelationId(ports.random);
      await announce(context, step, attempt, intentOf({ ...step, options }, urls, correlationId));
      const outcome = await postOnce(context, step, { urls, correlationId, admission });
      if (outcome.kind !== 'not-accepted') {
        admission.passed();
        return outcome;
      }
      const { why, message } = outcome;
      if (why === 'rate-limited') admission.limited(outcome.retryAfterMs);
      await notAccepted(context, step.fingerprint, message);
      if (why === 'never-sent') {
        if (unsent < MAX_UNSENT) return new Again(message);
        return { kind: 'failed', failure: { kind: 'transient', message, billed: 'no' } };
      }
      if (why === 'held-back') continue;
      limited = message;
      ports.log.info(`${step.id}: not accepted (${message}); the account pauses`);
    }
  });
}

/** An intent older than this was slept on: others may have settled it by now. */
const MAX_INTENT_AGE_MS = 60_000;

/** The intent is on record, also for other runs, before a byte of the POST leaves. */
async function announce(
  context: RunContext,
  step: GenerateStep,
  attempt: number,
  intent: Json,
): Promise<void> {
  const { ports, store, stop } = context;
  const fingerprint = step.fingerprint;
  const atMs = ports.clock.nowMs();
  try {
    const announced = await store.append({
      type: 'submit',
      fingerprint,
      atMs,
      attempt,
      intent,
    });
    if (ports.clock.nowMs() - atMs <= MAX_INTENT_AGE_MS) return;
    await store.refresh();
    const now = store.purchases.get(fingerprint);
    if (now?.state === 'submitting' && now.round === announced.round) {
      throwIfStopped(stop);
      refuseTooLate(context, step);
      refuseFrozen(store.ledger?.freeze ?? null);
      return;
    }
    throw new RecordError(`${step.id} was settled elsewhere while this run stood still`);
  } catch (error) {
    // What another run holds by now is not ours to give back.
    if (isHeldHere(context, fingerprint, 'submitting'))
      await notAccepted(context, fingerprint, messageOf(error));
    throw error;
  }
}

async function notAccepted(
  context: RunContext,
  fingerprint: string,
  message: string,
): Promise<void> {
  const atMs = context.ports.clock.nowMs();
  await context.store.append({ type: 'not-accepted', fingerprint, atMs, message });
}

/** A synchronous call is not begun when the deadline could cut it off: its connection is the only handle. */
export function refuseTooLate(context: RunContext, step: GenerateStep): void {
  const { adapter } = context.apiFor(step.provider).endpoint;
  const { timeoutMs = 0 } = adapter.submit(
    jobOf(step),
    step.facts,
    { character: '', motion: '' },
    '',
  );
  const leftMs = context.stop.deadlineMs - context.ports.clock.nowMs();
  if (leftMs > timeoutMs) return;
  throw new StoppedError(
    timeoutMs > 0
      ? `not bought: ${adapter.title} may take ${Math.ceil(timeoutMs / 60_000)} minutes to answer and ${Math.max(0, Math.floor(leftMs / 60_000))} are left; raise timeout-minutes`
      : 'not bought: the deadline has passed; raise timeout-minutes',
  );
}
