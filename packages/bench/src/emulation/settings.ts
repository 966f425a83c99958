/** What the emulated provider does with jobs, and what goes wrong with requests. */
export interface EmulationSettings {
  /** Durations are log-normal around it; with `sigma` 0 every job takes exactly this long. */
  readonly medianMs: number;
  readonly sigma: number;
  readonly resultBytes: number;
  /** Videos have https addresses, which clients lead to loopback: one takes no others for files. */
  readonly hasHttpsVideos?: boolean;
  /** A token bucket over all requests about jobs; beyond it they are answered with 429. */
  readonly rateLimit?: {
    readonly perSecond: number;
    readonly burst: number;
    readonly retryAfterSeconds: number;
  };
  readonly trouble?: Trouble;
  /** A share of the jobs is accepted and billed, but the answer that says so is lost. */
  readonly lostAnswers?: { readonly share: number; readonly as: 502 | 'reset' };
}

/** A share of the requests about jobs is not served; times count from the first such request. */
export interface Trouble {
  readonly answer: number | 'reset';
  readonly share: number;
  readonly of: 'all' | 'reads';
  readonly fromMs?: number;
  readonly untilMs?: number;
}
