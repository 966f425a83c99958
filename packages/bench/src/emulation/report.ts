import type { Job } from './job-desk.ts';

export interface Delay {
  readonly meanMs: number;
  readonly p95Ms: number;
}

/** What the provider's side of a run counts. */
export interface EmulationReport {
  /** Jobs accepted: each is paid for. */
  readonly billed: number;
  /** Of those, jobs that were bought before. */
  readonly twice: number;
  /** Status and result requests, and held or pushed ones. */
  readonly reads: number;
  readonly submits: number;
  readonly downloads: number;
  readonly refused: number;
  readonly troubled: number;
  readonly lostAnswers: number;
  readonly sockets: number;
  readonly uploadedBytes: number;
  /** From a job's end to the first answer that says so; `null` when none did. */
  readonly detection: Delay | null;
  /** From a job's end to the last byte of its video. */
  readonly delivery: Delay | null;
  /** What the emulation itself took: far less than a client, or it would be what is measured. */
  readonly processorS: number;
}

export interface Counts {
  reads: number;
  submits: number;
  downloads: number;
  refused: number;
  troubled: number;
  lostAnswers: number;
  sockets: number;
}

export function noCounts(): Counts {
  return {
    reads: 0,
    submits: 0,
    downloads: 0,
    refused: 0,
    troubled: 0,
    lostAnswers: 0,
    sockets: 0,
  };
}

export function reportOf(
  jobs: readonly Job[],
  counts: Counts,
  uploadedBytes: number,
  usedBefore: NodeJS.CpuUsage,
): EmulationReport {
  const { user, system } = process.cpuUsage(usedBefore);
  return {
    ...counts,
    billed: jobs.length,
    twice: jobs.length - new Set(jobs.map(({ index }) => index)).size,
    uploadedBytes,
    detection: delayOf(jobs.map(({ doneAtMs, detectedAtMs }) => [doneAtMs, detectedAtMs])),
    delivery: delayOf(jobs.map(({ doneAtMs, deliveredAtMs }) => [doneAtMs, deliveredAtMs])),
    processorS: (user + system) / 1e6,
  };
}

function delayOf(pairs: readonly (readonly [number, number | null])[]): Delay | null {
  const delays = pairs
    .flatMap(([from, to]) => (to == null ? [] : [to - from]))
    .toSorted((a, b) => a - b);
  if (delays.length === 0) return null;
  const sum = delays.reduce((total, each) => total + each, 0);
  const p95 = delays[Math.min(delays.length - 1, Math.floor(delays.length * 0.95))];
  return { meanMs: sum / delays.length, p95Ms: p95 ?? 0 };
}
