import * as z from 'zod';
import type { Json } from '../model/json/json.ts';
import { parseBoundedJson } from '../model/json/strict-json.ts';
import type { Charge } from '../model/money.ts';
import type {
  Accepted,
  Adapter,
  Delivery,
  Failure,
  FailureKind,
  HttpResponse,
  Job,
  ModelSpec,
} from './adapter.ts';
import {
  failureOfJob,
  foreignText,
  readErrorAnswer,
  readRefusal,
  readStatusWord,
  readTrouble,
} from './shared/answers.ts';
import {
  estimateSeconds,
  heldSeconds,
  playedSeconds,
  priceOf,
  repriced,
} from './shared/estimates.ts';
import { handle } from './shared/handle.ts';
import { checkLimits, refuseDuration } from './shared/limits.ts';
import { LONGEST_JOB_HOURS } from './shared/longest-job.ts';

const ORIGIN = 'https://api.kie.ai';
const PAGE = 'kie.ai/kling-3-motion-control (model page)';
const TASKS = 'docs.kie.ai/market/common/get-task-detail';
const START = 'docs.kie.ai (Getting Started)';
const KLING = "Kling's API reference for the same model";
const PRICES = "kie.ai/pricing, as a client's price table of 2026-09-21 relays it";

const V3 = 'kling-3.0/motion-control';
const V2_6 = 'kling-2.6/motion-control';

/** $5 buys 1,000 credits; larger packs cost less a credit, so a charge is never shown too low. */
const MICRO_USD_PER_CREDIT = 5_000;
/** A 4 s clip was once charged 120 credits, half as much again as the list: nothing shorter is held lower. */
const MEASURED_SECONDS = 4;

const options = z.strictObject({
  'background-source': z
    .enum(['input-video', 'input-image'])
    .exactOptional()
    .describe('Whose background the output has (Kling 3.0 only). Left out by default.'),
});
type Options = z.output<typeof options>;

const limits: Omit<ModelSpec, 'title' | 'name' | 'prices'> = {
  maxSeconds: {
    image: { value: 10, basis: 'documented', source: PAGE },
    video: { value: 30, basis: 'documented', source: PAGE },
  },
  minSeconds: { value: 3, basis: 'documented', source: PAGE },
  imageFormats: { value: ['jpg', 'png'], basis: 'documented', source: PAGE },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'documented', source: PAGE },
  // The page says "greater than 300px"; other sellers of the model say 340.
  imageMinSide: { value: 340, basis: 'borrowed', source: 'EmpirioLabs, for the same model' },
  imageAspect: { value: [0.4, 2.5], basis: 'documented', source: PAGE },
  videoContainers: { value: ['mp4', 'mov'], basis: 'documented', source: PAGE },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'documented', source: PAGE },
  videoSides: { value: [340, 3850], basis: 'borrowed', source: KLING },
  videoFramesPerSecond: { value: [24, 60], basis: 'borrowed', source: KLING },
  promptMaxCharacters: { value: 2500, basis: 'documented', source: PAGE },
  retentionDays: {
    value: 1,
    basis: 'documented',
    source: `${TASKS} (addresses expire after 24 hours; the files are kept for 14 days, ${START})`,
  },
  longestHours: LONGEST_JOB_HOURS,
};

/** The list price is the low end; 1.5 times as much is held, which is what was once measured. */
function price(credits: number) {
  return {
    microUsdPerSecond: credits * MICRO_USD_PER_CREDIT,
    heldMicroUsdPerSecond: Math.ceil(credits * MICRO_USD_PER_CREDIT * 1.5),
    basis: 'assumed' as const,
    source: `${PRICES}: ${credits} credits a second; but 120 credits were measured for 4 s`,
    checkedOn: '2026-11-21',
  };
}

const models = {
  [V3]: {
    title: 'kie.ai',
    name: 'kling-3.0',
    prices: { standard: price(20), pro: price(27) },
    ...limits,
  },
  [V2_6]: {
    title: 'kie.ai',
    name: 'kling-2.6',
    prices: { standard: price(11), pro: price(18) },
    ...limits,
  },
} satisfies Record<string, ModelSpec>;

function specOf(job: Job<Options>): ModelSpec {
  return job.model === V2_6 ? models[V2_6] : models[V3];
}

const envelope = z.object({
  code: z.union([z.number(), foreignText]).nullish().catch(null),
  msg: foreignText.nullish().catch(null),
  message: foreignText.nullish().catch(null),
  data: z
    .object({
      taskId: handle.nullish().catch(null),
      state: z.string().nullish().catch(null),
      resultJson: z.string().nullish().catch(null),
      failCode: z.union([foreignText, z.number()]).nullish().catch(null),
      failMsg: foreignText.nullish().catch(null),
      creditsConsumed: z.number().min(0).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
type Envelope = z.output<typeof envelope>;
type Task = NonNullable<Envelope['data']>;
const result = z.object({ resultUrls: z.array(z.string().min(1)).min(1) });

/** `mode` is `720p` or `1080p`: the page's `std` and `pro` are refused by the API, as four clients found. */
function fields(job: Job<Options>) {
  const background = job.options['background-source'];
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    mode: job.tier === 'pro' ? '1080p' : '720p',
    character_orientation: job.orientation,
    ...(background != null ? { background_source: background.replace('-', '_') } : {}),
  } satisfies Record<string, Json>;
}

export const kie: Adapter<Options> = {
  id: 'kie',
  title: 'kie.ai',
  runsOn: 'remote',
  revision: 1,
  origins: [ORIGIN],
  secrets: ['KIE_API_KEY'],
  baseUrlVariable: 'KIE_BASE_URL',
  models,
  pacing: {
    requestsPerMinute: {
      value: 120,
      basis: 'assumed',
      source:
        '20 new tasks in 10 s for each account, as relays of its limits say; polls counted in',
    },
    firstPollMs: 2_500,
    maxPollMs: 30_000,
  },
  service: {
    backend: { value: 'kling', basis: 'assumed', source: 'the model id kling-3.0' },
    refunds: {
      value: 'not said; an answer with `creditsConsumed: 0` counts as free',
      basis: 'assumed',
      source: TASKS,
    },
    lostAnswers: {
      value: 'no: no request is documented that finds a task by its inputs',
      basis: 'assumed',
      source: TASKS,
    },
    charges: {
      value: '`creditsConsumed` x $0.005, the price of a credit in the smallest pack',
      basis: 'borrowed',
      source: "clients that compared it with the account's log",
    },
    cancelling: {
      value: 'never: no request that cancels is documented',
      basis: 'assumed',
      source: 'docs.kie.ai (nothing there)',
    },
  },
  options,

  validate(job, facts) {
    const spec = specOf(job);
    const issues = [...checkLimits(spec, job, facts), ...refuseDuration(spec, job)];
    if (job.model === V2_6 && job.options['background-source'] != null) {
      issues.push({
        severity: 'error',
        path: 'provider-options',
        message: 'background-source is a parameter of Kling 3.0 only; leave it out',
      });
    }
    if (!job.keepOriginalSound) {
      issues.push({
        severity: 'warning',
        path: 'keep-original-sound',
        message: 'kie.ai has no parameter for the sound; the output may keep that of the clip',
      });
    }
    return issues;
  },
  estimate(job, facts) {
    const spec = specOf(job);
    const held = Math.max(MEASURED_SECONDS, heldSeconds(spec, job, facts));
    return estimateSeconds(priceOf(spec, job), playedSeconds(spec, job, facts), held);
  },
  parameters: fields,

  authorize: (secrets) => ({ authorization: `Bearer ${secrets.KIE_API_KEY ?? ''}` }),

  submit: (job, _facts, urls) => ({
    method: 'POST',
    url: `${ORIGIN}/api/v1/jobs/createTask`,
    json: {
      model: job.model,
      input: { ...fields(job), input_urls: [urls.character], video_urls: [urls.motion] },
    },
  }),
  /** HTTP 200 carries refusals too: their code is in the body. */
  accepted(response): Accepted {
    const answer = envelope.parse(response.json);
    const taskId = answer.data?.taskId;
    if (taskId != null) return { kind: 'operation', operation: { taskId } };
    const failure = failureOfCode(response, answer);
    if (failure == null || failure.billed !== 'no') {
      throw new Error(failure?.message ?? 'the answer carries no data.taskId');
    }
    return { kind: 'failure', failure };
  },

  jobNames: { id: 'taskId', places: [['data', 'taskId']], alwaysIn: ['status'] },
  status: (operation) => ({
    method: 'GET',
    url: `${ORIGIN}/api/v1/jobs/recordInfo?taskId=${encodeURIComponent(String(operation.taskId))}`,
  }),
  progress(response, _operation, job) {
    const answer = envelope.parse(response.json);
    const task = answer.data;
    if (task?.state == null || task.state === '') {
      const reason = answer.msg ?? answer.message ?? 'an answer without a state';
      return { state: 'pending', note: reason };
    }
    switch (readStatusWord(task.state)) {
      case 'pending':
        return { state: 'pending' };
      case 'failed':
        return { state: 'failed', failure: failedTask(task, job) };
      case 'done': {
        const delivery = readDelivery(task, job);
        return delivery == null
          ? { state: 'pending', note: 'state "success", but resultJson names no address' }
          : { state: 'done', delivery };
      }
      case 'unheard-of':
        return { state: 'pending', note: `unknown state "${task.state}"` };
    }
  },

  refused: (response) => readRefusal(withMessage(response)),
  trouble: (response) => readTrouble(withMessage(response)),
};

/**
 * Codes in the body of kie's own, all from before a task exists: the limit of a sub-key, maintenance, a model that
 * is switched off (its API pages); 531 was seen among them by clients.
 */
const nothingCreated: Readonly<Record<number, FailureKind>> = {
  433: 'quota',
  455: 'transient',
  505: 'not-found',
  531: 'transient',
};

/** What a body's `code` says about an answer that HTTP calls a success. */
function failureOfCode(response: HttpResponse, answer: Envelope): Failure | null {
  const code = Number(answer.code);
  if (!Number.isInteger(code) || code === 200) return null;
  const failure = readRefusal(withMessage({ ...response, status: code }));
  const kind = nothingCreated[code];
  if (kind != null) return { ...failure, kind, billed: 'no' };
  // `code: 500` is also how kie refuses a parameter: "mode is not within the range of allowed options".
  return code === 500 && /not within the range of allowed options/i.test(failure.message)
    ? { ...failure, kind: 'input', billed: 'no' }
    : failure;
}

/** Its messages are in `msg`; its documentation calls the same field `message`. */
function withMessage(response: HttpResponse): HttpResponse {
  const answer = envelope.safeParse(response.json);
  if (!answer.success || answer.data.msg == null) return response;
  return { ...response, json: { code: answer.data.code, message: answer.data.msg } };
}

function failedTask(task: Task, job: Job<Options>): Failure {
  const answer = readErrorAnswer(
    { code: task.failCode, message: task.failMsg },
    'the task failed without a reason',
  );
  const billed = billedOfCredits(task.creditsConsumed);
  return {
    ...failureOfJob(answer, billed),
    ...(billed === 'yes' ? { reported: chargeOfCredits(task.creditsConsumed, job) } : {}),
  };
}

function billedOfCredits(credits: number | null | undefined): Failure['billed'] {
  if (credits == null) return 'unknown';
  return credits === 0 ? 'no' : 'yes';
}

function readDelivery(task: Task, job: Job<Options>): Delivery | null {
  const read = result.safeParse(parseJson(task.resultJson ?? ''));
  const [url] = read.success ? read.data.resultUrls : [];
  return url == null ? null : { url, reported: chargeOfCredits(task.creditsConsumed, job) };
}

function chargeOfCredits(credits: number | null | undefined, job: Job<Options>): Charge | null {
  const listMicroUsd = (credits ?? Number.NaN) * MICRO_USD_PER_CREDIT;
  const microUsd = Math.round(repriced(listMicroUsd, specOf(job), job));
  return Number.isSafeInteger(microUsd) ? { microUsd, source: 'provider-reported' } : null;
}

function parseJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}
