import type { Exchange } from '../../http/exchange.ts';
import type { Orientation } from '../../types.ts';
import type { Job } from '../jobs.ts';
import type { KlingOptions } from './options.ts';

/** What either API is asked for, in common words. */
export interface KlingRequest {
  /** As the legacy API calls it. */
  readonly model: string;
  readonly tier: 'standard' | 'pro';
  readonly orientation: Orientation;
  readonly keepOriginalSound: boolean;
  readonly prompt: string | undefined;
  /** A URL, or the image itself in base64. */
  readonly image: { readonly url: string } | { readonly base64: string };
  readonly video: string;
  /** For the bill; `external_task_id` among them is what the task is found by. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** What was taken for a task so far, in dollars and in units of a pack. */
export interface Taken {
  readonly dollars: string;
  readonly units: string;
}

/** One of its two APIs: requests are read strictly, tasks told in its own words. */
export interface KlingApi {
  readonly maxImageBytes: number;
  isCreate(method: string, path: string): boolean;
  /** Which tasks are asked about: by their ids, or by ours; `undefined` where it is no question of this API. */
  readQuestion(exchange: Exchange): Question | Refusal | undefined;
  readRequest(exchange: Exchange, options: KlingOptions): KlingRequest | Refusal;
  describe(job: Job, taken: Taken, options: KlingOptions): Record<string, unknown>;
  /** What the answer to a question holds: one task, or a list. `undefined` where there is none to tell. */
  answer(tasks: readonly Record<string, unknown>[]): unknown;
}

export interface Question {
  readonly by: 'task' | 'external' | 'either';
  readonly ids: readonly string[];
}

export function invalid(message: string): Refusal {
  return { code: 1201, message };
}

/** Bare base64; a prefix or a path is none. */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** Its id is a long; whether a text is taken for one is not said. */
export function isElementId(id: unknown): boolean {
  return /^\d+$/.test(String(id));
}
