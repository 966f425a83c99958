import { throwIfStopped } from '../cancellation.ts';
import { callApi } from '../http/call-api.ts';
import { messageOf, NeverSentError, NoAnswerError } from '../model/errors.ts';
import type {
  Adapter,
  Delivery,
  Failure,
  HttpResponse,
  Operation,
  Question,
  Settled,
  Trouble,
} from '../providers/adapter.ts';
import { pollDelayMs, retryDelayMs } from '../retry.ts';
import type { RunContext } from './context.ts';
import type { PaidJob } from './paid-job.ts';
import { checkSettled } from './read-answer.ts';

export type Waited =
  | { readonly kind: 'done'; readonly delivery: Delivery }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** still theirs: a later run goes on waiting */
  | { readonly kind: 'gave-up'; readonly message: string };

/** After so many of them in a row the key or the path is wrong, and asking on would change nothing. */
const MAX_REFUSALS = 5;

/**
 * Polls a paid job until it is done, failed, or the deadline passes. Only what the provider states about the
 * job ends it; after any other answer it is asked again, because asking is free and the job is paid for.
 *
 * @throws StoppedError on a stop.
 */
export async function waitForJob(
  context: RunContext,
  paid: PaidJob,
  operation: Operation,
  onPending: (note: string | null) => void,
): Promise<Waited> {
  const { ports, stop } = context;
  const api = context.apiFor(paid.provider);
  const { adapter } = api.endpoint;
  if (adapter.status(operation, paid.job) == null) {
    return { kind: 'gave-up', message: `${adapter.title} gave no id to ask by` };
  }
  const { firstPollMs, maxPollMs } = adapter.pacing;
  const delayBefore = (poll: number) => pollDelayMs(poll, firstPollMs, maxPollMs, ports.random());
  let troubles = 0;
  let refusals = 0;
  let delayMs = delayBefore(1);
  // Not withRetry: a poll that fails is one more poll, never sooner than the next one is due, and the
  // deadline of the run ends both. The delay after a failure is that of retry.ts.
  for (let poll = 1; ; poll++) {
    const leftMs = stop.deadlineMs - ports.clock.nowMs();
    if (leftMs <= 0) return { kind: 'gave-up', message: 'not finished before the deadline' };
    await ports.clock.sleep(Math.min(delayMs, leftMs), stop.requested);
    const admission = await api.rateLimiter.admit(stop.requested);
    throwIfStopped(stop);
    delayMs = delayBefore(poll + 1);

    const answer = await askOnce(context, paid, operation, stop.requested);
    // Asking counts towards the same allowance as buying.
    if (answer.kind === 'trouble' && answer.trouble.kind === 'rate-limit')
      admission.limited(answer.trouble.retryAfterMs);
    if (answer.kind === 'progress') {
      troubles = 0;
      refusals = 0;
      const { progress } = answer;
      if (progress.state === 'done') return { kind: 'done', delivery: progress.delivery };
      if (progress.state === 'failed') return { kind: 'failed', failure: progress.failure };
      onPending(progress.note ?? describeFraction(progress.fraction));
      continue;
    }
    const { kind, message, retryAfterMs } = answer.trouble;
    onPending(message);
    troubles += 1;
    delayMs = Math.max(delayMs, retryDelayMs(troubles, retryAfterMs, ports.random()));
    refusals = kind === 'auth' || kind === 'not-found' ? refusals + 1 : 0;
    if (refusals >= MAX_REFUSALS) {
      return {
        kind: 'gave-up',
        message: `${adapter.title} does not say how the job is doing: ${message}`,
      };
    }
  }
}

export type JobAnswer =
  | { readonly kind: 'progress'; readonly progress: Settled }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/**
 * Asks once how a paid job is doing, and for its result where it is over. Not paced: callers ask the
 * rateLimiter first.
 *
 * @throws StoppedError when `signal` aborts.
 */
export async function askOnce(
  context: RunContext,
  paid: PaidJob,
  operation: Operation,
  signal: AbortSignal,
): Promise<JobAnswer> {
  const api = context.apiFor(paid.provider);
  const { adapter } = api.endpoint;
  const { job } = paid;
  const request = adapter.status(operation, job);
  if (request == null) throw new TypeError('an operation cannot lose its id');
  try {
    const response = await callApi(api, request, signal);
    if (!isSuccess(response)) return readTrouble(adapter, response, 'status');
    const progress = readSafely(() =>
      checkSettled(api.endpoint, adapter.progress(response, operation, job)),
    );
    if (progress.state !== 'ready') return { kind: 'progress', progress };

    await api.rateLimiter.admit(signal);
    const answer = await callApi(api, progress.request, signal);
    if (!isSuccess(answer)) return readTrouble(adapter, answer, 'result', response);
    const settled = readSafely(() => {
      if (adapter.result == null) throw new TypeError(`${adapter.id} reads no results`);
      return checkSettled(api.endpoint, adapter.result(answer, operation, job));
    });
    return { kind: 'progress', progress: settled };
  } catch (error) {
    if (!(error instanceof NoAnswerError || error instanceof NeverSentError)) throw error;
    return { kind: 'trouble', trouble: { kind: 'transient', message: messageOf(error) } };
  }
}

/** An answer other than 2xx ends the job only where it states the job's end. */
function readTrouble(
  adapter: Adapter,
  response: HttpResponse,
  asked: Question,
  status?: HttpResponse,
): JobAnswer {
  const failure = adapter.ended?.(response, asked, status) ?? null;
  return failure == null
    ? { kind: 'trouble', trouble: adapter.trouble(response) }
    : { kind: 'progress', progress: { state: 'failed', failure } };
}

function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status <= 299;
}

/** An answer that cannot be read says nothing: the job goes on until one can. */
function readSafely<State>(read: () => State): State | Extract<Settled, { state: 'pending' }> {
  try {
    return read();
  } catch (error) {
    const words = messageOf(error).replace(/\s+/g, ' ').slice(0, 120);
    return { state: 'pending', note: `an answer that cannot be read (${words})` };
  }
}

function describeFraction(fraction: number | undefined): string | null {
  return fraction == null ? null : `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}
