import type { Exchange } from './exchange.ts';
import type { Job } from './job-desk.ts';

/** What a request asks about. */
export type Read =
  | { readonly kind: 'submit' | 'list' | 'unknown' }
  | { readonly kind: 'status' | 'result' | 'stream'; readonly id: string };

/** How one provider puts into words what all have: jobs that are accepted, run, and are done. */
export interface JobService {
  read(exchange: Exchange): Read;
  /** `whenDone` calls back once the job is done, for a request that is held until then. */
  accepted(
    exchange: Exchange,
    job: Job,
    videoUrl: string,
    whenDone: (then: () => void, mostMs: number) => void,
  ): void;
  status(exchange: Exchange, job: Job, isDone: boolean, videoUrl: string): void;
  result(exchange: Exchange, job: Job, isDone: boolean, videoUrl: string): void;
  stream(exchange: Exchange, job: Job, whenDone: (then: () => void) => void): void;
  /** The newest jobs, where a provider lists them. */
  list?(exchange: Exchange, jobs: readonly Job[]): void;
  missing(exchange: Exchange): void;
}
