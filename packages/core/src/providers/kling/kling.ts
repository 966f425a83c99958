import * as z from 'zod';
import type { Json } from '../../model/json.ts';
import type { Charge } from '../../model/money.ts';
import type {
  Accepted,
  Adapter,
  Delivery,
  Failure,
  HttpResponse,
  Job,
  Trouble,
} from '../adapter.ts';
import {
  foreignText,
  isModeration,
  readErrorCode,
  readRefusal,
  readStatusWord,
  readTrouble,
} from '../shared/answers.ts';
import { estimateClip, repriced } from '../shared/estimates.ts';
import { handle } from '../shared/handle.ts';
import { checkLimits, refuseDuration } from '../shared/limits.ts';
import { signToken } from '../shared/sign-token.ts';
import { billedOf, unitsOf } from './deductions.ts';
import { describeCode, kindOfCode } from './errors.ts';
import { API, LIST_MICRO_USD_PER_UNIT, models, specOf, V2_6, V3 } from './models.ts';

const ORIGIN = 'https://api-singapore.klingai.com';
const TASKS = `${ORIGIN}/v1/videos/motion-control`;
const options = z.strictObject({
  model: z
    .enum([V3, V2_6])
    .default(V3)
    .describe(
      '`kling-v3`, or the cheaper `kling-v2-6`. Always sent: the default of the API is 2.6.',
    ),
  watermark: z
    .boolean()
    .exactOptional()
    .describe('Have a watermarked video made too (`watermark_info`), and take that one.'),
  'element-id': z
    .string()
    .regex(/^[1-9]\d{0,18}$/, 'must be the number of an element, in quotes')
    .exactOptional()
    .describe(
      'An element of your library (`element_list`, one at most; orientation `video` only). In quotes: the number is too long for JSON numbers, and is sent as text. An assumption.',
    ),
});
type Options = z.output<typeof options>;

/** Every answer is `{code, message, request_id, data}`; `code` is 0 when all is well. Figures beside the known ones count too. */
const envelope = z.object({
  code: z.number().nullish().catch(null),
  message: foreignText.nullish().catch(null),
  data: z
    .looseObject({
      task_id: handle.nullish().catch(null),
      task_status: z.string().nullish().catch(null),
      task_status_msg: foreignText.nullish().catch(null),
      task_info: z.object({ external_task_id: z.string().nullish() }).nullish().catch(null),
      task_result: z
        .object({
          videos: z
            .array(z.object({ url: z.string().nullish(), watermark_url: z.string().nullish() }))
            .nullish(),
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});
type Envelope = z.output<typeof envelope>;
type Task = NonNullable<Envelope['data']>;

/** Model, tier, orientation and sound are always sent: their defaults differ and cost money. */
function fields(job: Job<Options>) {
  const element = job.options['element-id'];
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    mode: job.tier === 'pro' ? 'pro' : 'std',
    character_orientation: job.orientation,
    keep_original_sound: job.keepOriginalSound ? 'yes' : 'no',
    ...(job.options.watermark != null
      ? { watermark_info: { enabled: job.options.watermark } }
      : {}),
    ...(element != null ? { element_list: [{ element_id: element }] } : {}),
  } satisfies Record<string, Json>;
}

export const kling: Adapter<Options> = {
  id: 'kling',
  title: 'Kling',
  runsOn: 'remote',
  revision: 1,
  origins: [ORIGIN],
  secrets: ['KLING_ACCESS_KEY', 'KLING_SECRET_KEY'],
  baseUrlVariable: 'KLING_BASE_URL',
  models,
  // "The system imposes no QPS limit": what is limited is how many tasks run at once (code 1303).
  pacing: { requestsPerMinute: null, firstPollMs: 2_000, maxPollMs: 15_000 },
  service: {
    backend: { value: 'kling', basis: 'documented', source: API },
    refunds: {
      value: 'not said; an answer whose deductions are all zero counts as free',
      basis: 'assumed',
      source: API,
    },
    lostAnswers: {
      value: 'yes: by `external_task_id`, which is unique within an account',
      basis: 'documented',
      source: API,
    },
    charges: {
      value:
        '`final_unit_deduction` x $0.14, the list price of a unit, or what `prices` makes of it; nothing where a balance was charged too',
      basis: 'documented',
      source: API,
    },
  },
  options,
  uploads: {
    character: {
      kind: 'inline',
      maxBytes: { value: 10 * 1_048_576, basis: 'documented', source: API },
      // "Do NOT add any prefix like data:image/png;base64,. Submit only the raw Base64 string."
      encode: (base64) => base64,
    },
  },

  validate(job, facts) {
    const spec = specOf(job.model);
    const issues = [...checkLimits(spec, job, facts), ...refuseDuration(spec, job)];
    if (job.options['element-id'] != null && job.orientation !== 'video') {
      issues.push({
        severity: 'error',
        path: 'provider-options',
        message: 'element-id needs orientation: video (Kling takes no other with an element)',
      });
    }
    return issues;
  },
  estimate: (job, facts) => estimateClip(specOf(job.model), job, facts),
  parameters: fields,

  /** Valid for half an hour, and from 5 s ago, for clocks that run ahead. One a minute: it is taken out of every answer. */
  authorize(secrets, nowMs) {
    const now = Math.floor(nowMs / 60_000) * 60;
    const claims = { iss: secrets.KLING_ACCESS_KEY ?? '', exp: now + 1800, nbf: now - 5 };
    return { authorization: `Bearer ${signToken(claims, secrets.KLING_SECRET_KEY ?? '')}` };
  },

  submit: (job, _facts, urls, correlationId) => ({
    method: 'POST',
    url: TASKS,
    json: {
      model_name: job.model,
      ...fields(job),
      image_url: urls.character,
      video_url: urls.motion,
      // Whether a second task with the same id is refused is not said; it is never sent twice anyway.
      external_task_id: correlationId,
    },
  }),
  accepted(response): Accepted {
    const { code, message, data } = envelope.parse(response.json);
    if (data?.task_id != null) return { kind: 'operation', operation: { taskId: data.task_id } };
    const kind = kindOfCode(code);
    if (kind == null) throw new Error(message ?? 'the answer carries no data.task_id');
    return {
      kind: 'failure',
      failure: { kind, message: describeCode(code, message), billed: 'no' },
    };
  },

  status: (operation) => ({
    method: 'GET',
    url: `${TASKS}/${encodeURIComponent(String(operation.taskId))}`,
  }),
  progress(response, _operation, job) {
    const { message, data } = envelope.parse(response.json);
    const word = data?.task_status ?? '';
    if (data == null || word === '') {
      return { state: 'pending', note: message ?? 'an answer without a status' };
    }
    switch (readStatusWord(word)) {
      case 'failed':
        return { state: 'failed', failure: failedTask(data) };
      case 'pending':
        return { state: 'pending' };
      case 'done': {
        const delivery = readDelivery(data, job);
        return delivery == null
          ? { state: 'pending', note: `status "${word}", but task_result names no address` }
          : { state: 'done', delivery };
      }
      case 'unheard-of':
        return { state: 'pending', note: `unknown status "${word}"` };
    }
  },

  lookup: {
    // "Choose either task_id or external_task_id": both go into the path.
    request: ({ correlationId }) => ({
      method: 'GET',
      url: `${TASKS}/${encodeURIComponent(correlationId)}`,
    }),
    found(response, { correlationId }) {
      const { code, message, data } = envelope.parse(response.json);
      if (data?.task_id != null) {
        return data.task_info?.external_task_id === correlationId
          ? { matches: [{ taskId: data.task_id }], candidates: [] }
          : { matches: [], candidates: [data.task_id] };
      }
      // 1203: "the requested resource does not exist"; 404 is also 1202, a wrong method.
      if (code === 1203) return { matches: [], candidates: [] };
      throw new Error(describeCode(code, message ?? 'the answer carries no task'));
    },
    missingStatuses: [404],
    // Nobody documents how soon after a lost answer the task must be findable.
    absenceProvesAfterMs: null,
  },

  refused(response) {
    const failure = readRefusal(response);
    return failure.billed === 'no' ? { ...failure, ...readCoded(response, failure) } : failure;
  },
  trouble: (response) => readCoded(response, readTrouble(response)),
};

/** By code before status: HTTP 429 is also said of an empty account. */
function readCoded(response: HttpResponse, trouble: Trouble): Trouble {
  const code = Number(readErrorCode(response));
  const kind = kindOfCode(code);
  return kind == null
    ? trouble
    : { ...trouble, kind, message: describeCode(code, trouble.message) };
}

function failedTask(task: Task): Failure {
  const reason = task.task_status_msg ?? '';
  const answer = {
    code: null,
    message: reason === '' ? 'the task failed without a reason' : reason,
  };
  return {
    kind: isModeration(answer) || /risk control/i.test(answer.message) ? 'moderation' : 'provider',
    message: answer.message,
    billed: billedOf(task),
  };
}

function readDelivery(task: Task, job: Job<Options>): Delivery | null {
  const [video] = task.task_result?.videos ?? [];
  const watermarked = job.options.watermark === true ? (video?.watermark_url ?? '') : '';
  const url = watermarked === '' ? (video?.url ?? '') : watermarked;
  return url === '' ? null : { url, reported: readCharge(task, job) };
}

/** Units are Kling's own figure; what one costs is the pack's. */
function readCharge(task: Task, job: Job<Options>): Charge | null {
  const units = unitsOf(task);
  const microUsd =
    units == null
      ? null
      : Math.round(repriced(units * LIST_MICRO_USD_PER_UNIT, specOf(job.model), job));
  return microUsd != null && Number.isSafeInteger(microUsd)
    ? { microUsd, source: 'provider-reported' }
    : null;
}
