import * as z from 'zod';
import { readRetryAfter } from '../../model/retry-after.ts';
import { cutForeign } from '../../model/secrets/redact.ts';
import type { Failure, FailureKind, HttpResponse, Trouble } from '../adapter.ts';

/** Words of a provider for people, of which the beginning is kept. */
export const foreignText = z.string().transform(cutForeign);

/**
 * Error bodies as providers send them: flat `{code, message}`, nested `{error: {...}}` or
 * `{error: "..."}`, or `{detail}`. Tolerant on purpose: the envelope is documented nowhere.
 */
const errorFields = z.object({
  code: z.union([foreignText, z.number()]).nullish().catch(null),
  type: foreignText.nullish().catch(null),
  message: foreignText.nullish().catch(null),
  detail: foreignText.nullish().catch(null),
});
const errorBody = errorFields.extend({
  error: z.union([errorFields, foreignText]).nullish().catch(null),
});

export interface ErrorAnswer {
  readonly code: string | null;
  readonly message: string;
}

/** Code and message of an error body, or of an `error` member of a job. */
export function readErrorAnswer(json: unknown, fallback: string): ErrorAnswer {
  const body = errorBody.safeParse(json);
  if (!body.success) {
    return {
      code: null,
      message: typeof json === 'string' && json !== '' ? cutForeign(json) : fallback,
    };
  }
  const nested = typeof body.data.error === 'object' ? body.data.error : null;
  const text = typeof body.data.error === 'string' ? body.data.error : null;
  const code = nested?.code ?? body.data.code ?? nested?.type ?? null;
  const message =
    nested?.message ?? nested?.detail ?? body.data.message ?? body.data.detail ?? text;
  return { code: code == null ? null : String(code), message: message ?? fallback };
}

/** Statuses that say plainly: not accepted, nothing billed. */
const refusals: Readonly<Record<number, FailureKind>> = {
  400: 'input',
  401: 'auth',
  402: 'quota',
  403: 'auth',
  404: 'not-found',
  413: 'input',
  415: 'input',
  422: 'input',
  429: 'rate-limit',
};

/**
 * The common reading of an answer to a submit other than 2xx: a listed 4xx is a refusal that cost nothing;
 * everything else (every 5xx, 408, 409) leaves open whether the request was accepted.
 */
export function readRefusal(response: HttpResponse): Failure {
  return { ...readTrouble(response), billed: refusals[response.status] != null ? 'no' : 'unknown' };
}

/** The common reading of an answer other than 2xx to a question. */
export function readTrouble(response: HttpResponse): Trouble {
  const { code, message } = readErrorAnswer(response.json, `HTTP ${response.status}`);
  const retryAfterMs = readRetryAfter(response.headers['retry-after'], response.headers.date);
  return {
    kind: refusals[response.status] ?? (response.status >= 500 ? 'transient' : 'provider'),
    message: code == null || message.includes(code) ? message : `${code}: ${message}`,
    ...(retryAfterMs != null ? { retryAfterMs } : {}),
  };
}

/** The error's own code, for those who know what it means. */
export function readErrorCode({ json }: HttpResponse): string | null {
  return readErrorAnswer(json, '').code;
}

/**
 * The words of every provider for a state, in one place: what ends a job at one company ends it at all of them.
 * What the end cost does not follow from the word. Anything else is pending.
 */
const doneWords = new Set(['completed', 'complete', 'succeeded', 'success', 'succeed', 'done']);
const failedWords = new Set([
  'failed',
  'fail',
  'failure',
  'error',
  'cancelled',
  'canceled',
  'aborted',
  'timeout',
  'timed_out',
]);
const pendingWords = new Set([
  'created',
  'submitted',
  'queued',
  'queuing',
  'in_queue',
  'waiting',
  'pending',
  'starting',
  'processing',
  'generating',
  'running',
  'in_progress',
]);

export type StatusMeaning = 'done' | 'failed' | 'pending' | 'unheard-of';

export function readStatusWord(word: string): StatusMeaning {
  const lower = word.toLowerCase();
  if (doneWords.has(lower)) return 'done';
  if (failedWords.has(lower)) return 'failed';
  return pendingWords.has(lower) ? 'pending' : 'unheard-of';
}

const moderationHints = /moderat|safety|nsfw|sensitive|prohibited|policy/i;

export function isModeration(answer: ErrorAnswer): boolean {
  return moderationHints.test(`${answer.code ?? ''} ${answer.message}`);
}

/** Words that clients have seen, as "No valid characters detected in the video"; no page lists them. It decides on advice alone. */
const unusableHints =
  /\bno (valid |clear |usable )?(characters?|persons?|people|humans?|faces?|bod(y|ies)|subjects?)\b/i;

/** What an accepted job says of its failure; what that cost, each provider's pages say. */
export function failureOfJob(answer: ErrorAnswer, billed: Failure['billed']): Failure {
  return {
    kind: kindOfJobFailure(answer),
    message: answer.message,
    billed,
  };
}

/** Whether its content was refused, its inputs could not be used, or something else went wrong. */
export function kindOfJobFailure(answer: ErrorAnswer): FailureKind {
  if (isModeration(answer)) return 'moderation';
  return unusableHints.test(answer.message) ? 'input' : 'provider';
}
