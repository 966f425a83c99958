import { throwIfStopped } from '../../cancellation.ts';
import { type ApiContext, callApi } from '../../http/call-api.ts';
import { messageOf, NeverSentError, NoAnswerError } from '../../model/errors.ts';
import type {
  Delivery,
  Failure,
  HttpRequest,
  HttpResponse,
  Operation,
  Settled,
  Trouble,
} from '../../providers/adapter.ts';
import { pollDelayMs, retryDelayMs } from '../../retry.ts';
import type { RunContext } from '../context.ts';
import type { PaidJob } from '../paid-job.ts';
import { type Answered, readEnd, readProgress } from './read-answer.ts';

export type Waited =
  | { readonly kind: 'done'; readonly delivery: Delivery }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** still theirs: a later run goes on waiting */
  | { readonly kind: 'gave-up'; readonly message: string };

/** After so many of them in a row the key or the path is wrong, and asking on would change nothing. */
const MAX_REFUSALS = 5;
/** An error may be a gateway's, or of the moment: that the job is over counts once so many said it in a row. */
const ENDINGS_IN_A_ROW = 4;
const CONFIRM_MS = 1_000;

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
  const confirm = createConfirmation();
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

    const answer = confirm(await askOnce(context, paid, operation, stop.requested));
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

/** An error answer that says that the job is over, or any that says that its video is gone. */
export interface Ending {
  readonly kind: 'ending';
  readonly failure: Failure;
  readonly trouble: Trouble;
}

/** For the answers of one job in their order: an ending is trouble until enough of them were given in a row. */
export function createConfirmation(): (answer: JobAnswer | Ending) => JobAnswer {
  let endings = 0;
  return (answer) => {
    endings = answer.kind === 'ending' ? endings + 1 : 0;
    if (answer.kind !== 'ending') return answer;
    return endings < ENDINGS_IN_A_ROW
      ? { kind: 'trouble', trouble: answer.trouble }
      : { kind: 'progress', progress: { state: 'failed', failure: answer.failure } };
  };
}

/**
 * Asks until what comes back counts: once, or a few times where an error says that the job is over.
 *
 * @throws StoppedError when `signal` aborts.
 */
export async function askUntilCertain(
  context: RunContext,
  paid: PaidJob,
  operation: Operation,
  signal: AbortSignal,
): Promise<JobAnswer> {
  const confirm = createConfirmation();
  for (;;) {
    const answer = await askOnce(context, paid, operation, signal);
    const confirmed = confirm(answer);
    if (answer.kind !== 'ending' || confirmed.kind === 'progress') return confirmed;
    await context.ports.clock.sleep(CONFIRM_MS, signal);
    await context.apiFor(paid.provider).rateLimiter.admit(signal);
  }
}

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
): Promise<JobAnswer | Ending> {
  const api = context.apiFor(paid.provider);
  const { adapter } = api.endpoint;
  const { job } = paid;
  const request = adapter.status(operation, job);
  if (request == null) throw new TypeError('an operation cannot lose its id');
  try {
    const response = await callApi(api, request, signal);
    const read = readJobAnswer(api, { asked: 'status', response, operation, job });
    if (!('request' in read)) return read;

    await api.rateLimiter.admit(signal);
    const result = await callApi(api, read.request, signal);
    const settled = readJobAnswer(
      api,
      { asked: 'result', response: result, operation, job },
      response,
    );
    if ('request' in settled) throw new TypeError('a result names no further request');
    return settled;
  } catch (error) {
    if (!(error instanceof NoAnswerError || error instanceof NeverSentError)) throw error;
    return trouble(messageOf(error));
  }
}

/** An answer other than 2xx ends the job only where it states the job's end; one that cannot be read says nothing. */
function readJobAnswer(
  { endpoint }: ApiContext,
  answered: Answered,
  status?: HttpResponse,
): JobAnswer | Ending | { readonly request: HttpRequest } {
  const { response } = answered;
  if (!isSuccess(response)) {
    const failure = readEnd(endpoint, answered, status);
    const reason = endpoint.adapter.trouble(response);
    if (failure == null) return { kind: 'trouble', trouble: reason };
    return { kind: 'ending', failure, trouble: reason };
  }
  try {
    const progress = readProgress(endpoint, answered);
    if (progress.state === 'ready') return { request: progress.request };
    const failure = progress.state === 'failed' ? progress.failure : null;
    // A video that is lost is nothing that one answer decides either.
    if (failure?.kind === 'expired')
      return { kind: 'ending', failure, trouble: { kind: 'transient', message: failure.message } };
    return { kind: 'progress', progress };
  } catch (error) {
    const words = messageOf(error).replace(/\s+/g, ' ').slice(0, 120);
    return trouble(`an answer that says nothing of the job (${words})`);
  }
}

function trouble(message: string): JobAnswer {
  return { kind: 'trouble', trouble: { kind: 'transient', message } };
}

function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status <= 299;
}

function describeFraction(fraction: number | undefined): string | null {
  return fraction == null ? null : `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}
