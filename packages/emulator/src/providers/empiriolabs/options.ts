/** Where the result URL was seen, or is looked for, by public clients of this API. */
export type ResultShape =
  | 'result.data[0].url'
  | 'result.output[0].url'
  | 'result.url'
  | 'result.result.data[0].url'
  | 'output[0].url'
  | 'data[0].url'
  | 'video.url'
  | 'video_url'
  | 'output_url';

export const RESULT_SHAPES: readonly ResultShape[] = [
  'result.data[0].url',
  'result.output[0].url',
  'result.url',
  'result.result.data[0].url',
  'output[0].url',
  'data[0].url',
  'video.url',
  'video_url',
  'output_url',
];
export const DONE_WORDS = ['completed', 'complete', 'succeeded', 'success', 'done'] as const;
export const FAILED_WORDS = ['failed', 'error', 'cancelled', 'canceled'] as const;

export interface EmpiriolabsOptions {
  readonly resultShape?: ResultShape;
  /** Documented: `completed`; their blog says `succeeded`. */
  readonly doneWord?: (typeof DONE_WORDS)[number];
  readonly failedWord?: (typeof FAILED_WORDS)[number];
  /** The word in the answer to a submit: `queued`. */
  readonly acceptedWord?: string;
  /** Their docs mark the prompt as required; the product page does not. */
  readonly promptRequired?: boolean;
  /** Documented: 50, per account, over all endpoints. Unlimited by default. */
  readonly requestsPerMinute?: number;
  /** `retry-after` on a 429 of that limit; not documented, so absent by default. */
  readonly retryAfter?: string;
  /** Whether the job list repeats what a job was asked for; not documented. Default: true. */
  readonly listsInputs?: boolean;
  /** What the model's card says of prices; the names inside a row are not documented. */
  readonly pricingRows?: readonly Readonly<Record<string, unknown>>[];
  /** Prepaid credit in micro-dollars. */
  readonly creditsMicroUsd?: number;
}
