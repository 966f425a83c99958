import * as z from 'zod';
import type { Json } from '../../model/json/json.ts';
import type { MediaFacts } from '../../model/media/media.ts';
import type { Charge } from '../../model/money.ts';
import type {
  Accepted,
  Adapter,
  Failure,
  HttpResponse,
  Job,
  ModelSpec,
  Operation,
} from '../adapter.ts';
import {
  failureOfJob,
  readErrorAnswer,
  readRefusal,
  readStatusWord,
  readTrouble,
} from '../shared/answers.ts';
import { estimateSeconds, heldSeconds, playedSeconds, priceOf } from '../shared/estimates.ts';
import { handle } from '../shared/handle.ts';
import { checkLimits } from '../shared/limits.ts';
import { LONGEST_JOB_HOURS } from '../shared/longest-job.ts';
import { findJobs } from './look-up.ts';
import { readModelPrices } from './prices.ts';

const ORIGIN = 'https://api.empiriolabs.ai';
const PAGE = 'docs.empiriolabs.ai/models/kling-v3-motion-control';
const KLING = 'Kling motion control, as relays document it';

const options = z.strictObject({});
type Options = z.output<typeof options>;

const motionControl: ModelSpec = {
  title: 'EmpirioLabs',
  name: 'kling-3.0',
  prices: {
    standard: { microUsdPerSecond: 140_000, source: PAGE, checkedOn: '2026-11-20' },
    pro: { microUsdPerSecond: 180_000, source: PAGE, checkedOn: '2026-11-20' },
  },
  maxSeconds: {
    image: { value: 10, basis: 'documented', source: PAGE },
    video: { value: 30, basis: 'documented', source: PAGE },
  },
  minSeconds: { value: 3, basis: 'borrowed', source: KLING },
  imageFormats: { value: ['jpg', 'png', 'webp'], basis: 'documented', source: PAGE },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'documented', source: PAGE },
  imageMinSide: { value: 340, basis: 'documented', source: PAGE },
  imageAspect: { value: [0.4, 2.5], basis: 'documented', source: PAGE },
  videoContainers: { value: ['mp4', 'mov', 'webm'], basis: 'documented', source: PAGE },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'documented', source: PAGE },
  videoSides: { value: [340, 3850], basis: 'documented', source: PAGE },
  videoFramesPerSecond: { value: [24, 60], basis: 'documented', source: PAGE },
  promptMaxCharacters: { value: 2500, basis: 'borrowed', source: KLING },
  retentionDays: {
    value: 7,
    basis: 'assumed',
    source: 'docs.empiriolabs.ai/api-reference-overview (7-day signed URLs, said of images)',
  },
  longestHours: LONGEST_JOB_HOURS,
};

const acceptedJob = z.object({
  job_id: handle.nullish(),
  id: handle.nullish(),
});
const job = z.object({
  status: z.string().nullish(),
  progress: z.number().nullish().catch(null),
});
const usage = z.object({
  result: z.object({
    usage: z.object({ billable_units: z.number().positive(), billing_unit: z.string() }),
  }),
});

/**
 * Seconds sent as `duration`: asked for, or what the video track plays, rounded up after taking off
 * 0.05 s (a last frame is no second). Always sent: the API's default is 5 s whatever the clip.
 */
function durationSent(request: Job<Options>, facts: MediaFacts): number {
  const own = Math.ceil(playedSeconds(motionControl, request, facts) - 0.05);
  return Math.min(
    motionControl.maxSeconds[request.orientation].value,
    Math.max(1, request.durationSeconds ?? own),
  );
}

function fields(request: Job<Options>, facts: MediaFacts) {
  return { ...askedFor(request), duration: durationSent(request, facts) } satisfies Record<
    string,
    Json
  >;
}

/** The fields that follow from the request alone. */
function askedFor(request: Job<Options>) {
  return {
    ...(request.prompt != null ? { prompt: request.prompt } : {}),
    character_orientation: request.orientation,
    mode: request.tier === 'pro' ? 'pro' : 'std',
    keep_original_sound: request.keepOriginalSound,
  } satisfies Record<string, Json>;
}

export const empiriolabs: Adapter<Options> = {
  id: 'empiriolabs',
  title: 'EmpirioLabs',
  runsOn: 'remote',
  revision: 1,
  origins: [ORIGIN],
  secrets: ['EMPIRIOLABS_API_KEY'],
  baseUrlVariable: 'EMPIRIOLABS_BASE_URL',
  models: { 'kling-v3-motion-control': motionControl },
  billsDuration: {
    value: false,
    basis: 'assumed',
    source: `${PAGE} (a parameter \`duration\` and a price by the second; not of which second)`,
  },
  pacing: {
    requestsPerMinute: {
      value: 50,
      basis: 'documented',
      source: 'docs.empiriolabs.ai/rate-limits-api-keys (per account, all keys)',
    },
    firstPollMs: 1_000,
    maxPollMs: 15_000,
  },
  service: {
    backend: { value: 'empiriolabs', basis: 'assumed', source: PAGE },
    refunds: {
      value: 'not said: a failed job counts as charged until a person knows better',
      basis: 'assumed',
      source: 'docs.empiriolabs.ai/billing-credits (an accepted request is billed in full)',
    },
    lostAnswers: {
      value:
        'where the job list repeats the input addresses; otherwise jobs of that time are shown to a person',
      basis: 'assumed',
      source: 'the job list of their MCP manifest; its route and fields are not documented',
    },
    charges: {
      value: '`result.usage.billable_units` x the price per second',
      basis: 'assumed',
      source: 'seen by clients of other models',
    },
    cancelling: {
      value:
        'never: an accepted request is billed in full, and no request that cancels is documented',
      basis: 'documented',
      source: 'docs.empiriolabs.ai/billing-credits',
    },
  },
  options,

  validate(request, facts) {
    const issues = checkLimits(motionControl, request, facts);
    const cap = motionControl.maxSeconds[request.orientation].value;
    if (request.durationSeconds != null && request.durationSeconds > cap) {
      issues.push({
        severity: 'error',
        path: 'duration',
        message: `duration ${request.durationSeconds} is above the ${cap} s that orientation ${request.orientation} takes`,
      });
    }
    return issues;
  },
  /** Nobody documents whether `duration` or the clip is billed: low is the smaller, the hold the larger. */
  estimate(request, facts) {
    const sent = durationSent(request, facts);
    const low = Math.min(sent, Math.max(1, playedSeconds(motionControl, request, facts)));
    const high = Math.max(sent, heldSeconds(motionControl, request, facts));
    return estimateSeconds(priceOf(motionControl, request), low, high);
  },
  parameters: fields,

  authorize: (secrets) => ({ authorization: `Bearer ${secrets.EMPIRIOLABS_API_KEY ?? ''}` }),

  submit: (request, facts, urls) => ({
    method: 'POST',
    url: `${ORIGIN}/v1/videos/generations`,
    json: {
      model: request.model,
      ...fields(request, facts),
      reference_image: urls.character,
      reference_video: urls.motion,
    },
  }),
  accepted(response): Accepted {
    const answer = acceptedJob.parse(response.json);
    const jobId = answer.job_id ?? answer.id;
    if (jobId == null) throw new Error('the answer carries no job_id');
    return { kind: 'operation', operation: { jobId } };
  },

  jobNames: { id: 'jobId', places: [['job_id'], ['id']], alwaysIn: ['status'] },
  status: (operation) => ({
    method: 'GET',
    url: `${ORIGIN}/v1/jobs/${encodeURIComponent(String(operation.jobId))}`,
  }),
  progress(response, _operation: Operation, request) {
    const answer = job.parse(response.json);
    const word = answer.status ?? '';
    switch (readStatusWord(word)) {
      case 'failed':
        return { state: 'failed', failure: failedJob(response) };
      case 'done': {
        const url = findOutputUrl(response.json);
        return url == null
          ? {
              state: 'pending',
              note: `status "${word}", but no output URL was found in the answer`,
            }
          : { state: 'done', delivery: { url, reported: reportedCharge(response.json, request) } };
      }
      case 'pending':
        return {
          state: 'pending',
          ...(answer.progress != null ? { fraction: readFraction(answer.progress) } : {}),
        };
      case 'unheard-of':
        return { state: 'pending', note: `unknown status "${word}"` };
    }
  },

  priceList: {
    request: (model) => ({
      method: 'GET',
      url: `${ORIGIN}/v1/models/${encodeURIComponent(model)}`,
    }),
    read: readModelPrices,
  },

  lookup: {
    request: () => ({ method: 'GET', url: `${ORIGIN}/v1/jobs?limit=100` }),
    found: (response, intent) => findJobs(response, intent, askedFor(intent.job)),
    // A 404 is as likely a route that does not exist: it says nothing.
    missingStatuses: [],
    absenceProvesAfterMs: null,
  },

  /** 5xx, even the documented `model_unavailable`, proves nothing about acceptance: outcome unknown. */
  refused: readRefusal,
  trouble: readTrouble,
};

/** Accepted requests are billed in full; whether a failed job is refunded is documented nowhere. */
function failedJob(response: HttpResponse): Failure {
  return failureOfJob(readErrorAnswer(response.json, 'the job failed'), 'unknown');
}

/** Where clients have seen the output URL, best documented first. */
const outputPaths: readonly (readonly (string | number)[])[] = [
  ['result', 'data', 0, 'url'],
  ['result', 'output', 0, 'url'],
  ['result', 'result', 'data', 0, 'url'],
  ['result', 'url'],
  ['result', 'video', 'url'],
  ['result', 'video_url'],
  ['result', 'output_url'],
  ['output', 0, 'url'],
  ['data', 0, 'url'],
  ['video', 'url'],
  ['video_url'],
  ['output_url'],
];

function findOutputUrl(answer: unknown): string | null {
  for (const path of outputPaths) {
    const found = path.reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value != null && Object.hasOwn(value, key)
          ? Reflect.get(value, key)
          : null,
      answer,
    );
    if (typeof found === 'string' && found !== '') return found;
  }
  return null;
}

/**
 * `result.usage.billable_units` in seconds x our rate; any other unit is not understood, so not a charge, and
 * neither is a video of no seconds.
 */
function reportedCharge(answer: unknown, request: Job<Options>): Charge | null {
  const read = usage.safeParse(answer);
  if (!read.success || !/^seconds?$/i.test(read.data.result.usage.billing_unit)) return null;
  const rate = priceOf(motionControl, request).microUsdPerSecond;
  const microUsd = Math.round(read.data.result.usage.billable_units * rate);
  return Number.isSafeInteger(microUsd) ? { microUsd, source: 'provider-reported' } : null;
}

/** Documented as 0 to 1; others of this shape count to 100. */
function readFraction(progress: number): number {
  return progress > 1 ? progress / 100 : progress;
}
