import { type Stop, throwIfStopped } from '../cancellation.ts';
import { callApi } from '../http/call-api.ts';
import {
  type Admission,
  type Patience,
  PauseTooLongError,
  type RateLimiter,
} from '../http/rate-limiter.ts';
import { holdsRedaction } from '../http/redact-answer.ts';
import {
  messageOf,
  NeverSentError,
  RecordError,
  StoppedError,
  UnsafeError,
} from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { NewEvent } from '../model/purchase-event.ts';
import type { PurchaseState } from '../model/purchase-state.ts';
import { withoutQueries } from '../model/redact.ts';
import type {
  Accepted,
  AssetUrls,
  Failure,
  HttpResponse,
  Operation,
} from '../providers/adapter.ts';
import { Again, REQUEST_BACKOFF, type RetryPolicy, withRetry } from '../retry.ts';
import { jobOf, type RunContext } from './context.ts';
import { intentOf, mintCorrelationId } from './intent.ts';

/** A POST that provably never left is sent this often in all; then the step fails, unbought. */
const MAX_UNSENT = 3;

export type Submitted =
  | {
      readonly kind: 'paid';
      readonly accepted: Extract<Accepted, { kind: 'operation' | 'finished' }>;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly message: string };

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
      if (admission instanceof PauseTooLongError) return refusedForRate(admission, limited);
      throwIfStopped(stop);
      refuseTooLate(context, step);
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

/** Waits for the account before an intent is written; a stop during that says what was waited for. */
async function admitOne(
  rateLimiter: RateLimiter,
  {
    stop,
    patience,
    limited,
  }: { readonly stop: Stop; readonly patience: Patience; readonly limited: string | null },
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

function refusedForRate(pause: PauseTooLongError, limited: string | null): Submitted {
  const message = limited == null ? pause.message : `${limited}; ${pause.message}`;
  return { kind: 'failed', failure: { kind: 'rate-limit', message, billed: 'no' } };
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

/** Whether this very run holds the purchase in that state. */
export function isHeldHere(
  { store, identity }: RunContext,
  fingerprint: string,
  state: PurchaseState,
): boolean {
  const purchase = store.purchases.get(fingerprint);
  return (
    purchase?.state === state &&
    purchase.holder.runId === identity.runId &&
    purchase.holder.attempt === identity.attempt &&
    purchase.holder.job === identity.job &&
    purchase.holder.checkout === store.checkout
  );
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

type Outcome =
  | Submitted
  | {
      readonly kind: 'not-accepted';
      /** `held-back`: the account paused, or the run stopped, while the intent was written. */
      readonly why: 'never-sent' | 'rate-limited' | 'held-back';
      readonly message: string;
      readonly retryAfterMs?: number;
    };

interface Post {
  readonly urls: AssetUrls;
  readonly correlationId: string;
  readonly admission: Admission;
}

async function postOnce(
  context: RunContext,
  step: GenerateStep,
  { urls, correlationId, admission }: Post,
): Promise<Outcome> {
  const api = context.apiFor(step.provider);
  const { adapter } = api.endpoint;
  const heldBack = await holdBack(context, admission);
  if (heldBack != null) return { kind: 'not-accepted', why: 'held-back', message: heldBack };
  let response: HttpResponse;
  try {
    // In flight, only the hard stop ends it: an answer within its seconds saves a paid job.
    response = await callApi(
      api,
      adapter.submit(jobOf(step), step.facts, urls, correlationId),
      context.stop.hard,
    );
  } catch (error) {
    if (error instanceof NeverSentError)
      return { kind: 'not-accepted', why: 'never-sent', message: messageOf(error) };
    if (error instanceof UnsafeError)
      return refuse(context, step, { kind: 'provider', message: messageOf(error), billed: 'no' });
    const reason =
      error instanceof StoppedError
        ? 'the run was stopped while waiting for the answer'
        : messageOf(error);
    return loseAnswer(context, step, reason);
  }
  if (response.status >= 200 && response.status <= 299)
    return readAcceptance(context, step, response);
  const failure = adapter.refused(response);
  if (failure.billed === 'unknown')
    return loseAnswer(context, step, `HTTP ${response.status}: ${failure.message}`);
  return readRefusal(context, step, failure);
}

/** Why it is not sent now, although its intent is written; `null` when it may be. */
async function holdBack({ stop }: RunContext, admission: Admission): Promise<string | null> {
  try {
    const isDue = await admission.begin(stop.requested);
    return isDue ? null : 'not sent, because the account paused meanwhile';
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    return `not sent: ${error.message}`;
  }
}

/** Refused for now, which provably bought nothing, or for good. */
async function readRefusal(
  context: RunContext,
  step: GenerateStep,
  failure: Failure,
): Promise<Outcome> {
  const { kind, billed, message, retryAfterMs } = failure;
  if (kind !== 'rate-limit' || billed !== 'no') return refuse(context, step, failure);
  return {
    kind: 'not-accepted',
    why: 'rate-limited',
    message,
    ...(retryAfterMs != null ? { retryAfterMs } : {}),
  };
}

async function readAcceptance(
  context: RunContext,
  step: GenerateStep,
  response: HttpResponse,
): Promise<Outcome> {
  const { ports } = context;
  let accepted: Accepted;
  try {
    accepted = context.apiFor(step.provider).endpoint.adapter.accepted(response, jobOf(step));
  } catch (error) {
    return loseAnswer(
      context,
      step,
      `HTTP ${response.status} with an answer that cannot be read (${summarize(error)}): ${quote(response)}`,
    );
  }
  if (accepted.kind === 'failure') return readRefusal(context, step, accepted.failure);
  const delivery = accepted.kind === 'finished' ? accepted.delivery : null;
  const { operation } = accepted;
  if (response.isRedacted && holdsRedaction(operation)) {
    return loseAnswer(
      context,
      step,
      `HTTP ${response.status} with an id that contains a key of yours, which is not stored: ${quote(response)}`,
    );
  }
  await recordOrTell(context, step, operation, {
    type: 'accept',
    fingerprint: step.fingerprint,
    atMs: ports.clock.nowMs(),
    operation: { ...operation },
    url: delivery?.url ?? null,
    reported: delivery?.reported ?? null,
  });
  return { kind: 'paid', accepted };
}

/** A job that is paid for but cannot be written down is at least printed: its handle is all there is. */
async function recordOrTell(
  { store, ports }: RunContext,
  step: GenerateStep,
  operation: Operation,
  event: NewEvent,
): Promise<void> {
  try {
    await store.append(event);
  } catch (error) {
    ports.log.warning(
      `${step.id} was accepted by ${step.provider} as ${JSON.stringify(operation)}, but that could not be written down (${messageOf(error)}); keep this line`,
    );
    throw error;
  }
}

/** The provider said no, plainly. Whether that cost money decides whether it may be tried again. */
async function refuse(
  context: RunContext,
  step: GenerateStep,
  failure: Failure,
): Promise<Submitted> {
  const base = {
    fingerprint: step.fingerprint,
    atMs: context.ports.clock.nowMs(),
    message: failure.message,
  };
  // A wrong key, an empty account or a provider that is closed says nothing about the job.
  const isAboutJob = ['input', 'moderation', 'provider'].includes(failure.kind);
  if (failure.billed === 'no') {
    await context.store.append(
      isAboutJob ? { ...base, type: 'fail-refunded' } : { ...base, type: 'release' },
    );
  } else
    await context.store.append({
      ...base,
      type: 'fail-charged',
      charge: chargeOfFailure(failure, step.estimate.highMicroUsd),
    });
  return { kind: 'failed', failure };
}

/** What a failure cost: the hold when the provider is known to keep it, otherwise nobody knows. */
export function chargeOfFailure(failure: Failure, holdMicroUsd: number) {
  return failure.billed === 'yes'
    ? { microUsd: holdMicroUsd, source: 'estimated' as const }
    : { microUsd: null, source: 'unknown' as const };
}

async function loseAnswer(
  context: RunContext,
  step: GenerateStep,
  message: string,
): Promise<Submitted> {
  const atMs = context.ports.clock.nowMs();
  await context.store.append({ type: 'lose-answer', fingerprint: step.fingerprint, atMs, message });
  return { kind: 'unknown', message };
}

/** What came, for the person who has to find the job: on one line, without what may sign an address. */
function quote({ text }: HttpResponse): string {
  const line = withoutQueries(text).replace(/\s+/g, ' ').trim();
  return line === '' ? 'no body' : line;
}

function summarize(error: unknown): string {
  return messageOf(error).replace(/\s+/g, ' ').slice(0, 200);
}
