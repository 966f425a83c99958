export interface ProspolabsOptions {
  /**
   * `completed` (default): the POST is held until the job is done, as the documented call is.
   * The others answer at once, without an output_url, as `async: true` does.
   */
  readonly answer?: 'completed' | 'queued' | 'processing';
  /** Longest time that a POST is held; then it answers `processing`. Not documented: `Infinity`. */
  readonly syncWaitMs?: number;
  /** The pages disagree: flat on the model's, nested in `params` in the general docs. */
  readonly body?: 'flat' | 'nested' | 'either';
  /** No page shows a status path. `none`: there is none. */
  readonly statusPath?: 'generations' | 'generate' | 'none';
  /** A failed run: in the body of a 200 (default), or as an HTTP 422. */
  readonly failure?: 'body' | 'http-error';
  /** Lengths are billed exactly, or rounded up to whole seconds. */
  readonly rounding?: 'exact' | 'whole-seconds';
  /** `estimated_cost_usd` in micro-dollars, from what is billed; the same by default. */
  readonly estimate?: (billedMicroUsd: number) => number;
}
