import * as z from 'zod';
import type { Json } from '../model/json/json.ts';
import type { Charge } from '../model/money.ts';
import { microUsdFromNumber } from '../model/money.ts';
import type {
  Accepted,
  Adapter,
  Delivery,
  Failure,
  HttpResponse,
  Job,
  ModelSpec,
} from './adapter.ts';
import {
  failureOfJob,
  readErrorAnswer,
  readErrorCode,
  readRefusal,
  readStatusWord,
  readTrouble,
} from './shared/answers.ts';
import { estimateClip } from './shared/estimates.ts';
import { handle } from './shared/handle.ts';
import { checkLimits, refuseDuration } from './shared/limits.ts';
import { LONGEST_JOB_HOURS } from './shared/longest-job.ts';

const ORIGIN = 'https://api.prospolabs.com';
const PAGE = 'prospolabs.com/models/kling-3-motion-control (model page)';
const KLING = 'Kling motion control, as EmpirioLabs and relays document it';
/** The documented call answers when the video is ready; nobody documents how long the server waits. */
const SYNCHRONOUS_TIMEOUT_MS = 15 * 60_000;

const options = z.strictObject({
  async: z
    .boolean()
    .default(false)
    .describe(
      'Send `async: true`: the API answers at once with a generation id, which is then polled at `status-path`.',
    ),
  'body-shape': z
    .enum(['flat', 'nested'])
    .default('flat')
    .describe(
      '`flat`: fields at the top level, as the model page shows; `nested`: inside `params`, as the API page shows.',
    ),
  'status-path': z
    .string()
    .regex(
      /^\/[A-Za-z0-9_/.-]*\{id\}[A-Za-z0-9_/.-]*$/,
      'must be a path with {id}, e.g. /v1/generations/{id}',
    )
    .refine((path) => !path.includes('..') && !path.includes('//'), 'must not contain .. or //')
    .default('/v1/generations/{id}')
    .describe('Where a queued generation is polled. Undocumented: an assumption.'),
});
type Options = z.output<typeof options>;

const motionControl: ModelSpec = {
  title: 'Prospolabs',
  name: 'kling-3.0',
  prices: {
    standard: { microUsdPerSecond: 76_000, source: PAGE, checkedOn: '2026-11-20' },
    pro: { microUsdPerSecond: 100_000, source: PAGE, checkedOn: '2026-11-20' },
  },
  maxSeconds: {
    image: { value: 10, basis: 'documented', source: PAGE },
    video: { value: 30, basis: 'documented', source: PAGE },
  },
  minSeconds: { value: 3, basis: 'borrowed', source: KLING },
  imageFormats: { value: ['jpg', 'png', 'webp'], basis: 'documented', source: PAGE },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'borrowed', source: KLING },
  imageMinSide: { value: 340, basis: 'borrowed', source: KLING },
  imageAspect: { value: [0.4, 2.5], basis: 'borrowed', source: KLING },
  videoContainers: { value: ['mp4', 'mov'], basis: 'documented', source: PAGE },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'borrowed', source: KLING },
  videoSides: { value: [340, 3850], basis: 'borrowed', source: KLING },
  videoFramesPerSecond: { value: [24, 60], basis: 'borrowed', source: KLING },
  promptMaxCharacters: { value: 2500, basis: 'borrowed', source: KLING },
  retentionDays: { value: 7, basis: 'documented', source: PAGE },
  longestHours: LONGEST_JOB_HOURS,
};

/** The answer of `POST /v1/generate`; the assumed status path is read the same way. */
const generation = z.object({
  generation_id: handle.nullish(),
  status: z.string().nullish(),
  output_url: z.string().nullish(),
  estimated_cost_usd: z.number().nullish().catch(null),
});
type Generation = z.output<typeof generation>;

/** Fields of the model page. Tier, orientation and sound are always sent: defaults differ and cost money. */
function fields(job: Job<Options>) {
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    quality: job.tier,
    character_orientation: job.orientation,
    keep_original_sound: job.keepOriginalSound,
  } satisfies Record<string, Json>;
}

export const prospolabs: Adapter<Options> = {
  id: 'prospolabs',
  title: 'Prospolabs',
  runsOn: 'remote',
  revision: 1,
  origins: [ORIGIN],
  secrets: ['PROSPOLABS_API_KEY'],
  baseUrlVariable: 'PROSPOLABS_BASE_URL',
  models: { 'kling-3-motion-control': motionControl },
  pacing: { requestsPerMinute: null, firstPollMs: 1_000, maxPollMs: 15_000 },
  service: {
    backend: { value: 'fal', basis: 'documented', source: PAGE },
    refunds: { value: 'a failed job costs nothing', basis: 'documented', source: PAGE },
    lostAnswers: {
      value: 'no: no request is documented that finds a job',
      basis: 'assumed',
      source: 'prospolabs.com/docs (nothing there)',
    },
    charges: {
      value: 'none: `estimated_cost_usd` is recorded as an estimate',
      basis: 'documented',
      source: PAGE,
    },
    cancelling: {
      value: 'never: no request that cancels is documented',
      basis: 'assumed',
      source: 'prospolabs.com/docs (nothing there)',
    },
  },
  furtherFacts: {
    'the job in an answer about the status': {
      value:
        '`generation_id`, as in the answer to a submit; a failure without it is asked about again',
      basis: 'assumed',
      source: 'no page shows the path or its answer',
    },
  },
  options,

  validate: (job, facts) => [
    ...checkLimits(motionControl, job, facts),
    ...refuseDuration(motionControl, job),
  ],
  estimate: (job, facts) => estimateClip(motionControl, job, facts),
  parameters: fields,

  authorize: (secrets) => ({ authorization: `Bearer ${secrets.PROSPOLABS_API_KEY ?? ''}` }),

  submit(job, _facts, urls) {
    const parameters = { ...fields(job), video_urls: [urls.motion], image_url: urls.character };
    const body = job.options['body-shape'] === 'nested' ? { params: parameters } : parameters;
    return {
      method: 'POST',
      url: `${ORIGIN}/v1/generate`,
      json: { model: job.model, ...body, ...(job.options.async ? { async: true } : {}) },
      ...(job.options.async ? {} : { timeoutMs: SYNCHRONOUS_TIMEOUT_MS }),
    };
  },
  accepted(response): Accepted {
    const answer = generation.parse(response.json);
    const id = answer.generation_id ?? null;
    const operation = { generationId: id, estimatedCostUsd: answer.estimated_cost_usd ?? null };
    const meaning = readStatusWord(answer.status ?? '');
    if (meaning === 'failed') {
      return { kind: 'failure', failure: failedGeneration(response, answer.status) };
    }
    const delivery = readDelivery(answer, null);
    if (delivery != null && (meaning === 'done' || answer.status == null)) {
      return { kind: 'finished', operation, delivery };
    }
    if (id == null) throw new Error('the answer carries neither a generation_id nor an output_url');
    return { kind: 'operation', operation };
  },

  // The answer that is documented always has `generation_id`; that the one about the status does is a part of the
  // assumption that it is the same. `{code: output_expired}` is documented without: the address decides there.
  jobNames: { id: 'generationId', places: [['generation_id']], alwaysIn: ['status'] },
  status(operation, job) {
    const { generationId } = operation;
    if (typeof generationId !== 'string') return null;
    const path = job.options['status-path'].replace('{id}', encodeURIComponent(generationId));
    return { method: 'GET', url: ORIGIN + path };
  },
  progress(response, operation) {
    const answer = generation.parse(response.json);
    const word = answer.status ?? '';
    const meaning = readStatusWord(word);
    if (meaning === 'failed') {
      return { state: 'failed', failure: failedGeneration(response, word) };
    }
    if (meaning === 'pending') return { state: 'pending' };
    const delivery = meaning === 'done' ? readDelivery(answer, operation.estimatedCostUsd) : null;
    if (delivery != null) return { state: 'done', delivery };
    return {
      state: 'pending',
      note:
        meaning === 'done' ? 'completed, but without an output_url' : `unknown status "${word}"`,
    };
  },

  refused: readRefusal,
  trouble: readTrouble,
  /** 410 `{code: output_expired}`: the output existed, was paid for, and is no longer kept (7 days). */
  ended: (response) =>
    readErrorCode(response) === 'output_expired'
      ? {
          kind: 'expired',
          message: 'the output has expired at Prospolabs (kept for 7 days)',
          billed: 'yes',
        }
      : null,
};

/** Failed runs are refunded by themselves (model page), so they cost nothing; no page knows another end. */
function failedGeneration(response: HttpResponse, word: string | null | undefined): Failure {
  const answer = readErrorAnswer(response.json, `the generation ended as "${word ?? ''}"`);
  return failureOfJob(answer, word?.toLowerCase() === 'failed' ? 'no' : 'unknown');
}

function readDelivery(answer: Generation, earlierEstimate: Json | undefined): Delivery | null {
  if (answer.output_url == null || answer.output_url === '') return null;
  return {
    url: answer.output_url,
    reported: estimatedCharge(answer.estimated_cost_usd ?? earlierEstimate),
  };
}

/**
 * `estimated_cost_usd` is what its name says: recorded as an estimate, never as a charge. No video is free, so a
 * zero is an estimate that was not made yet.
 */
function estimatedCharge(dollars: Json | undefined): Charge | null {
  const microUsd = typeof dollars === 'number' ? microUsdFromNumber(dollars) : null;
  return microUsd == null || microUsd === 0 ? null : { microUsd, source: 'estimated' };
}
