/**
 * Where a fault waits. `result`: the request for what a finished job made, where it is one of its own.
 * `cancel`: a request to cancel a job.
 * `lookup`: job lists, usage, models. `input`: the raw and media hosts;
 * with a `provider`, only while that provider reads from them. `download`: result files.
 * `upload`: a provider's own storage, every request of an upload. `git-fetch` and
 * `git-push`: each request of one, of which there are two or more. `git-lfs`: every request of Git LFS.
 * `bucket-...`: the S3-compatible store, by method.
 * `rest-...`: GitHub's REST calls, reads by what is read, `rest-write` for every comment and status written.
 */
export type FaultPoint =
  | 'submit'
  | 'status'
  | 'result'
  | 'cancel'
  | 'lookup'
  | 'input'
  | 'download'
  | 'upload'
  | 'artifact-create'
  | 'artifact-upload'
  | 'artifact-finalize'
  | 'git-fetch'
  | 'git-push'
  | 'git-lfs'
  | 'rest-comments'
  | 'rest-write'
  | 'rest-graphql'
  | 'rest-events'
  | 'rest-permission'
  | 'rest-pull'
  | 'rest-statuses'
  | 'rest-contents'
  | 'rest-repository'
  | 'rest-run'
  | 'rest-artifact'
  | 'bucket-read'
  | 'bucket-write'
  | 'bucket-delete';

/** Where in the conversation a request stands, for the faults that wait there. */
export interface FaultSite {
  readonly at: FaultPoint;
  readonly provider?: string;
}

/** What goes wrong. Unless a line says otherwise, the request is processed first, bill included. */
export type FaultKind =
  /** The connection ends with no answer. */
  | { readonly kind: 'lost-answer' }
  /** The connection is reset; nothing is processed. */
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'error-after-acceptance'; readonly status: 500 | 502 | 503 | 504 }
  /** Nothing is processed. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 429; nothing is processed. */
  | { readonly kind: 'rate-limited'; readonly retryAfter: string }
  /** Silence for `ms` of emulated time, then the answer; `Infinity` is silence for ever. */
  | { readonly kind: 'stall'; readonly ms: number }
  /** The body in ten pieces over `totalMs` (1,000). */
  | { readonly kind: 'slow-body'; readonly totalMs?: number }
  /** The first half only: under the whole length, or without a length and closed cleanly. */
  | { readonly kind: 'truncated-body'; readonly contentLength?: 'declared' | 'absent' }
  /** `content-encoding: gzip`, this many MiB (64) once unpacked. */
  | { readonly kind: 'gzip-bomb'; readonly mebibytes?: number }
  /** `content-length` is the real one plus `delta` bytes (-1,024). */
  | { readonly kind: 'wrong-content-length'; readonly delta?: number }
  /** 200 with a web page, as a captive portal or a CDN's error page. */
  | { readonly kind: 'not-a-video'; readonly contentType?: string }
  | { readonly kind: 'html-body'; readonly status?: number }
  /** 410 `output_expired`; nothing is processed. */
  | { readonly kind: 'expired' }
  /** Nothing is processed. */
  | {
      readonly kind: 'redirect';
      readonly to: string;
      readonly status?: 301 | 302 | 303 | 307 | 308;
    }
  /** The answer's `status` says this word, whatever is true. */
  | { readonly kind: 'status-word'; readonly word: string }
  /** Every identifier in the answer is this, written as it stands: `"a text"` or a number. */
  | { readonly kind: 'id'; readonly json: string }
  /** A success without any identifier in it. */
  | { readonly kind: 'no-id' }
  /** The job fails: when it is due (at `submit`) or at once (at `status`). */
  | {
      readonly kind: 'job-fails';
      readonly code: string;
      readonly message: string;
      /** Whether the charge stays; by default as the provider documents it. */
      readonly billed?: boolean;
    }
  /** A body without end. */
  | { readonly kind: 'oversized' };

export type Fault = {
  readonly at: FaultPoint;
  /** Name in the registry. */
  readonly provider?: string;
  /** How often it strikes: 1; `Infinity` is allowed. */
  readonly times?: number;
  /** How many fitting requests pass unharmed first: 0. */
  readonly after?: number;
} & FaultKind;
