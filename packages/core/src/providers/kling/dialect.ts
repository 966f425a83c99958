import type { MediaFacts } from '../../model/media/media.ts';
import type { AssetUrls, HttpRequest, HttpResponse, Job } from '../adapter.ts';
import type { Cost } from './cost.ts';
import type { KlingOptions } from './options.ts';

/** One of Kling's two APIs: how it is asked, and what its answers say in common words. */
export interface Dialect {
  submit(
    job: Job<KlingOptions>,
    facts: MediaFacts,
    urls: AssetUrls,
    correlationId: string,
  ): HttpRequest;
  statusUrl(taskId: string): string;
  lookupUrl(correlationId: string): string;
  read(response: HttpResponse): Answer;
}

/** Every answer is `{code, message, request_id, data}`; `code` is 0 when all is well. */
export interface Answer {
  readonly code: number | null;
  readonly message: string | null;
  /** `null` where the answer is about no tasks at all, which is not the same as a list without one. */
  readonly tasks: readonly Task[] | null;
}

export interface Task {
  readonly id: string | null;
  readonly status: string;
  /** Why it failed. */
  readonly reason: string;
  readonly correlationId: string | null;
  readonly url: string;
  readonly watermarkUrl: string;
  /** `null` where it is not told, or not every figure of it is understood. */
  readonly cost: Cost | null;
}

/** Both APIs are served by one host; KLING_BASE_URL moves it. */
export const ORIGIN = 'https://api-singapore.klingai.com';
