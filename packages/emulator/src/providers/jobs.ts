import type { Clock } from '../clock.ts';
import type { ResultFiles } from '../files/result-files.ts';
import { sha256Hex } from '../hash.ts';
import { probeVideoSeconds } from '../media/probe-video.ts';
import type { Inputs } from '../media/read-inputs.ts';
import { randomText } from '../random.ts';
import type { Orientation, Performer, Tier } from '../types.ts';
import type { Bill } from './bill.ts';

/** An accepted request. */
interface Order {
  readonly provider: string;
  readonly model: string;
  readonly tier: Tier;
  readonly orientation: Orientation;
  readonly keepOriginalSound: boolean;
  readonly prompt: string | undefined;
  readonly inputs: Inputs;
  /** Longest length of the result. */
  readonly seconds: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly billing: Billing;
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
  readonly order: Order;
  readonly acceptedAtMs: number;
  readonly dueAtMs: number;
  readonly state: JobState;
  /** The charge as it stands, in micro-dollars. */
  readonly microUsd: number;
  /** Resolves when the job is completed or failed; never rejects. */
  readonly settled: Promise<void>;
  /** Makes the job fail: now, or when it is due. */
  fail(error: JobError, options: { readonly when: 'now' | 'due'; readonly billed?: boolean }): void;
}

export interface JobBook {
  accept(order: Order, idPrefix: string): Job;
  /** A job that is due is settled before it is given out. */
  find(provider: string, id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(provider: string): Promise<readonly Job[]>;
}

export interface JobParts {
  readonly clock: Clock;
  readonly performer: Performer;
  readonly bill: Bill;
  readonly files: ResultFiles;
  readonly jobDurationMs: number;
}

export function createJobBook(parts: JobParts): JobBook {
  const jobs: Job[] = [];
  const upToDate = async (job: Job) => {
    if (job.dueAtMs <= parts.clock.nowMs()) await job.settled;
    return job;
  };
  return {
    accept(order, idPrefix) {
      const job = startJob(parts, order, `${idPrefix}${randomText(8, 'hex')}`);
      jobs.push(job);
      return job;
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
  };
}

function startJob(parts: JobParts, order: Order, id: string): Job {
  const { clock, bill } = parts;
  const { billing, inputs } = order;
  const acceptedAtMs = clock.nowMs();
  const dueAtMs = acceptedAtMs + parts.jobDurationMs;
  let state: JobState = { kind: 'running' };
  let microUsd = 0;
  let doomed: { readonly error: JobError; readonly billed?: boolean } | undefined;

  const charged = billing.seconds === 'output' ? order.seconds : billing.seconds;
  microUsd = billing.price(charged);
  bill.charge({
    provider: order.provider,
    jobId: id,
    model: order.model,
    tier: order.tier,
    seconds: charged,
    microUsd,
    parameters: order.parameters,
    inputs: {
      characterSha256: sha256Hex(inputs.characterBytes),
      motionSha256: sha256Hex(inputs.motionBytes),
    },
    atMs: acceptedAtMs,
  });

  const failNow = (error: JobError, billed: boolean = billing.keepsChargeOnFailure) => {
    if (state.kind === 'failed') return;
    state = { kind: 'failed', atMs: clock.nowMs(), error };
    if (!billed) bill.refund(id);
  };

  const work = async () => {
    const result = perform(parts, order);
    result.catch(() => undefined);
    await clock.wait(parts.jobDurationMs);
    if (state.kind === 'failed') return;
    if (doomed !== undefined) return failNow(doomed.error, doomed.billed);
    const { bytes, seconds } = await result;
    if (billing.seconds === 'output') {
      microUsd = billing.price(seconds);
      bill.correct(id, seconds, microUsd);
    }
    const url = parts.files.publish({ provider: order.provider, id, bytes, atMs: dueAtMs });
    state = { kind: 'completed', atMs: dueAtMs, url, seconds };
  };
  const settled = work().catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    failNow({ code: 'generation_failed', message: `the emulated generation failed: ${message}` });
  });

  return {
    id,
    order,
    acceptedAtMs,
    dueAtMs,
    settled,
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

async function perform(
  { performer }: JobParts,
  order: Order,
): Promise<{ readonly bytes: Uint8Array; readonly seconds: number }> {
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
  const seconds = await probeVideoSeconds(bytes);
  if (seconds === undefined) throw new Error('the performer returned no MP4 video');
  return { bytes, seconds };
}
