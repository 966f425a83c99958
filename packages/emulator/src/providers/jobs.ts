import type { Clock } from '../clock.ts';
import type { ResultFiles } from '../files/result-files.ts';
import { sha256Hex } from '../hash.ts';
import { probeVideoSeconds } from '../media/probe-video.ts';
import type { Inputs } from '../media/read-inputs.ts';
import { randomText } from '../random.ts';
import type { BillEntry, Orientation, Performer, Tier } from '../types.ts';
import type { Bill } from './bill.ts';

/** What of an accepted request is asked about as long as its job is known. */
interface AcceptedRequest {
  readonly provider: string;
  readonly model: string;
  /** Longest length of the result. */
  readonly seconds: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly billing: Billing;
}

/** An accepted request with everything its result is made from. */
interface Order extends AcceptedRequest {
  readonly tier: Tier;
  readonly orientation: Orientation;
  readonly keepOriginalSound: boolean;
  readonly prompt: string | undefined;
  readonly inputs: Inputs;
}

interface Billing {
  /** `output`: the real length of the result decides, once it is there. */
  readonly seconds: number | 'output';
  price(seconds: number): number;
  /** What a failed job does with the charge unless a fault says otherwise. */
  readonly keepsChargeOnFailure: boolean;
}

type JobState =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'completed';
      readonly atMs: number;
      readonly url: string;
      readonly seconds: number;
    }
  | { readonly kind: 'failed'; readonly atMs: number; readonly error: JobError };

interface JobError {
  readonly code: string;
  readonly message: string;
}

export interface Job {
  readonly id: string;
  readonly order: AcceptedRequest;
  readonly acceptedAtMs: number;
  readonly dueAtMs: number;
  /** When it leaves, or would have left, the queue. */
  readonly startsAtMs: number;
  /** Accepted, and not begun. */
  readonly isQueued: boolean;
  readonly state: JobState;
  /** The charge as it stands, in micro-dollars. */
  readonly microUsd: number;
  /** Resolves when the job is completed or failed; never rejects. */
  readonly settled: Promise<void>;
  /** Makes the job fail: now, or when it is due. */
  fail(error: JobError, options: { readonly when: 'now' | 'due'; readonly billed?: boolean }): void;
  /** A runner takes it out of the queue now. */
  start(): void;
}

export interface JobBook {
  accept(order: Order, idPrefix: string): Job;
  /** Knows a job that was accepted and billed before, finished by now with this result. */
  restore(entry: BillEntry, bytes: Uint8Array): void;
  /** A job that is due is settled before it is given out. */
  find(provider: string, id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(provider: string): Promise<readonly Job[]>;
  /** Runners take every job out of the queue now. */
  startAll(): void;
}

export interface JobParts {
  readonly clock: Clock;
  readonly performer: Performer;
  readonly bill: Bill;
  readonly files: ResultFiles;
  readonly jobDurationMs: number;
  readonly queueMs: number;
}

export function createJobBook(parts: JobParts): JobBook {
  const jobs: Job[] = [];
  const upToDate = async (job: Job) => {
    if (job.dueAtMs <= parts.clock.nowMs()) await job.settled;
    return job;
  };
  return {
    accept(order, idPrefix) {
      const job = acceptOrder(parts, order, `${idPrefix}${randomText(8, 'hex')}`);
      jobs.push(job);
      return job;
    },
    restore(entry, bytes) {
      jobs.push(restoreJob(parts, entry, bytes));
    },
    async find(provider, id) {
      const job = jobs.find(
        (candidate) => candidate.order.provider === provider && candidate.id === id,
      );
      return job === undefined ? undefined : upToDate(job);
    },
    async list(provider) {
      const own = jobs.filter(({ order }) => order.provider === provider).reverse();
      return Promise.all(own.map(upToDate));
    },
    startAll() {
      for (const job of jobs) job.start();
    },
  };
}

function acceptOrder(parts: JobParts, order: Order, id: string): Job {
  const { clock, bill, jobDurationMs, queueMs } = parts;
  const { billing, inputs } = order;
  const acceptedAtMs = clock.nowMs();
  const seconds = billing.seconds === 'output' ? order.seconds : billing.seconds;
  bill.charge({
    provider: order.provider,
    jobId: id,
    model: order.model,
    tier: order.tier,
    seconds,
    microUsd: billing.price(seconds),
    parameters: order.parameters,
    inputs: {
      characterSha256: sha256Hex(inputs.characterBytes),
      motionSha256: sha256Hex(inputs.motionBytes),
    },
    atMs: acceptedAtMs,
  });
  const times = { acceptedAtMs, dueAtMs: acceptedAtMs + jobDurationMs, queueMs };
  return startJob(parts, { id, order, ...times }, perform(parts, order));
}

function restoreJob(parts: JobParts, entry: BillEntry, bytes: Uint8Array): Job {
  const { provider, jobId, model, seconds, microUsd, parameters, atMs } = entry;
  if (entry.state !== 'charged') throw new Error(`job ${jobId} failed, so it has no result`);
  parts.bill.charge(entry);
  const order: AcceptedRequest = {
    provider,
    model,
    seconds,
    parameters,
    billing: { seconds, price: () => microUsd, keepsChargeOnFailure: false },
  };
  const times = { acceptedAtMs: atMs, dueAtMs: parts.clock.nowMs(), queueMs: 0 };
  return startJob(parts, { id: jobId, order, ...times }, measure(bytes));
}

interface Result {
  readonly bytes: Uint8Array;
  readonly seconds: number;
}

function startJob(
  { clock, bill, files }: JobParts,
  accepted: Pick<Job, 'id' | 'order' | 'acceptedAtMs' | 'dueAtMs'> & { readonly queueMs: number },
  result: Promise<Result>,
): Job {
  const { id, order, acceptedAtMs, dueAtMs, queueMs } = accepted;
  let startsAtMs = Math.min(acceptedAtMs + queueMs, dueAtMs);
  const { billing } = order;
  let state: JobState = { kind: 'running' };
  let microUsd = billing.price(billing.seconds === 'output' ? order.seconds : billing.seconds);
  let doomed: { readonly error: JobError; readonly billed?: boolean } | undefined;
  result.catch(() => undefined);

  const failNow = (error: JobError, billed: boolean = billing.keepsChargeOnFailure) => {
    if (state.kind === 'failed') return;
    state = { kind: 'failed', atMs: clock.nowMs(), error };
    if (!billed) bill.refund(id);
  };

  const work = async () => {
    await clock.wait(dueAtMs - clock.nowMs());
    if (state.kind === 'failed') return;
    if (doomed !== undefined) return failNow(doomed.error, doomed.billed);
    const { bytes, seconds } = await result;
    if (billing.seconds === 'output') {
      microUsd = billing.price(seconds);
      bill.correct(id, seconds, microUsd);
    }
    const url = files.publish({ provider: order.provider, id, bytes, atMs: dueAtMs });
    state = { kind: 'completed', atMs: dueAtMs, url, seconds };
  };
  const settled = work().catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    failNow({ code: 'generation_failed', message: `the emulated generation failed: ${message}` });
  });

  const isQueued = () => state.kind === 'running' && clock.nowMs() < startsAtMs;
  return {
    id,
    order,
    acceptedAtMs,
    dueAtMs,
    settled,
    get startsAtMs() {
      return startsAtMs;
    },
    get isQueued() {
      return isQueued();
    },
    start() {
      if (isQueued()) startsAtMs = clock.nowMs();
    },
    get state() {
      return state;
    },
    get microUsd() {
      return microUsd;
    },
    fail(error, { when, billed }) {
      if (when === 'now') failNow(error, billed);
      else doomed = { error, ...(billed !== undefined && { billed }) };
    },
  };
}

async function perform({ performer }: JobParts, order: Order): Promise<Result> {
  const bytes = await performer({
    characterBytes: order.inputs.characterBytes,
    motionBytes: order.inputs.motionBytes,
    provider: order.provider,
    tier: order.tier,
    orientation: order.orientation,
    keepOriginalSound: order.keepOriginalSound,
    seconds: order.seconds,
    prompt: order.prompt,
  });
  return measure(bytes);
}

async function measure(bytes: Uint8Array): Promise<Result> {
  const seconds = await probeVideoSeconds(bytes);
  if (seconds === undefined) throw new Error('the result is no MP4 video');
  return { bytes, seconds };
}
