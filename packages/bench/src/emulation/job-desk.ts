import { durationOf, uniform } from './durations.ts';
import type { EmulationSettings } from './settings.ts';

export interface Job {
  readonly id: string;
  /** Number of the job among those that a client wants; the same again when it is bought twice. */
  readonly index: number;
  readonly input: unknown;
  readonly acceptedAtMs: number;
  readonly doneAtMs: number;
  /** When an answer first said that it was done. */
  detectedAtMs: number | null;
  /** When the last byte of its video was sent. */
  deliveredAtMs: number | null;
}

export interface JobDesk {
  readonly jobs: ReadonlyMap<string, Job>;
  accept(index: number, input: unknown): Job;
  /** Whether this job is one whose answer is lost: of what is bought twice only the first. */
  losesAnswer(job: Job): boolean;
  /** Whether it is done now; the first answer that says so is the moment of detection. */
  tellDone(job: Job): boolean;
}

export function createJobDesk(settings: EmulationSettings): JobDesk {
  const jobs = new Map<string, Job>();
  const firstOf = new Map<number, string>();
  return {
    jobs,
    accept(index, input) {
      const acceptedAtMs = performance.now();
      const id = `job-${jobs.size + 1}-${index}`;
      const doneAtMs = acceptedAtMs + durationOf(index, settings);
      const job: Job = {
        id,
        index,
        input,
        acceptedAtMs,
        doneAtMs,
        detectedAtMs: null,
        deliveredAtMs: null,
      };
      jobs.set(id, job);
      if (!firstOf.has(index)) firstOf.set(index, id);
      return job;
    },
    losesAnswer: ({ id, index }) =>
      settings.lostAnswers != null &&
      firstOf.get(index) === id &&
      uniform(3, index) < settings.lostAnswers.share,
    tellDone(job) {
      const nowMs = performance.now();
      if (nowMs < job.doneAtMs) return false;
      job.detectedAtMs ??= nowMs;
      return true;
    },
  };
}
