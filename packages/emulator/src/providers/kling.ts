import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Fault, FaultSite } from '../faults/fault.ts';
import { type Exchange, jsonReply, type Reply } from '../http/exchange.ts';
import { isRecord, parseJson } from '../json.ts';
import { readInputs } from '../media/read-inputs.ts';
import type { Mount } from '../server/mount.ts';
import type { Orientation } from '../types.ts';
import type { Bill } from './bill.ts';
import { checkFields, type FieldRule } from './check-body.ts';
import type { Job } from './jobs.ts';
import type { EmulatedProvider, ProviderServices } from './provider.ts';
import { createRateLimit } from './rate-limit.ts';

export interface KlingOptions {
  /** Tasks that may run at once; more are answered 429 with code 1303. Unlimited by default. */
  readonly parallelTasks?: number;
  /** Requests of any kind in one second; more are answered 429 with code 1302. Unlimited by default. */
  readonly requestsPerSecond?: number;
  /** What the account is short of: answered 429 with this code. */
  readonly accountTrouble?: 1100 | 1101 | 1102;
  /** Whether a second task with the same `external_task_id` is refused. "Must be unique", so it is. */
  readonly repeatedExternalId?: 'refused' | 'accepted';
  /** What the account pays with: a pack of units (default), or a balance, which is reported beside "0" units. */
  readonly paysFrom?: 'units' | 'balance';
}

const ACCESS_KEY = 'kling-emulated-access-key';
const SECRET_KEY = 'kling-emulated-secret-key';
/** Stands for an image that is in the body itself. */
const SENT_ALONG = 'the image sent along';
const TASKS = '/v1/videos/motion-control';
const MICRO_USD_PER_UNIT = 140_000;
const UNITS_PER_SECOND: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'kling-v3': { std: 0.9, pro: 1.2 },
  'kling-v2-6': { std: 0.5, pro: 0.8 },
};

const FIELDS: Readonly<Record<string, FieldRule>> = {
  model_name: { type: 'enum', values: ['kling-v2-6', 'kling-v3'] },
  prompt: { type: 'string' },
  image_url: { type: 'string', required: true },
  video_url: { type: 'url', required: true },
  keep_original_sound: { type: 'enum', values: ['yes', 'no'] },
  character_orientation: { type: 'enum', values: ['image', 'video'], required: true },
  mode: { type: 'enum', values: ['std', 'pro'], required: true },
  watermark_info: { type: 'object' },
  external_task_id: { type: 'string' },
};

/** Kling's own API: a signed token for each call, and its own codes beside HTTP's. */
export const kling: EmulatedProvider<KlingOptions> = {
  environment: (base) => ({
    KLING_BASE_URL: base,
    KLING_ACCESS_KEY: ACCESS_KEY,
    KLING_SECRET_KEY: SECRET_KEY,
  }),
  create: (services, options) => [createKling(services, options)],
};

function createKling({ jobs, bill, clock }: ProviderServices, options: KlingOptions): Mount {
  const perSecond = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  const fitsLimit = createRateLimit(clock, perSecond, 1_000);

  const submit = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const { json: body } = exchange;
    if (!isRecord(body)) return refuse(400, 1200, 'the body is not a JSON object');
    const { element_list: elements, ...others } = body;
    const problem = checkFields(others, FIELDS);
    if (problem !== undefined) return refuse(400, 1201, problem.message);
    if (elements !== undefined && !isOneElement(elements)) {
      return refuse(400, 1201, 'element_list holds one element with an element_id');
    }
    if (options.accountTrouble !== undefined) {
      return refuse(429, options.accountTrouble, 'Account exception');
    }
    const own = await jobs.list('kling');
    const running = own.filter(({ state }) => state.kind === 'running').length;
    if (running >= (options.parallelTasks ?? Number.POSITIVE_INFINITY)) {
      return refuse(429, 1303, 'parallel task over resource pack limit');
    }
    const externalId = externalIdOf(body);
    if (
      externalId !== undefined &&
      options.repeatedExternalId !== 'accepted' &&
      own.some(({ order }) => externalIdOf(order.parameters) === externalId)
    ) {
      return refuse(400, 1201, `external_task_id ${externalId} exists already`);
    }

    const image = String(body.image_url);
    const isUrl = /^https?:\/\//.test(image);
    if (!isUrl && !/^[A-Za-z0-9+/]+={0,2}$/.test(image)) {
      return refuse(400, 1201, 'image_url is neither a URL nor bare base64');
    }
    const orientation: Orientation = body.character_orientation === 'video' ? 'video' : 'image';
    const inputs = await readInputs(
      'kling',
      { image: isUrl ? image : SENT_ALONG, video: String(body.video_url) },
      orientation,
      (url) => (url === SENT_ALONG ? Buffer.from(image, 'base64') : undefined),
    );
    if ('code' in inputs) return refuse(400, 1201, inputs.message);
    const model = String(body.model_name ?? 'kling-v2-6');
    const unitsPerSecond = UNITS_PER_SECOND[model]?.[String(body.mode)] ?? 0;
    const job = jobs.accept(
      {
        provider: 'kling',
        model,
        tier: body.mode === 'pro' ? 'pro' : 'standard',
        orientation,
        keepOriginalSound: body.keep_original_sound !== 'no',
        prompt: typeof body.prompt === 'string' ? body.prompt : undefined,
        inputs,
        seconds: inputs.motionSeconds,
        parameters: body,
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
    return succeed({ ...describe(job, bill, options), task_status: 'submitted' });
  };

  /** By its own id, or by ours: "choose either". */
  const status = async (id: string, fault: Fault | undefined): Promise<Reply> => {
    const own = await jobs.list('kling');
    const job = own.find((one) => one.id === id || externalIdOf(one.order.parameters) === id);
    if (job === undefined) return refuse(404, 1203, 'The requested resource does not exist');
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    return succeed(describe(job, bill, options));
  };

  const idOf = (path: string): string | undefined =>
    path.startsWith(`${TASKS}/`) ? decodeURIComponent(path.slice(TASKS.length + 1)) : undefined;

  return {
    name: 'kling',
    siteOf({ method, path }): FaultSite | undefined {
      if (method === 'POST') return { at: 'submit', provider: 'kling' };
      return idOf(path) === undefined ? undefined : { at: 'status', provider: 'kling' };
    },
    async handle(exchange, fault): Promise<Reply> {
      const { method, path, headers } = exchange;
      const trouble = troubleOfToken(headers.authorization, clock.nowMs() / 1000);
      if (trouble !== undefined) return refuse(401, trouble, 'Authentication failed');
      if (!fitsLimit()) return refuse(429, 1302, 'too many requests in this second');
      const id = idOf(path);
      if (method === 'POST' && path === TASKS) return submit(exchange, fault);
      if (method === 'GET' && id !== undefined) return status(id, fault);
      return refuse(404, 1202, `The requested method is invalid: ${method} ${path}`);
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

/** The code of what is wrong with a token, by RFC 7519 and the reference's table. */
function troubleOfToken(authorization: string | undefined, nowSeconds: number): number | undefined {
  if (authorization === undefined) return 1001;
  const [, header = '', claims = '', signature = ''] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
  const right = createHmac('sha256', SECRET_KEY).update(`${header}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 1002;
  const { alg } = readPart(header);
  const { iss, exp, nbf } = readPart(claims);
  if (alg !== 'HS256' || iss !== ACCESS_KEY) return 1002;
  if (typeof nbf !== 'number' || nbf > nowSeconds) return 1003;
  return typeof exp === 'number' && exp > nowSeconds ? undefined : 1004;
}

function readPart(part: string): Record<string, unknown> {
  const json = parseJson(Buffer.from(part, 'base64url').toString());
  return isRecord(json) ? json : {};
}

/** Its id is a long; whether a text is taken for one is not said. */
function isOneElement(elements: unknown): boolean {
  if (!Array.isArray(elements) || elements.length !== 1) return false;
  const [element] = elements;
  return isRecord(element) && /^\d+$/.test(String(element.element_id));
}

function externalIdOf(parameters: Readonly<Record<string, unknown>>): string | undefined {
  const { external_task_id: id } = parameters;
  return typeof id === 'string' ? id : undefined;
}

function describe(job: Job, bill: Bill, { paysFrom }: KlingOptions): Record<string, unknown> {
  const { id, order, acceptedAtMs, state } = job;
  const common = {
    task_id: id,
    task_status_msg: '',
    task_info: { external_task_id: externalIdOf(order.parameters) ?? '' },
    created_at: acceptedAtMs,
    updated_at: state.kind === 'running' ? acceptedAtMs : state.atMs,
  };
  if (state.kind === 'running') return { ...common, task_status: 'processing' };
  const entry = bill.entries.find(({ jobId }) => jobId === id);
  const microUsd = entry?.state === 'charged' ? entry.microUsd : 0;
  const dollars = String(microUsd / 1e6);
  const deduction =
    paysFrom === 'balance'
      ? {
          final_unit_deduction: '0',
          final_balance_deduction: { quota: dollars, list_price: dollars },
        }
      : { final_unit_deduction: String(microUsd / MICRO_USD_PER_UNIT) };
  if (state.kind === 'failed') {
    return {
      ...common,
      ...deduction,
      task_status: 'failed',
      task_status_msg: state.error.message,
    };
  }
  const video = { id: `vid_${id}`, url: state.url, duration: String(state.seconds) };
  return { ...common, ...deduction, task_status: 'succeed', task_result: { videos: [video] } };
}

function succeed(data: Record<string, unknown>): Reply {
  return jsonReply(200, { code: 0, message: 'SUCCEED', request_id: 'emulated', data });
}

function refuse(status: number, code: number, message: string): Reply {
  return jsonReply(status, { code, message, request_id: 'emulated' });
}
