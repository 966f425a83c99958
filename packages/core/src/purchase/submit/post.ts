import { callApi } from '../../http/call-api.ts';
import type { Admission } from '../../http/rate-limiter.ts';
import { holdsRedaction } from '../../http/redact-answer.ts';
import { messageOf, NeverSentError, StoppedError, UnsafeError } from '../../model/errors.ts';
import type { GenerateStep } from '../../model/plan.ts';
import type { NewEvent } from '../../model/purchase/purchase-event.ts';
import { withoutQueries } from '../../model/secrets/redact.ts';
import type {
  Accepted,
  AssetUrls,
  Failure,
  HttpRequest,
  HttpResponse,
  Operation,
} from '../../providers/adapter.ts';
import { chargeOfFailure } from '../charge.ts';
import { jobOf, type RunContext } from '../context.ts';
import { readAccepted } from '../wait/read-answer.ts';
import { type Heartbeat, withHeartbeat } from './heartbeat.ts';
import { holdBack } from './rate-pause.ts';

export type Submitted =
  | {
      readonly kind: 'paid';
      readonly accepted: Extract<Accepted, { kind: 'operation' | 'finished' }>;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly message: string };

export type Outcome =
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

/** Sends the POST once, and puts on record what its answer says. */
export async function postOnce(
  context: RunContext,
  step: GenerateStep,
  { urls, correlationId, admission }: Post,
): Promise<Outcome> {
  const api = context.apiFor(step.provider);
  const { adapter } = api.endpoint;
  const heldBack = await holdBack(context.stop, admission);
  if (heldBack != null) return { kind: 'not-accepted', why: 'held-back', message: heldBack };
  let response: HttpResponse;
  try {
    const request = adapter.submit(jobOf(step), step.facts, urls, correlationId);
    // In flight, only the hard stop ends it: an answer within its seconds saves a paid job.
    response = await withHeartbeat(context.ports.clock, heartbeatOf(context, step, request), () =>
      callApi(api, request, context.stop.hard),
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
  const failure = adapter.refused(response, jobOf(step));
  if (failure.billed === 'unknown')
    return loseAnswer(context, step, `HTTP ${response.status}: ${failure.message}`);
  return readRefusal(context, step, failure);
}

const BEAT_MS = 60_000;

/** Only of a call that may take as long as the job: others are answered or given up before the first line. */
function heartbeatOf(
  { ports, apiFor }: RunContext,
  { id, provider }: GenerateStep,
  { timeoutMs = 0 }: HttpRequest,
): Heartbeat {
  const { title } = apiFor(provider).endpoint.adapter;
  return {
    everyMs: BEAT_MS,
    maxBeats: Math.floor(timeoutMs / BEAT_MS),
    beat: (elapsedMs) =>
      ports.log.info(
        `${id}: ${title} has not answered yet, ${elapsedMs / 1_000} s after it was asked; it answers when the video is made, within ${Math.ceil(timeoutMs / 60_000)} minutes`,
      ),
  };
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
    accepted = readAccepted(context.apiFor(step.provider).endpoint, response, jobOf(step));
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
