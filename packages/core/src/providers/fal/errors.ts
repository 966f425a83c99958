import * as z from 'zod';
import type { Failure, HttpResponse } from '../adapter.ts';
import { foreignText, isModeration, kindOfJobFailure } from '../shared/answers.ts';

/**
 * Two shapes (docs.fal.ai/errors): infrastructure `{detail: "...", error_type}`, models
 * `{detail: [{loc, msg, type}]}`; a completed status may carry `error` and `error_type`.
 */
const body = z.object({
  detail: z
    .union([
      foreignText,
      z.array(
        z.object({
          msg: foreignText.nullish().catch(null),
          type: foreignText.nullish().catch(null),
        }),
      ),
    ])
    .nullish()
    .catch(null),
  error: foreignText.nullish().catch(null),
  error_type: foreignText.nullish().catch(null),
});

export interface FalError {
  readonly message: string;
  /** To branch on; messages may change. */
  readonly type: string | null;
}

export function readFalError(response: HttpResponse, fallback: string): FalError {
  return tellError(response) ?? { message: fallback, type: null };
}

/**
 * The failure that a completed request's status tells of, or `null` when it tells of none. Only a type in the status
 * itself settles: of words alone nobody says whether they are about the request, so the result is asked for.
 */
export function readFailedRequest(status: HttpResponse): Failure | null {
  const isTyped = statusError.safeParse(status.json).success;
  return isTyped ? readFailure(status, status) : null;
}

const statusError = z.object({ error_type: z.string().min(1) });

/**
 * `client_cancelled` is documented as an error type (request-errors); that the status of a request which was
 * removed from the queue says so is an assumption. Whatever else it says leaves the hold where it is.
 */
const CANCELLED = 'client_cancelled';

function readFailure(response: HttpResponse, status: HttpResponse | undefined): Failure | null {
  const error = tellError(response);
  if (error?.type == null) return null;
  const { message, type } = error;
  if (type === CANCELLED) {
    const billed = status != null && hasNeverRun(status) ? 'no' : 'unknown';
    return { kind: 'cancelled', message, billed };
  }
  if (isModeration({ code: type, message }))
    return { kind: 'moderation', message, billed: 'unknown' };
  // Runner and queue trouble is never charged (docs.fal.ai/faq); anything else may have been.
  const isTheirs = infrastructure.has(type);
  return {
    kind: kindOfJobFailure({ code: type, message }),
    message,
    billed: isTheirs ? 'no' : 'unknown',
  };
}

/** Said of the request that was just made, not of the job: "Request is still in progress" is one. */
const OF_THE_QUESTION = new Set(['bad_request']);
const STATUSES_OF_THE_QUESTION = new Set([401, 403, 404, 408, 429]);

/**
 * The failure that the result of a completed request tells of. Only a type, of the error or of an entry of
 * `detail`, speaks of the job: an untyped error is the queue's own, for the moment.
 */
export function readFailedResult(
  response: HttpResponse,
  status: HttpResponse | undefined,
): Failure | null {
  const type = tellError(response)?.type;
  if (type == null || OF_THE_QUESTION.has(type)) return null;
  if (STATUSES_OF_THE_QUESTION.has(response.status)) return null;
  return readFailure(response, status);
}

const completed = z.object({
  status: z.literal('COMPLETED'),
  metrics: z.object({ inference_time: z.number().nullish() }).nullish(),
});

/**
 * Only successful outputs are paid for, and time in the queue never is (pricing page); but a runner that worked
 * may have cost something, so a request counts as free only when its status tells of no time of one.
 */
function hasNeverRun({ json }: HttpResponse): boolean {
  const read = completed.safeParse(json);
  return read.success && (read.data.metrics?.inference_time ?? 0) === 0;
}

/** `X-Fal-Error-Type` of request-errors: all of them are theirs. */
const infrastructure = new Set([
  'request_timeout',
  'startup_timeout',
  'runner_scheduling_failure',
  'runner_connection_timeout',
  'runner_disconnected',
  'runner_connection_refused',
  'runner_connection_error',
  'runner_incomplete_response',
  'runner_server_error',
  'internal_error',
]);

function tellError(response: HttpResponse): FalError | null {
  const read = body.safeParse(response.json);
  if (!read.success) return null;
  const { detail, error, error_type } = read.data;
  const first = Array.isArray(detail) ? detail[0] : null;
  const text = (typeof detail === 'string' ? detail : first?.msg) ?? error;
  const types = [error_type, first?.type, response.headers['x-fal-error-type']];
  const type = types.find((each) => each != null && each !== '') ?? null;
  if (text == null && type == null) return null;
  return {
    type,
    message: type == null || text?.includes(type) ? (text ?? '') : `${type}: ${text ?? 'no words'}`,
  };
}
