import * as z from 'zod';
import type { Json } from '../../model/json/json.ts';
import type { Charge } from '../../model/money.ts';
import { bareUrl } from '../../model/secrets/redact.ts';
import type { Tier } from '../../model/transfer.ts';
import type {
  Accepted,
  Adapter,
  Failure,
  HttpRequest,
  HttpResponse,
  Job,
  ModelSpec,
  Operation,
  PriceRow,
  Progress,
  Settled,
  Trouble,
} from '../adapter.ts';
import { MAX_URL_CHARACTERS } from '../shared/answer-bounds.ts';
import { isModeration, readErrorCode, readRefusal, readTrouble } from '../shared/answers.ts';
import { estimateClip, priceOf } from '../shared/estimates.ts';
import { handle } from '../shared/handle.ts';
import { checkLimits, refuseDuration } from '../shared/limits.ts';
import { LONGEST_JOB_HOURS } from '../shared/longest-job.ts';
import { readFailedRequest, readFailedResult, readFalError } from './errors.ts';
import { falPrices } from './prices.ts';
import { falStorage } from './storage.ts';

const QUEUE = 'https://queue.fal.run';
const STORAGE = 'https://rest.fal.ai';
const PLATFORM = 'https://api.fal.ai';
/** Status, result and cancel leave the sub-path out: fal-js libs/client/src/queue.ts, 381105e. */
const REQUESTS = `${QUEUE}/fal-ai/kling-video/requests`;
const PAGE = 'fal-js libs/client/src/types/endpoints.ts, 381105e (2026-08-02)';
const QUEUE_PAGE = 'docs.fal.ai/documentation/model-apis/inference/queue';
const KLING = 'Kling motion control, as EmpirioLabs and relays document it';
const PRICE = 'fal model pages as clients and Vercel quote them; one page lists $0.126 for pro too';
const PRICE_2_6 = {
  standard: 'a client of the fal endpoint, which computes with it (another estimates $0.06)',
  pro: 'a comparison of the fal model page with the list of Kling (February 2026): the same price',
};

const V3 = 'fal-ai/kling-video/v3/motion-control';
const V2_6 = 'fal-ai/kling-video/v2.6/motion-control';

const image = z.url({ protocol: /^https$/ });
/** Both members are optional at fal; an element without any image would say nothing, so that is refused here. */
const element = z
  .strictObject({
    'frontal-image-url': image.exactOptional().describe('Front view of the face, https.'),
    'reference-image-urls': z
      .array(image)
      .max(3)
      .exactOptional()
      .describe('Up to three other views, https.'),
  })
  .refine(
    (each) => each['frontal-image-url'] != null || (each['reference-image-urls'] ?? []).length > 0,
    'an element needs a frontal-image-url or one of the reference-image-urls',
  );
const options = z.strictObject({
  elements: z
    .array(element)
    .max(1)
    .default([])
    .describe(
      'One face to hold on to, named @Element1 in the prompt: a `frontal-image-url`, up to three `reference-image-urls`, or both, all https. Only with orientation: video.',
    ),
});
type Options = z.output<typeof options>;

const limits: Omit<ModelSpec, 'title' | 'name' | 'prices'> = {
  maxSeconds: {
    image: { value: 10, basis: 'documented', source: PAGE },
    video: { value: 30, basis: 'documented', source: PAGE },
  },
  minSeconds: { value: 3, basis: 'borrowed', source: KLING },
  imageFormats: { value: ['jpg', 'png', 'webp'], basis: 'borrowed', source: KLING },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'borrowed', source: KLING },
  imageMinSide: { value: 340, basis: 'borrowed', source: KLING },
  imageAspect: { value: [0.4, 2.5], basis: 'borrowed', source: KLING },
  videoContainers: { value: ['mp4', 'mov'], basis: 'borrowed', source: KLING },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'borrowed', source: KLING },
  videoSides: { value: [340, 3850], basis: 'borrowed', source: KLING },
  videoFramesPerSecond: { value: [24, 60], basis: 'borrowed', source: KLING },
  promptMaxCharacters: { value: 2500, basis: 'borrowed', source: KLING },
  retentionDays: { value: 7, basis: 'documented', source: 'docs.fal.ai/faq (at least 7 days)' },
  longestHours: LONGEST_JOB_HOURS,
};

const models = {
  [V3]: {
    title: 'fal',
    name: 'kling-3.0',
    prices: {
      standard: price(126_000, PRICE, '2026-11-21'),
      pro: price(168_000, PRICE, '2026-11-21'),
    },
    ...limits,
  },
  [V2_6]: {
    title: 'fal',
    name: 'kling-2.6',
    prices: {
      standard: price(70_000, PRICE_2_6.standard, '2026-11-30'),
      pro: price(112_000, PRICE_2_6.pro, '2026-11-30'),
    },
    ...limits,
  },
} satisfies Record<string, ModelSpec>;

function price(microUsdPerSecond: number, source: string, checkedOn: string): PriceRow {
  return { microUsdPerSecond, basis: 'borrowed', source, checkedOn };
}

function specOf({ model }: Job<Options>): ModelSpec {
  return model === V2_6 ? models[V2_6] : models[V3];
}

const submitted = z.object({
  request_id: handle,
  status_url: z.string().nullish().catch(null),
  response_url: z.string().nullish().catch(null),
});
const status = z.object({
  status: z.string().nullish(),
  queue_position: z.int().min(0).nullish().catch(null),
});
const output = z.object({
  video: z.object({ url: z.string().min(1) }),
});

function elementFields(element: Options['elements'][number], show: (url: string) => string) {
  const frontal = element['frontal-image-url'];
  const references = element['reference-image-urls'] ?? [];
  return {
    ...(frontal != null ? { frontal_image_url: show(frontal) } : {}),
    ...(references.length > 0 ? { reference_image_urls: references.map((url) => show(url)) } : {}),
  };
}

function fields(job: Job<Options>, show = (url: string) => url) {
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    character_orientation: job.orientation,
    keep_original_sound: job.keepOriginalSound,
    ...(job.options.elements.length > 0
      ? {
          elements: job.options.elements.map((each) => elementFields(each, show)),
        }
      : {}),
  } satisfies Record<string, Json>;
}

export const fal: Adapter<Options> = {
  id: 'fal',
  title: 'fal',
  runsOn: 'remote',
  revision: 1,
  origins: [QUEUE, STORAGE, PLATFORM],
  secrets: ['FAL_KEY'],
  baseUrlVariable: 'FAL_BASE_URL',
  furtherBaseUrlVariables: {
    [STORAGE]: 'FAL_STORAGE_BASE_URL',
    [PLATFORM]: 'FAL_PLATFORM_BASE_URL',
  },
  models,
  pacing: { requestsPerMinute: null, firstPollMs: 2_000, maxPollMs: 15_000 },
  service: {
    backend: { value: 'fal', basis: 'documented', source: QUEUE_PAGE },
    refunds: {
      value:
        'nothing where a type that stands for its own infrastructure says so (of the result: four times in a row), or where it was cancelled before a runner worked; after any other failure, a 422 among them, the price stays held',
      basis: 'documented',
      source: 'docs.fal.ai/faq, docs.fal.ai/documentation/model-apis/pricing',
    },
    lostAnswers: {
      value: 'no: only billing events of an admin key list requests, without their inputs',
      basis: 'documented',
      source: 'fal.ai/docs/platform-apis/v1/models/billing-events',
    },
    charges: {
      value:
        'header `x-fal-billable-units` of the result x the price, when it can be seconds of this clip',
      basis: 'assumed',
      source: 'seen on other fal models that are billed by the second',
    },
    cancelling: {
      value:
        'a job in the queue, and only with `on-cancel: cancel`: it is removed and never processed, and time in the queue is not charged; that its status then says `client_cancelled` is an assumption',
      basis: 'documented',
      source:
        'fal.ai/docs/documentation/development/handle-cancellations, fal.ai/docs/inference-api/queue/cancel, fal.ai/docs/documentation/model-apis/pricing',
    },
  },
  options,

  validate(job, facts) {
    const spec = specOf(job);
    const issues = [...checkLimits(spec, job, facts), ...refuseDuration(spec, job)];
    if (job.options.elements.length > 0 && job.model === V2_6) {
      issues.push({
        severity: 'error',
        path: 'provider-options.fal.elements',
        message:
          'elements are a parameter of Kling 3.0 only; leave them out, or set model: kling-3.0',
      });
    }
    if (job.options.elements.length > 0 && job.orientation !== 'video') {
      issues.push({
        severity: 'error',
        path: 'provider-options.fal.elements',
        message: 'elements work only with orientation: video; set it, or leave elements out',
      });
    }
    return issues;
  },
  estimate: (job, facts) => estimateClip(specOf(job), job, facts),
  /** The tier is a part of the path, so it is named here besides the body. Signatures say nothing of what lies there. */
  parameters: (job) => ({ tier: job.tier, ...fields(job, bareUrl) }),

  authorize: (secrets) => ({ authorization: `Key ${secrets.FAL_KEY ?? ''}` }),

  submit: (job, _facts, urls) => ({
    method: 'POST',
    url: `${QUEUE}/${endpointId(job.model, job.tier)}`,
    // No `x-fal-no-retry`: docs/decisions/0013-fal-retries-its-queue.md.
    json: { ...fields(job), image_url: urls.character, video_url: urls.motion },
  }),
  accepted(response): Accepted {
    const answer = submitted.parse(response.json);
    const id = answer.request_id;
    return {
      kind: 'operation',
      operation: {
        requestId: id,
        statusUrl: ownUrl(answer.status_url, id) ?? `${requestUrl(id)}/status`,
        responseUrl: ownUrl(answer.response_url, id) ?? requestUrl(id),
      },
    };
  },

  // Every status has `request_id` (types of fal-js). A result is the model's output, which names no request: there the
  // address decides.
  jobNames: { id: 'requestId', places: [['request_id']], alwaysIn: ['status'] },
  status: (operation) => ({ method: 'GET', url: String(operation.statusUrl) }),
  progress(response, operation): Progress {
    const answer = status.parse(response.json);
    const word = answer.status ?? '';
    switch (word.toUpperCase()) {
      case 'IN_QUEUE':
        return { state: 'pending', isQueued: true, note: describeQueue(answer.queue_position) };
      case 'IN_PROGRESS':
        return { state: 'pending' };
      case 'COMPLETED': {
        // Completed is said of failures too; older answers leave the error to the result.
        const failure = readFailedRequest(response);
        return failure == null
          ? { state: 'ready', request: resultRequest(operation) }
          : { state: 'failed', failure };
      }
      default:
        return { state: 'pending', note: `unknown status "${word}"` };
    }
  },
  result(response, _operation, job): Settled {
    const answer = output.safeParse(response.json);
    return answer.success
      ? {
          state: 'done',
          delivery: { url: answer.data.video.url, reported: billedSeconds(response, job) },
        }
      : { state: 'pending', note: 'completed, but without a video address' };
  },

  refused: readRefusedSubmit,
  trouble: readQueueTrouble,
  ended: (response, asked, asOver) =>
    asked === 'result' ? readFailedResult(response, asOver) : null,
  cancel: ({ responseUrl }) => ({ method: 'PUT', url: `${String(responseUrl)}/cancel` }),
  priceList: falPrices(PLATFORM, endpointId),
  uploads: { character: falStorage(STORAGE), motion: falStorage(STORAGE) },
};

/** The tier stands before the last part of the model's path. */
function endpointId(model: string, tier: Tier): string {
  return model.replace(/\/motion-control$/, `/${tier}$&`);
}

/** `queue_position` counts the requests ahead (docs.fal.ai/documentation/deployment/requests). */
function describeQueue(ahead: number | null | undefined): string {
  if (ahead == null) return 'in the queue';
  return ahead === 0 ? 'next in the queue' : `in the queue behind ${ahead}`;
}

function requestUrl(id: string): string {
  return `${REQUESTS}/${encodeURIComponent(id)}`;
}

/** An address the answer names, if it lies at the queue and is about this request; never one elsewhere. */
function ownUrl(text: string | null | undefined, id: string): string | null {
  if (text == null || text.length > MAX_URL_CHARACTERS) return null;
  if (!text.startsWith(`${QUEUE}/`) || !URL.canParse(text)) return null;
  const { href, search, hash, pathname } = new URL(text);
  const isPlain = href === text && search === '' && hash === '';
  return isPlain && pathname.split('/').includes(encodeURIComponent(id)) ? text : null;
}

function resultRequest(operation: Operation): HttpRequest {
  return { method: 'GET', url: String(operation.responseUrl) };
}

/** A 422 may have cost GPU time (docs.fal.ai/faq), so on a submit it leaves the outcome open. */
function readRefusedSubmit(response: HttpResponse): Failure {
  const { billed } = readRefusal(response);
  return {
    ...readQueueTrouble(response),
    billed: response.status === 422 ? 'unknown' : billed,
  };
}

function readQueueTrouble(response: HttpResponse): Trouble {
  const trouble = readTrouble(response);
  const { message, type } = readFalError(response, trouble.message);
  const isRefusedContent =
    trouble.kind === 'input' && isModeration({ code: type ?? readErrorCode(response), message });
  return { ...trouble, kind: isRefusedContent ? 'moderation' : trouble.kind, message };
}

/**
 * The header counts in the model's own unit, which the answer does not name. It is taken for seconds
 * only where it can be: between Kling's minimum and the cap of the orientation. Else it is no charge.
 */
function billedSeconds(response: HttpResponse, job: Job<Options>): Charge | null {
  const text = response.headers['x-fal-billable-units'] ?? '';
  if (!/^\d{1,6}(\.\d{1,9})?$/.test(text)) return null;
  const units = Number(text);
  const spec = specOf(job);
  const most = spec.maxSeconds[job.orientation].value + 1;
  if (units < spec.minSeconds.value - 0.1 || units > most) return null;
  const microUsd = Math.round(units * priceOf(spec, job).microUsdPerSecond);
  return { microUsd, source: 'provider-reported' };
}
