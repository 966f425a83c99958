import * as z from 'zod';
import type { Json } from '../../model/json/json.ts';
import type {
  Accepted,
  Adapter,
  Failure,
  HttpResponse,
  Job,
  ModelSpec,
  Progress,
} from '../adapter.ts';
import {
  failureOfJob,
  readErrorAnswer,
  readRefusal,
  readStatusWord,
  readTrouble,
} from '../shared/answers.ts';
import { estimateClip } from '../shared/estimates.ts';
import { handle } from '../shared/handle.ts';
import { checkLimits, refuseDuration } from '../shared/limits.ts';
import { LONGEST_JOB_HOURS } from '../shared/longest-job.ts';
import { replicateFiles } from './files.ts';
import { findPredictions } from './look-up.ts';

const ORIGIN = 'https://api.replicate.com';
const V3 = 'kwaivgi/kling-v3-motion-control';
const V2_6 = 'kwaivgi/kling-v2.6-motion-control';
const PAGE = `copies of replicate.com/${V3} (June and September 2026)`;
const SCHEMA = 'input schema of the model, version 15430b30, as clients copied it (2026-06-04)';
const SCHEMA_2_6 = `input schema of ${V2_6}, as clients copied it with its page`;
const LIFECYCLE = 'replicate.com/docs/topics/predictions/lifecycle';
const RETENTION = 'replicate.com/docs/topics/predictions/data-retention';
const KLING = 'Kling motion control, as EmpirioLabs and relays document it';
/** What the same job costs at Kling's list: nobody sells it for more, so this much is held. */
const LIST_MICRO_USD = { standard: 126_000, pro: 168_000 } as const;
const PRICE_2_6 =
  'the list price of Kling for this model: no page of Replicate was read; the table of one client says $0.09 and $0.15, which is held';

const options = z.strictObject({});
type Options = z.output<typeof options>;

const limits: Omit<ModelSpec, 'title' | 'name' | 'prices'> = {
  maxSeconds: {
    image: { value: 10, basis: 'documented', source: SCHEMA },
    video: { value: 30, basis: 'documented', source: SCHEMA },
  },
  minSeconds: { value: 3, basis: 'borrowed', source: PAGE },
  imageFormats: { value: ['jpg', 'png', 'webp'], basis: 'assumed', source: KLING },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'borrowed', source: KLING },
  imageMinSide: { value: 340, basis: 'borrowed', source: PAGE },
  imageAspect: { value: [0.4, 2.5], basis: 'borrowed', source: PAGE },
  videoContainers: { value: ['mp4', 'mov'], basis: 'documented', source: SCHEMA },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'documented', source: SCHEMA },
  videoSides: { value: [340, 3850], basis: 'borrowed', source: KLING },
  videoFramesPerSecond: { value: [24, 60], basis: 'borrowed', source: KLING },
  promptMaxCharacters: { value: 2500, basis: 'borrowed', source: KLING },
  retentionDays: { value: 1 / 24, basis: 'documented', source: RETENTION },
  longestHours: LONGEST_JOB_HOURS,
};

/** What the other schema says itself. */
const limits2_6 = {
  maxSeconds: {
    image: { value: 10, basis: 'documented', source: SCHEMA_2_6 },
    video: { value: 30, basis: 'documented', source: SCHEMA_2_6 },
  },
  minSeconds: { value: 3, basis: 'documented', source: SCHEMA_2_6 },
  imageFormats: { value: ['jpg', 'png'], basis: 'documented', source: SCHEMA_2_6 },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'documented', source: SCHEMA_2_6 },
  imageMinSide: { value: 340, basis: 'documented', source: SCHEMA_2_6 },
  imageAspect: { value: [0.4, 2.5], basis: 'documented', source: SCHEMA_2_6 },
  videoContainers: { value: ['mp4', 'mov'], basis: 'documented', source: SCHEMA_2_6 },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'documented', source: SCHEMA_2_6 },
} satisfies Partial<ModelSpec>;

const models = {
  [V3]: {
    title: 'Replicate',
    name: 'kling-3.0',
    prices: {
      standard: {
        microUsdPerSecond: 70_000,
        heldMicroUsdPerSecond: LIST_MICRO_USD.standard,
        basis: 'borrowed',
        source: PAGE,
        checkedOn: '2026-11-21',
      },
      pro: {
        microUsdPerSecond: 120_000,
        heldMicroUsdPerSecond: LIST_MICRO_USD.pro,
        basis: 'borrowed',
        source: PAGE,
        checkedOn: '2026-11-21',
      },
    },
    ...limits,
  },
  [V2_6]: {
    title: 'Replicate',
    name: 'kling-2.6',
    prices: {
      standard: {
        microUsdPerSecond: 70_000,
        heldMicroUsdPerSecond: 90_000,
        basis: 'assumed',
        source: PRICE_2_6,
        checkedOn: '2026-11-30',
      },
      pro: {
        microUsdPerSecond: 112_000,
        heldMicroUsdPerSecond: 150_000,
        basis: 'assumed',
        source: PRICE_2_6,
        checkedOn: '2026-11-30',
      },
    },
    ...limits,
    ...limits2_6,
  },
} satisfies Record<string, ModelSpec>;

function specOf({ model }: Job<Options>): ModelSpec {
  return model === V2_6 ? models[V2_6] : models[V3];
}

const prediction = z.object({
  id: handle,
  status: z.string().nullish(),
  output: z.unknown().optional(),
  data_removed: z.boolean().nullish().catch(null),
});

function fields(job: Job<Options>) {
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    mode: job.tier === 'pro' ? 'pro' : 'std',
    character_orientation: job.orientation,
    keep_original_sound: job.keepOriginalSound,
  } satisfies Record<string, Json>;
}

export const replicate: Adapter<Options> = {
  id: 'replicate',
  title: 'Replicate',
  runsOn: 'remote',
  revision: 1,
  origins: [ORIGIN],
  secrets: ['REPLICATE_API_TOKEN'],
  baseUrlVariable: 'REPLICATE_BASE_URL',
  models,
  pacing: {
    requestsPerMinute: {
      value: 600,
      basis: 'assumed',
      source: 'replicate.com/docs/topics/predictions/rate-limits (predictions; more for the rest)',
    },
    firstPollMs: 2_000,
    maxPollMs: 15_000,
  },
  service: {
    backend: { value: 'replicate', basis: 'assumed', source: PAGE },
    refunds: {
      value:
        'aborted before it started: nothing; canceled or failed: not said for this model, so it counts as charged until a person knows better',
      basis: 'documented',
      source: LIFECYCLE,
    },
    lostAnswers: {
      value:
        'by listing predictions within the hour: their input repeats both addresses and all parameters; absence proves nothing',
      basis: 'documented',
      source: 'replicate.com/docs/reference/http (predictions.list, 100 newest)',
    },
    charges: {
      value:
        'none: `metrics` tells run time, which is not what is billed; the hold is recorded as an estimate',
      basis: 'documented',
      source: 'replicate.com/docs/reference/http (predictions.get)',
    },
    cancelling: {
      value:
        'never: a cancelled prediction is `canceled` whether it had started or not, and only `aborted` (its own deadline passed before the start) is documented as free',
      basis: 'documented',
      source: `${LIFECYCLE} (billing for predictions with deadlines)`,
    },
  },
  options,

  validate: (job, facts) => [
    ...checkLimits(specOf(job), job, facts),
    ...refuseDuration(specOf(job), job),
  ],
  estimate: (job, facts) => estimateClip(specOf(job), job, facts),
  parameters: fields,

  authorize: (secrets) => ({ authorization: `Bearer ${secrets.REPLICATE_API_TOKEN ?? ''}` }),

  /** Never with `Prefer: wait`: the answer with the id must come at once, a cut connection would lose it. */
  submit: (job, _facts, urls) => ({
    method: 'POST',
    url: `${ORIGIN}/v1/models/${job.model}/predictions`,
    json: { input: { ...fields(job), image: urls.character, video: urls.motion } },
  }),
  accepted(response): Accepted {
    const { id } = prediction.parse(response.json);
    return { kind: 'operation', operation: { predictionId: id } };
  },

  jobNames: { id: 'predictionId', places: [['id']], alwaysIn: ['status'] },
  status: (operation) => ({ method: 'GET', url: predictionUrl(String(operation.predictionId)) }),
  progress(response): Progress {
    const answer = prediction.parse(response.json);
    const word = answer.status ?? '';
    switch (readStatusWord(word)) {
      case 'pending':
        return { state: 'pending' };
      case 'failed':
        return { state: 'failed', failure: failedPrediction(response, word.toLowerCase()) };
      case 'done': {
        const url = readOutput(answer.output);
        if (url != null) return { state: 'done', delivery: { url, reported: null } };
        return answer.data_removed === true
          ? { state: 'failed', failure: expired }
          : { state: 'pending', note: 'succeeded, but without an output address' };
      }
      case 'unheard-of':
        return { state: 'pending', note: `unknown status "${word}"` };
    }
  },
  lookup: {
    request: () => ({ method: 'GET', url: `${ORIGIN}/v1/predictions` }),
    found: (response, intent) => findPredictions(response, intent, fields(intent.job)),
    missingStatuses: [],
    absenceProvesAfterMs: null,
  },

  refused: readRefusal,
  trouble: readTrouble,
  uploads: { character: replicateFiles(ORIGIN), motion: replicateFiles(ORIGIN) },
};

function predictionUrl(id: string): string {
  return `${ORIGIN}/v1/predictions/${encodeURIComponent(id)}`;
}

const expired: Failure = {
  kind: 'expired',
  message: 'Replicate has removed the output (kept for an hour)',
  billed: 'yes',
};

/** `aborted` never started and is free; started ones are paid for as far as they ran (lifecycle page). */
function failedPrediction(response: HttpResponse, word: string): Failure {
  const answer = readErrorAnswer(response.json, `the prediction was ${word}`);
  return failureOfJob(answer, word === 'aborted' ? 'no' : 'unknown');
}

/** One address, or a list of which the first is meant. */
function readOutput(output: unknown): string | null {
  const first: unknown = Array.isArray(output) ? output[0] : output;
  return typeof first === 'string' && /^https?:\/\//.test(first) ? first : null;
}
