import type { Endpoint } from '../http/endpoint.ts';
import type { Accepted, Found, HttpResponse, Job, Settled } from '../providers/adapter.ts';
import {
  MAX_JOB_ID_CHARACTERS,
  whyNoDelivery,
  whyNoHandle,
} from '../providers/shared/answer-bounds.ts';

/** The one way by which what a provider names about a job gets to the records: within their bounds. */

type AnswerContext = Pick<Endpoint, 'adapter' | 'isLoopback'>;

/** @throws Error for an answer that cannot be read, or whose handle is beyond the bounds: outcome unknown. */
export function readAccepted(
  { adapter, isLoopback }: AnswerContext,
  response: HttpResponse,
  job: Job,
): Accepted {
  const accepted = adapter.accepted(response, job);
  if (accepted.kind === 'failure') return accepted;
  const { operation } = accepted;
  refuseFor(whyNoHandle(operation));
  if (accepted.kind === 'operation') return accepted;
  const reason = whyNoDelivery(accepted.delivery, isLoopback);
  // The job can be asked for, so its video can still come.
  if (reason != null && adapter.status(operation, job) != null)
    return { kind: 'operation', operation };
  refuseFor(reason);
  return accepted;
}

/** @throws Error for a video at an address beyond the bounds: the job is asked about again. */
export function checkSettled<State extends Settled | { readonly state: 'ready' }>(
  { isLoopback }: AnswerContext,
  settled: State,
): State {
  if (settled.state === 'done') refuseFor(whyNoDelivery(settled.delivery, isLoopback));
  return settled;
}

/** Jobs whose handle is beyond the bounds are shown to a person, cut. */
export function boundFound({ matches, candidates }: Found): Found {
  const usable = matches.filter((operation) => whyNoHandle(operation) == null);
  const others = matches.filter((operation) => whyNoHandle(operation) != null);
  return {
    matches: usable,
    candidates: [...candidates, ...others.map((operation) => JSON.stringify(operation))].map(
      (text) => text.slice(0, MAX_JOB_ID_CHARACTERS),
    ),
  };
}

function refuseFor(reason: string | null): void {
  if (reason != null) throw new Error(reason);
}
