import type { Fault, FaultSite } from '../../faults/fault.ts';
import { type Exchange, jsonReply, type Reply } from '../../http/exchange.ts';
import { readInputs } from '../../media/read-inputs.ts';
import type { Mount } from '../../server/mount.ts';
import type { Job } from '../jobs.ts';
import type { EmulatedProvider, ProviderServices } from '../provider.ts';
import { createRateLimit } from '../rate-limit.ts';
import { currentApi } from './current.ts';
import type { KlingApi, Question, Taken } from './dialect.ts';
import { findProblemAtCurrent, findProblemAtLegacy, KLING_API_KEY } from './keys.ts';
import { legacyApi } from './legacy.ts';
import type { KlingOptions } from './options.ts';

/** Stands for an image that is in the body itself. */
const SENT_ALONG = 'the image sent along';
const MICRO_USD_PER_UNIT = 140_000;
const UNITS_PER_SECOND: Readonly<Record<string, Readonly<Record<'standard' | 'pro', number>>>> = {
  'kling-v3': { standard: 0.9, pro: 1.2 },
  'kling-v2-6': { standard: 0.5, pro: 0.8 },
};

/** Kling's own two APIs on one host: a key or a signed token for each call, and its own codes beside HTTP's. */
export const kling: EmulatedProvider<KlingOptions> = {
  environment: (base) => ({ KLING_BASE_URL: base, ...KLING_API_KEY }),
  create: (services, options) => [createKling(services, options)],
};

function createKling({ jobs, bill, clock }: ProviderServices, options: KlingOptions): Mount {
  const perSecond = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  const fitsLimit = createRateLimit(clock, perSecond, 1_000);

  /** Whether a task of one API is found at the other is not said; here it is not. */
  const listOf = async (api: KlingApi): Promise<readonly Job[]> => {
    const all = await jobs.list('kling');
    return all.filter(({ order }) => (order.parameters.api === 'current') === (api === currentApi));
  };

  const takenFor = (id: string): Taken => {
    const entry = bill.entries.find(({ jobId }) => jobId === id);
    const microUsd = entry?.state === 'charged' ? entry.microUsd : 0;
    return { dollars: String(microUsd / 1e6), units: String(microUsd / MICRO_USD_PER_UNIT) };
  };

  const submit = async (
    api: KlingApi,
    exchange: Exchange,
    fault: Fault | undefined,
  ): Promise<Reply> => {
    const request = api.readRequest(exchange, options);
    if ('code' in request) return refuse(400, request.code, request.message);
    if (options.accountTrouble !== undefined) {
      return refuse(429, options.accountTrouble, 'Account exception');
    }
    const own = await jobs.list('kling');
    const running = own.filter(({ state }) => state.kind === 'running').length;
    if (running >= (options.parallelTasks ?? Number.POSITIVE_INFINITY)) {
      return refuse(429, 1303, 'parallel task over resource pack limit');
    }
    const { external_task_id: externalId } = request.parameters;
    if (
      externalId !== undefined &&
      options.repeatedExternalId !== 'accepted' &&
      own.some(({ order }) => order.parameters.external_task_id === externalId)
    ) {
      return refuse(400, 1201, `external_task_id ${String(externalId)} exists already`);
    }

    const { image, video, orientation, model, tier } = request;
    const inputs = await readInputs(
      'kling',
      { image: 'url' in image ? image.url : SENT_ALONG, video },
      orientation,
      (url) =>
        url === SENT_ALONG && 'base64' in image ? Buffer.from(image.base64, 'base64') : undefined,
      { maxImageBytes: api.maxImageBytes },
    );
    if ('code' in inputs) return refuse(400, 1201, inputs.message);
    const unitsPerSecond = UNITS_PER_SECOND[model]?.[tier] ?? 0;
    const job = jobs.accept(
      {
        provider: 'kling',
        model,
        tier,
        orientation,
        keepOriginalSound: request.keepOriginalSound,
        prompt: request.prompt,
        inputs,
        seconds: inputs.motionSeconds,
        parameters: request.parameters,
        billing: {
          // Whole seconds, as sellers describe it.
          seconds: Math.round(inputs.motionSeconds),
          price: (seconds) => Math.round(seconds * unitsPerSecond * MICRO_USD_PER_UNIT),
          keepsChargeOnFailure: false,
        },
      },
      '',
    );
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'due' });
    const task = api.describe(job, takenFor(job.id), options);
    const word = api === currentApi ? 'status' : 'task_status';
    return succeed({ ...task, [word]: 'submitted' });
  };

  const status = async (
    api: KlingApi,
    { by, ids }: Question,
    fault: Fault | undefined,
  ): Promise<Reply> => {
    const own = await listOf(api);
    const asked = own.filter(({ id, order }) => {
      const externalId = String(order.parameters.external_task_id ?? '');
      return (by !== 'external' && ids.includes(id)) || (by !== 'task' && ids.includes(externalId));
    });
    for (const job of asked)
      if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    const answer = api.answer(asked.map((job) => api.describe(job, takenFor(job.id), options)));
    return answer === undefined
      ? refuse(404, 1203, 'The requested resource does not exist')
      : succeed(answer);
  };

  const apiOf = (path: string) => (path.startsWith('/v1/') ? legacyApi : currentApi);

  return {
    name: 'kling',
    siteOf(exchange): FaultSite | undefined {
      if (exchange.method === 'POST') return { at: 'submit', provider: 'kling' };
      const question = apiOf(exchange.path).readQuestion(exchange);
      return question === undefined ? undefined : { at: 'status', provider: 'kling' };
    },
    async handle(exchange, fault): Promise<Reply> {
      const { method, path, headers } = exchange;
      const { authorization } = headers;
      const api = apiOf(path);
      const trouble =
        api === currentApi
          ? findProblemAtCurrent(authorization)
          : findProblemAtLegacy({ authorization, method }, clock.nowMs() / 1000, options);
      if (trouble !== undefined) return refuse(401, trouble.code, trouble.message);
      if (!fitsLimit()) return refuse(429, 1302, 'too many requests in this second');
      if (api.isCreate(method, path)) return submit(api, exchange, fault);
      const question = api.readQuestion(exchange);
      if (question === undefined)
        return refuse(404, 1202, `The requested method is invalid: ${method} ${path}`);
      if ('code' in question) return refuse(400, question.code, question.message);
      return status(api, question, fault);
    },
    errorBody: (status) => ({
      code: CODES[status] ?? (status >= 500 ? 5000 : 1200),
      message: `emulated HTTP ${status}`,
      request_id: 'emulated',
    }),
  };
}

const CODES: Readonly<Record<number, number>> = {
  401: 1002,
  402: 1102,
  403: 1103,
  404: 1203,
  429: 1303,
  503: 5001,
  504: 5002,
};

function succeed(data: unknown): Reply {
  return jsonReply(200, { code: 0, message: 'SUCCEED', request_id: 'emulated', data });
}

function refuse(status: number, code: number, message: string): Reply {
  return jsonReply(status, { code, message, request_id: 'emulated' });
}
