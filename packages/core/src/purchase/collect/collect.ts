import {
  DamagedOutputError,
  MotionTransferError,
  messageOf,
  NoAnswerError,
  OutputExpiredError,
  StoppedError,
  UnsafeError,
} from '../../model/errors.ts';
import type { Purchase } from '../../model/purchase/purchase.ts';
import { IllegalEventError } from '../../model/purchase/purchase-state.ts';
import { shortRetention } from '../../plan/retention.ts';
import type { Failure } from '../../providers/adapter.ts';
import { jobIdIn } from '../../providers/shared/job-names.ts';
import { settleCharge } from '../charge.ts';
import type { RunContext } from '../context.ts';
import { downloadPath, downloadsDirectory, type PaidJob } from '../paid-job.ts';
import { append, settleFailure } from '../settle-failure.ts';
import { cancelQueued } from '../wait/cancel.ts';
import { type Waited, waitForJob } from '../wait/wait.ts';
import { downloadVideo, readGone } from './download.ts';
import { fetchRecorded } from './fetch-recorded.ts';

export type Collected =
  /** here: at its place and in the lockfile; `recorded` follows once it is delivered, and only then its download goes */
  | { readonly kind: 'stored'; readonly purchase: Purchase }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** before it started, so it cost nothing and may be bought anew */
  | { readonly kind: 'cancelled'; readonly message: string }
  /** asked for, and the provider's status does not say so yet: the hold stays */
  | { readonly kind: 'cancelling'; readonly message: string }
  /** paid for, not here yet: a later run collects it */
  | { readonly kind: 'in-progress'; readonly message: string }
  /** paid for and delivered by an earlier run, and not fetched: lost once nobody keeps it any more */
  | { readonly kind: 'gone'; readonly message: string; readonly isLost: boolean };

/**
 * Collects a paid job, from whatever state it was left in: wait, download, put in place. Every step is
 * repeatable and none of them buys.
 *
 * @throws StoppedError on a stop; the state on record is where the next run goes on.
 */
export async function collectJob(
  context: RunContext,
  paid: PaidJob,
  report: (phase: 'waiting' | 'downloading', note: string | null) => void,
): Promise<Collected> {
  for (;;) {
    const before = context.store.purchases.get(paid.fingerprint);
    try {
      const ended = await collectStep(context, paid, before, report);
      if (ended != null) return ended;
    } catch (error) {
      // Another run that collects the same job may have brought it to its end meanwhile: then that counts.
      const now = context.store.purchases.get(paid.fingerprint);
      if (!(error instanceof IllegalEventError) || now?.state === before?.state) throw error;
    }
  }
}

/** One step further; `null` when another one follows. */
async function collectStep(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase | undefined,
  report: (phase: 'waiting' | 'downloading', note: string | null) => void,
): Promise<Collected | null> {
  switch (purchase?.state) {
    case 'submitted':
    case 'stale':
      report('waiting', describeWait(context, purchase, null));
      return finishWaiting(context, paid, purchase, (note) =>
        report('waiting', describeWait(context, purchase, note)),
      );
    case 'completed':
      report('downloading', null);
      return finishDownload(context, paid, purchase);
    case 'downloaded':
    case 'stored':
      return finishStore(context, paid, purchase);
    case 'recorded':
      report('downloading', null);
      return finishRecorded(context, paid, purchase);
    default:
      throw new MotionTransferError(
        `${paid.id}: nothing to collect, it is ${purchase?.state ?? 'not on record'}`,
      );
  }
}

/** Each line of the wait names the job, so that it can be asked about at its provider meanwhile. */
function describeWait(
  context: RunContext,
  { operation, provider }: Purchase,
  note: string | null,
): string | null {
  const id = jobIdIn(operation, context.apiFor(provider).endpoint.adapter.jobNames);
  return id == null ? note : `job ${id}${note == null ? '' : `: ${note}`}`;
}

async function finishWaiting(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
  onPending: (note: string | null) => void,
): Promise<Collected | null> {
  if (purchase.state === 'submitted' && purchase.url != null) {
    await append(context, paid, {
      type: 'complete',
      url: purchase.url,
      reported: purchase.reported,
    });
    return null;
  }
  let waited: Waited;
  try {
    waited = await waitForJob(context, paid, purchase.operation, onPending);
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    const after = await cancelQueued(context, paid, purchase);
    if (after == null) throw error;
    return after.kind === 'failed' ? fail(context, paid, after.failure) : after;
  }
  switch (waited.kind) {
    case 'done':
      await append(context, paid, { type: 'complete', ...waited.delivery });
      return null;
    case 'failed':
      return fail(context, paid, waited.failure);
    case 'gave-up':
      if (purchase.state === 'stale' && purchase.url != null) {
        // Nothing newer is to be had, so the address it once gave gets another try.
        await append(context, paid, {
          type: 'complete',
          url: purchase.url,
          reported: purchase.reported,
        });
        return null;
      }
      await append(context, paid, { type: 'give-up-waiting', message: waited.message });
      return { kind: 'in-progress', message: withHaste(context, paid, waited.message) };
  }
}

async function finishDownload(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
): Promise<Collected | null> {
  const { endpoint } = context.apiFor(paid.provider);
  await context.ports.files.makeDirectory(downloadsDirectory(context));
  try {
    const download = await downloadVideo(context.ports, {
      url: purchase.url ?? '',
      target: downloadPath(context, paid.fingerprint),
      allowLoopback: endpoint.isLoopback,
      signal: context.stop.requested,
      redactor: context.redactor,
      readGone: (response) => readGone(endpoint.adapter, response),
    });
    await append(context, paid, { type: 'download', ...download });
    return null;
  } catch (error) {
    if (error instanceof StoppedError) throw error;
    if (error instanceof OutputExpiredError) {
      return fail(context, paid, {
        kind: 'expired',
        message: messageOf(error),
        billed: 'yes',
      });
    }
    const repeatable =
      error instanceof DamagedOutputError ||
      error instanceof NoAnswerError ||
      error instanceof UnsafeError;
    if (!repeatable) throw error;
    // The address may be stale: asking for the job again may bring a new one.
    const message = `paid for, but the video could not be fetched: ${messageOf(error)}`;
    await append(context, paid, { type: 'give-up-waiting', message });
    return { kind: 'in-progress', message: withHaste(context, paid, message) };
  }
}

/** A paid video that is soon thrown away cannot wait for the next night. */
function withHaste(context: RunContext, { provider, job }: PaidJob, message: string): string {
  const { adapter } = context.apiFor(provider).endpoint;
  const kept = shortRetention(adapter, job.model);
  return kept == null
    ? message
    : `${message}; ${adapter.title} keeps the video for ${kept} only once it is done, so run again or reconcile before that is over`;
}

/** `null` when the bytes are gone and have to be downloaded again. */
async function finishStore(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
): Promise<Collected | null> {
  const path = downloadPath(context, paid.fingerprint);
  const identity = await paid.store(purchase, path);
  if (identity == null) {
    await append(context, paid, {
      type: 'complete',
      url: purchase.url ?? '',
      reported: purchase.reported,
    });
    return null;
  }
  if (purchase.state === 'downloaded') await append(context, paid, { type: 'store', identity });
  const charge = settleCharge(purchase);
  await paid.record(purchase, identity, charge);
  if ((purchase.reported?.microUsd ?? 0) > purchase.holdMicroUsd) {
    context.halted ??= `${paid.provider} charged more for ${paid.id} than was held`;
  }
  return { kind: 'stored', purchase: context.store.purchases.get(paid.fingerprint) ?? purchase };
}

/** Bought and delivered by another run: its bytes are fetched from where that run kept them. */
async function finishRecorded(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
): Promise<Collected> {
  const path = downloadPath(context, paid.fingerprint);
  let identity = await paid.store(purchase, path);
  if (identity == null) {
    const missing = await fetchRecorded(context, paid, purchase, path);
    if (missing != null) return { kind: 'gone', ...missing };
    identity = await paid.store(purchase, path);
  }
  if (identity == null)
    return { kind: 'gone', message: `${paid.id} could not be put in place`, isLost: false };
  await paid.record(purchase, identity, purchase.charge ?? settleCharge(purchase));
  return { kind: 'stored', purchase };
}

async function fail(context: RunContext, paid: PaidJob, reported: Failure): Promise<Collected> {
  return endedAs(await settleFailure(context, paid, reported));
}

function endedAs(failure: Failure): Collected {
  return failure.kind === 'cancelled' && failure.billed === 'no'
    ? { kind: 'cancelled', message: failure.message }
    : { kind: 'failed', failure };
}
