import type { Endpoint } from '../../http/endpoint.ts';
import type {
  Accepted,
  Failure,
  Found,
  HttpResponse,
  Job,
  Operation,
  Progress,
  Question,
  Settled,
} from '../../providers/adapter.ts';
import {
  MAX_JOB_ID_CHARACTERS,
  whyNoDelivery,
  whyNoHandle,
} from '../../providers/shared/answer-bounds.ts';
import { jobIdIn, namedJobs } from '../../providers/shared/job-names.ts';

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

/** A question about a paid job, and the answer to it. */
export interface Answered {
  readonly asked: Extract<Question, 'status' | 'result'>;
  readonly response: HttpResponse;
  readonly operation: Operation;
  readonly job: Job;
}

/**
 * What a 2xx answer says of the job that was asked about.
 *
 * @throws Error for one about another job, or that cannot be read: it says nothing, and the job is asked about again.
 */
export function readProgress(endpoint: AnswerContext, answered: Answered): Progress {
  const { adapter } = endpoint;
  const { asked, response, operation, job } = answered;
  refuseFor(whyOfAnother(endpoint, answered));
  if (asked === 'status')
    return checkFailure(
      endpoint,
      answered,
      checkSettled(endpoint, adapter.progress(response, operation, job)),
    );
  if (adapter.result == null) throw new TypeError(`${adapter.id} reads no results`);
  return checkFailure(
    endpoint,
    answered,
    checkSettled(endpoint, adapter.result(response, operation, job)),
  );
}

/** The end of the job that an answer other than 2xx states, or `null`. */
export function readEnd(
  endpoint: AnswerContext,
  answered: Answered,
  status?: HttpResponse,
): Failure | null {
  const { asked, response } = answered;
  if (whyOfAnother(endpoint, answered) != null) return null;
  return endpoint.adapter.ended?.(response, asked, status) ?? null;
}

function whyOfAnother({ adapter }: AnswerContext, { response, operation }: Answered) {
  const named = namedJobs(response.json, adapter.jobNames);
  const id = jobIdIn(operation, adapter.jobNames);
  const [first] = named;
  return first == null || id == null || named.includes(id)
    ? null
    : `an answer about another job, ${first.slice(0, MAX_JOB_ID_CHARACTERS)}`;
}

/** What always names its job and ends one without a name has come from somewhere else. */
function checkFailure<State extends Settled | { readonly state: 'ready' }>(
  { adapter: { jobNames } }: AnswerContext,
  { asked, response }: Answered,
  settled: State,
): State {
  const isNamed = namedJobs(response.json, jobNames).length > 0;
  if (settled.state === 'failed' && !isNamed && jobNames.alwaysIn.includes(asked))
    throw new Error('a failure that names no job');
  return settled;
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
