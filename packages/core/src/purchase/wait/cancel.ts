import { withTimeLimit } from '../../cancellation.ts';
import { callApi } from '../../http/call-api.ts';
import { messageOf, NeverSentError, NoAnswerError, StoppedError } from '../../model/errors.ts';
import { formatUsd } from '../../model/money.ts';
import type { Purchase } from '../../model/purchase/purchase.ts';
import type { Failure, HttpRequest } from '../../providers/adapter.ts';
import { isHeldHere, type RunContext } from '../context.ts';
import type { PaidJob } from '../paid-job.ts';
import { append } from '../settle-failure.ts';
import { askOnce, createConfirmation, type Ending, type JobAnswer } from './wait.ts';

/**
 * For all of it: a runner sends its second signal 7.5 s after the first, and by then what became of the run has
 * to be written down too. Jobs are cancelled at the same time, each within this.
 */
const CANCEL_MS = 3_000;
const NEXT_LOOK_MS = 400;

type AfterCancel =
  /** its status says how it ended */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** the provider was asked, and its status says nothing of it yet */
  | { readonly kind: 'cancelling'; readonly message: string };

/**
 * After a cancel of the run, where that was asked for: cancels a job that this run bought and that has not
 * started at its provider. What the provider answers settles nothing; only what its status says afterwards does.
 * `null` for a job that is kept.
 *
 * That it is asked is on this disk before the request leaves. A process that dies in between loses nothing: the
 * job is still on record as paid for, and its status is read again.
 */
export async function cancelQueued(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
): Promise<AfterCancel | null> {
  const { adapter } = context.apiFor(paid.provider).endpoint;
  const { operation, holdMicroUsd } = purchase;
  const request = adapter.cancel?.(operation);
  if (request == null || !context.cancelsQueued()) return null;
  if (!isHeldHere(context, paid.fingerprint, purchase.state)) return null;
  let isAsked = false;
  const message = `cancelling was asked at ${adapter.title}; ${formatUsd(holdMicroUsd)} stays held until its status says that it was cancelled`;
  try {
    return await withTimeLimit(context.ports, CANCEL_MS, context.stop.hard, async (signal) => {
      const before = await look(context, paid, purchase, signal);
      if (stateOf(before) === 'failed') return endOf(before);
      if (!isQueued(before)) return null;
      context.ports.log.info(`${paid.id}: ${message}`);
      await append(context, paid, { type: 'give-up-waiting', message });
      isAsked = true;
      await sendCancel(context, paid, request, signal);
      const confirm = createConfirmation();
      for (;;) {
        const after = confirm(await look(context, paid, purchase, signal));
        if (stateOf(after) !== 'pending') return endOf(after);
        await context.ports.clock.sleep(NEXT_LOOK_MS, signal);
      }
    });
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    const next = `${message}; the next run, or reconcile, asks for it`;
    return isAsked ? { kind: 'cancelling', message: next } : null;
  }
}

/** Whatever comes back, or nothing: the status is asked next. */
async function sendCancel(
  context: RunContext,
  { id, provider }: PaidJob,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<void> {
  const api = context.apiFor(provider);
  const { title } = api.endpoint.adapter;
  const warn = (why: string) =>
    context.ports.log.warning(`${id}: ${title} did not confirm the cancel (${why})`);
  try {
    await api.rateLimiter.admit(signal);
    const answer = await callApi(api, request, signal);
    if (answer.status < 200 || answer.status > 299)
      warn(api.endpoint.adapter.trouble(answer).message);
  } catch (error) {
    if (!(error instanceof NoAnswerError || error instanceof NeverSentError)) throw error;
    warn(messageOf(error));
  }
}

async function look(
  context: RunContext,
  paid: PaidJob,
  { operation }: Purchase,
  signal: AbortSignal,
): Promise<JobAnswer | Ending> {
  const { endpoint, rateLimiter } = context.apiFor(paid.provider);
  // Without an id to ask by there is nothing to look at, and nothing to cancel.
  if (endpoint.adapter.status(operation, paid.job) == null)
    throw new StoppedError(`${endpoint.adapter.title} gave no id to ask by`);
  await rateLimiter.admit(signal);
  return askOnce(context, paid, operation, signal);
}

/** What says nothing about the job leaves it pending. */
function stateOf(answer: JobAnswer | Ending): 'pending' | 'done' | 'failed' {
  return answer.kind === 'progress' ? answer.progress.state : 'pending';
}

function isQueued(answer: JobAnswer | Ending): boolean {
  return (
    answer.kind === 'progress' &&
    answer.progress.state === 'pending' &&
    answer.progress.isQueued === true
  );
}

/** `null` for a job that is done: it is kept, and collected by the next run. */
function endOf(answer: JobAnswer | Ending): AfterCancel | null {
  return answer.kind === 'progress' && answer.progress.state === 'failed'
    ? { kind: 'failed', failure: answer.progress.failure }
    : null;
}
