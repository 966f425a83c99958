import type { NewEvent } from '../model/purchase/purchase-event.ts';
import type { Failure } from '../providers/adapter.ts';
import { chargeOfFailure } from './charge.ts';
import type { RunContext } from './context.ts';
import type { PaidJob } from './paid-job.ts';

type EventBody<Event> = Event extends NewEvent ? Omit<Event, 'fingerprint' | 'atMs'> : never;

/** Writes down what happened to a paid job. */
export async function append(
  context: RunContext,
  paid: PaidJob,
  event: EventBody<NewEvent>,
): Promise<void> {
  const complete = { ...event, fingerprint: paid.fingerprint, atMs: context.ports.clock.nowMs() };
  await context.store.append(complete as NewEvent);
}

/** Settles a job that ended without a video, by what that cost. Returns the failure in the words on record. */
export async function settleFailure(
  context: RunContext,
  paid: PaidJob,
  reported: Failure,
): Promise<Failure> {
  const { title } = context.apiFor(paid.provider).endpoint.adapter;
  const failure = { ...reported, message: describe(reported, title) };
  const holdMicroUsd = context.store.purchases.get(paid.fingerprint)?.holdMicroUsd ?? 0;
  const { kind, billed, message } = failure;
  if (billed === 'yes' && (failure.reported?.microUsd ?? 0) > holdMicroUsd)
    context.halted ??= `${paid.provider} charged more for ${paid.id} than was held`;
  await append(
    context,
    paid,
    billed === 'no'
      ? { type: 'fail-refunded', message, ...(kind === 'cancelled' && { isCancelled: true }) }
      : { type: 'fail-charged', message, charge: chargeOfFailure(failure, holdMicroUsd) },
  );
  return failure;
}

function describe({ kind, billed, message }: Failure, title: string): string {
  switch (kind) {
    case 'expired':
      // In the provider's words, with what is lost and what can be done.
      return `${message}: the video is lost, and what it cost stays spent; to have it made again, raise take, which buys it again`;
    case 'cancelled':
      return billed === 'no'
        ? `cancelled at ${title}: not billed`
        : `cancelled at ${title} after it had started (${message})`;
    default:
      return message;
  }
}
