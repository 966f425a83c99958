import * as z from 'zod';
import type { Json } from '../model/json/json.ts';
import type {
  Accepted,
  Adapter,
  Delivery,
  Failure,
  HttpResponse,
  Job,
  ModelSpec,
  PriceRow,
  StoredUpload,
} from './adapter.ts';
import {
  failureOfJob,
  readErrorAnswer,
  readRefusal,
  readStatusWord,
  readTrouble,
} from './shared/answers.ts';
import { estimateSeconds, heldSeconds, playedSeconds, priceOf } from './shared/estimates.ts';
import { handle } from './shared/handle.ts';
import { checkLimits, refuseDuration } from './shared/limits.ts';
import { LONGEST_JOB_HOURS } from './shared/longest-job.ts';

const ORIGIN = 'https://api.wavespeed.ai';
const FAMILY = 'wavespeed.ai/kling-3-motion-control-api';
const KLING = "Kling's API reference for the same model";
const UPLOAD = 'wavespeed.ai/docs/upload-files-api, and both of its SDKs';
const OLDER_UPLOAD = 'wavespeed.ai/docs/upload-files, said of an older upload at /api/v3/upload';
const SEEN = 'WaveSpeed clients on GitHub, quoting its model page';

const V3 = 'kling-v3.0';
const V2_6 = 'kling-v2.6';

const options = z.strictObject({
  'negative-prompt': z
    .string()
    .min(1)
    .max(2500)
    .exactOptional()
    .describe('What to keep out of the video (`negative_prompt`).'),
  'status-path': z
    .enum(['result', 'prediction'])
    .default('result')
    .describe(
      '`result`: poll `/api/v3/predictions/{id}/result`, as the model pages show; `prediction`: `/api/v3/predictions/{id}`, as the guide "How to Get Result" shows.',
    ),
});
type Options = z.output<typeof options>;

const limits: Omit<ModelSpec, 'title' | 'name' | 'prices'> = {
  maxSeconds: {
    image: { value: 10, basis: 'borrowed', source: KLING },
    video: { value: 30, basis: 'documented', source: FAMILY },
  },
  minSeconds: { value: 3, basis: 'documented', source: FAMILY },
  // Its uploads take WebP, but the model behind it does not.
  imageFormats: { value: ['jpg', 'png'], basis: 'borrowed', source: KLING },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'borrowed', source: KLING },
  imageMinSide: { value: 340, basis: 'borrowed', source: KLING },
  imageAspect: { value: [0.4, 2.5], basis: 'borrowed', source: KLING },
  videoContainers: { value: ['mp4', 'mov'], basis: 'borrowed', source: KLING },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'borrowed', source: KLING },
  videoSides: { value: [340, 3850], basis: 'borrowed', source: KLING },
  videoFramesPerSecond: { value: [24, 60], basis: 'borrowed', source: KLING },
  promptMaxCharacters: { value: 2500, basis: 'borrowed', source: KLING },
  retentionDays: { value: 1, basis: 'assumed', source: 'no page says how long outputs are kept' },
  longestHours: LONGEST_JOB_HOURS,
};

// The pages themselves were not readable. Other clients saw 15 % less: a discount, so the list price is held.
const models = {
  [V3]: {
    title: 'WaveSpeed',
    name: 'kling-3.0',
    prices: {
      standard: price(126_000, '$0.378 up to 3 s, $0.63 for 5 s, $3.78 for 30 s', '2026-11-21'),
      pro: price(168_000, '$0.84 for 5 s', '2026-11-21'),
    },
    ...limits,
  },
  [V2_6]: {
    title: 'WaveSpeed',
    name: 'kling-2.6',
    prices: {
      standard: price(70_000, 'from $0.21 a run, which is 3 s', '2026-11-30'),
      pro: price(112_000, 'from $0.34 a run, which is 3 s; $0.56 for 5 s', '2026-11-30'),
    },
    ...limits,
    // Its own page says that it transfers motion from a video, and nothing of lengths.
    maxSeconds: {
      image: { value: 10, basis: 'borrowed', source: KLING },
      video: { value: 30, basis: 'borrowed', source: KLING },
    },
    minSeconds: { value: 3, basis: 'borrowed', source: KLING },
  },
} satisfies Record<string, ModelSpec>;

function price(microUsdPerSecond: number, quote: string, checkedOn: string): PriceRow {
  return { microUsdPerSecond, basis: 'borrowed', source: `${SEEN}: ${quote}`, checkedOn };
}

function specOf({ model }: Job<Options>): ModelSpec {
  return model === V2_6 ? models[V2_6] : models[V3];
}

/** Every answer is `{code, message, data}`. Read tolerantly: a poll without `data` says nothing. */
const envelope = z.object({
  code: z.int().nullish().catch(null),
  data: z
    .object({
      id: handle.nullish().catch(null),
      status: z.string().nullish().catch(null),
      outputs: z.array(z.unknown()).nullish().catch(null),
      error: z.unknown().optional(),
    })
    .nullish()
    .catch(null),
});
type Prediction = NonNullable<z.output<typeof envelope>['data']>;

const storedFile = z.object({
  data: z.object({ download_url: z.url({ protocol: /^https?$/ }) }),
});

/**
 * Parameters of wavespeed.ai/docs/docs-api/kwaivgi/kwaivgi-kling-v3.0-std-motion-control. Orientation and
 * sound are always sent: defaults differ between sellers and cost money.
 */
function fields(job: Job<Options>) {
  const negativePrompt = job.options['negative-prompt'];
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    ...(negativePrompt != null ? { negative_prompt: negativePrompt } : {}),
    character_orientation: job.orientation,
    keep_original_sound: job.keepOriginalSound,
  } satisfies Record<string, Json>;
}

/** The tier is part of the path. */
function tierWord(job: Job<Options>): string {
  return job.tier === 'pro' ? 'pro' : 'std';
}

export const wavespeed: Adapter<Options> = {
  id: 'wavespeed',
  title: 'WaveSpeed',
  runsOn: 'remote',
  revision: 1,
  origins: [ORIGIN],
  secrets: ['WAVESPEED_API_KEY'],
  baseUrlVariable: 'WAVESPEED_BASE_URL',
  models,
  // "Limits reset every minute" and depend on the account's level; no figure is given.
  pacing: { requestsPerMinute: null, firstPollMs: 1_000, maxPollMs: 15_000 },
  service: {
    backend: { value: 'kling', basis: 'assumed', source: 'the model ids kwaivgi/kling-...' },
    refunds: {
      value: 'a failed job is refunded within 3 hours',
      basis: 'documented',
      source: 'wavespeed.ai/docs/troubleshooting-guide',
    },
    lostAnswers: {
      value: 'no: no request is documented that finds a job by its inputs',
      basis: 'assumed',
      source: 'wavespeed.ai/docs/what-are-predictions',
    },
    charges: {
      value: 'none: no answer names a price',
      basis: 'documented',
      source: 'wavespeed.ai/docs/get-result',
    },
    cancelling: {
      value: 'never: no request that cancels is documented',
      basis: 'assumed',
      source: 'wavespeed.ai/docs (nothing there)',
    },
  },
  furtherFacts: {
    'a refusal in the body of a success': {
      value:
        '`{code: 400}` and the like without `data.id`, in an answer of HTTP 200: what that HTTP status would be, so nothing was bought',
      basis: 'assumed',
      source: 'its answers repeat their status as `code`',
    },
  },
  options,

  validate: (job, facts) => [
    ...checkLimits(specOf(job), job, facts),
    ...refuseDuration(specOf(job), job),
  ],
  /** Billed by the length of the clip, but never less than 3 s. */
  estimate(job, facts) {
    const spec = specOf(job);
    return estimateSeconds(
      priceOf(spec, job),
      Math.max(spec.minSeconds.value, playedSeconds(spec, job, facts)),
      heldSeconds(spec, job, facts),
    );
  },
  parameters: (job) => ({ ...fields(job), mode: tierWord(job) }),

  authorize: (secrets) => ({ authorization: `Bearer ${secrets.WAVESPEED_API_KEY ?? ''}` }),

  submit: (job, _facts, urls) => ({
    method: 'POST',
    url: `${ORIGIN}/api/v3/kwaivgi/${job.model}-${tierWord(job)}/motion-control`,
    json: { ...fields(job), image: urls.character, video: urls.motion },
  }),
  accepted(response): Accepted {
    const { data, code } = envelope.parse(response.json);
    if (data?.id == null) {
      // HTTP 200 with a code in the body: that it is a refusal like the HTTP status of that number is an assumption.
      const failure = readRefused({ ...response, status: code ?? response.status });
      if (failure.billed === 'no') return { kind: 'failure', failure };
      throw new Error('the answer carries no data.id');
    }
    const operation = { predictionId: data.id };
    const meaning = readStatusWord(data.status ?? '');
    if (meaning === 'failed') return { kind: 'failure', failure: failedJob(data) };
    const delivery = meaning === 'done' ? readDelivery(data) : null;
    return delivery == null
      ? { kind: 'operation', operation }
      : { kind: 'finished', operation, delivery };
  },

  // wavespeed.ai/docs/get-result: `data.id` stands in every answer.
  jobNames: { id: 'predictionId', places: [['data', 'id']], alwaysIn: ['status'] },
  status(operation, job) {
    const id = encodeURIComponent(String(operation.predictionId));
    const tail = job.options['status-path'] === 'result' ? '/result' : '';
    return { method: 'GET', url: `${ORIGIN}/api/v3/predictions/${id}${tail}` };
  },
  progress(response) {
    const { data } = envelope.parse(response.json);
    const word = data?.status ?? '';
    if (data == null || word === '') {
      return { state: 'pending', note: 'an answer without a status' };
    }
    switch (readStatusWord(word)) {
      case 'failed':
        return { state: 'failed', failure: failedJob(data) };
      case 'pending':
        return { state: 'pending' };
      case 'done': {
        const delivery = readDelivery(data);
        return delivery == null
          ? { state: 'pending', note: `status "${word}", but data.outputs names no address` }
          : { state: 'done', delivery };
      }
      case 'unheard-of':
        return { state: 'pending', note: `unknown status "${word}"` };
    }
  },

  refused: readRefused,
  trouble: readTrouble,
  uploads: { character: storage(20), motion: storage(100) },
};

/** One form with the whole file, at `/api/v3/media/upload/binary`. */
function storage(maxMegabytes: number): StoredUpload {
  return {
    kind: 'stored',
    // No page says who can open the address, so it counts as one that everybody can.
    visibility: { value: 'public-link', basis: 'assumed', source: UPLOAD },
    maxBytes: { value: maxMegabytes * 1_048_576, basis: 'assumed', source: OLDER_UPLOAD },
    retention: { value: '7 days', basis: 'assumed', source: OLDER_UPLOAD },
    begin: () => ({
      method: 'POST',
      url: `${ORIGIN}/api/v3/media/upload/binary`,
      body: { kind: 'form', field: 'file' },
    }),
    opened: (response) => ({
      url: storedFile.parse(response.json).data.download_url,
      parts: [],
    }),
  };
}

function readRefused(response: HttpResponse): Failure {
  const failure = readRefusal(response);
  // HTTP 400 "Insufficient credits" is about the account, not about the request.
  const isAccount =
    failure.billed === 'no' && /insufficient (credit|balance)/i.test(failure.message);
  return isAccount ? { ...failure, kind: 'quota' } : failure;
}

/** "Failed requests are automatically refunded within 3 hours" (troubleshooting guide); nothing is said of cancelled ones. */
function failedJob({ error, status }: Prediction): Failure {
  const word = (status ?? '').toLowerCase();
  const answer = readErrorAnswer(error, `the prediction ended as "${word}"`);
  return failureOfJob(answer, word === 'failed' || word === 'timeout' ? 'no' : 'unknown');
}

function readDelivery({ outputs }: Prediction): Delivery | null {
  const [url] = outputs ?? [];
  return typeof url === 'string' && url !== '' ? { url, reported: null } : null;
}
