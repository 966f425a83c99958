import type { Fault, FaultSite } from '../faults/fault.ts';
import { type Exchange, jsonReply, type Reply } from '../http/exchange.ts';
import { isRecord } from '../json.ts';
import { readInputs } from '../media/read-inputs.ts';
import type { Mount } from '../server/mount.ts';
import type { Orientation } from '../types.ts';
import type { Bill } from './bill.ts';
import { checkFields, type FieldRule } from './check-body.ts';
import type { Job } from './jobs.ts';
import type { EmulatedProvider, ProviderServices } from './provider.ts';

export interface KieOptions {
  /** Refusals of its own as HTTP 200 with a `code` in the body (default), or with that HTTP status. */
  readonly refusals?: 'in-body' | 'http';
  /** Credits a second; the list says 20 and 27 for Kling 3.0, and 30 were measured. */
  readonly creditsPerSecond?: number;
  /** Credits of the account before anything is bought. */
  readonly credits?: number;
  /** Whether `recordInfo` tells `creditsConsumed`, which its documentation does not name. */
  readonly tellsCredits?: boolean;
}

const KEY = 'kie-emulated-key';
const MICRO_USD_PER_CREDIT = 5_000;
const CREDITS_PER_SECOND: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'kling-3.0/motion-control': { '720p': 20, '1080p': 27 },
  'kling-2.6/motion-control': { '720p': 11, '1080p': 18 },
};

const FIELDS: Readonly<Record<string, FieldRule>> = {
  model: { type: 'string', required: true },
  input: { type: 'object', required: true },
};
const INPUT: Readonly<Record<string, FieldRule>> = {
  prompt: { type: 'string' },
  input_urls: { type: 'one-url', required: true },
  video_urls: { type: 'one-url', required: true },
  // The page's `std` and `pro` are refused, as four clients found.
  mode: { type: 'enum', values: ['720p', '1080p'] },
  character_orientation: { type: 'enum', values: ['image', 'video'] },
  background_source: { type: 'enum', values: ['input_video', 'input_image'] },
};

/** The task API of kie.ai's market: refusals and results are text inside answers of HTTP 200. */
export const kie: EmulatedProvider<KieOptions> = {
  environment: (base) => ({ KIE_BASE_URL: base, KIE_API_KEY: KEY }),
  results: { needsUserAgent: true },
  create: (services, options) => [createKie(services, options)],
};

function createKie({ jobs, bill }: ProviderServices, options: KieOptions): Mount {
  const refuse = (code: number, msg: string): Reply =>
    jsonReply(options.refusals === 'http' ? code : 200, { code, msg });

  const submit = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const { json: body } = exchange;
    if (!isRecord(body)) return refuse(422, 'the body is not a JSON object');
    const problem = checkFields(body, FIELDS);
    if (problem !== undefined) return refuse(422, problem.message);
    const model = String(body.model);
    const prices = CREDITS_PER_SECOND[model];
    if (prices === undefined) return refuse(422, `the model ${model} is not supported`);
    const input = isRecord(body.input) ? body.input : {};
    const wrong = checkFields(input, INPUT);
    if (wrong?.field === 'mode') {
      return refuse(500, 'mode is not within the range of allowed options');
    }
    if (wrong !== undefined) return refuse(422, wrong.message);

    const mode = String(input.mode ?? '720p');
    // "Default: video", other than at every other seller.
    const orientation: Orientation = input.character_orientation === 'image' ? 'image' : 'video';
    const inputs = await readInputs(
      'kie',
      { image: firstOf(input.input_urls), video: firstOf(input.video_urls) },
      orientation,
    );
    if ('code' in inputs) return refuse(422, inputs.message);
    const creditsPerSecond = options.creditsPerSecond ?? prices[mode] ?? 0;
    const job = jobs.accept(
      {
        provider: 'kie',
        model,
        tier: mode === '1080p' ? 'pro' : 'standard',
        orientation,
        keepOriginalSound: true,
        prompt: typeof input.prompt === 'string' ? input.prompt : undefined,
        inputs,
        seconds: inputs.motionSeconds,
        parameters: input,
        billing: {
          seconds: Math.ceil(inputs.motionSeconds - 0.05),
          price: (seconds) => Math.round(seconds * creditsPerSecond * MICRO_USD_PER_CREDIT),
          keepsChargeOnFailure: false,
        },
      },
      'task_',
    );
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'due' });
    return jsonReply(200, { code: 200, msg: 'success', data: { taskId: job.id } });
  };

  const status = async (id: string, fault: Fault | undefined): Promise<Reply> => {
    const job = await jobs.find('kie', id);
    if (job === undefined) return refuse(422, 'recordInfo is null');
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    const credits = options.tellsCredits === false ? {} : { creditsConsumed: creditsOf(job, bill) };
    const data = { ...describe(job), ...credits };
    return jsonReply(200, { code: 200, msg: 'success', data });
  };

  return {
    name: 'kie',
    siteOf({ method, path }): FaultSite | undefined {
      if (method === 'POST') return { at: 'submit', provider: 'kie' };
      return path === '/api/v1/jobs/recordInfo' ? { at: 'status', provider: 'kie' } : undefined;
    },
    async handle(exchange, fault): Promise<Reply> {
      const { method, path, headers, url } = exchange;
      if (headers.authorization !== `Bearer ${KEY}`) {
        return refuse(401, 'You do not have access permissions');
      }
      if (method === 'POST' && path === '/api/v1/jobs/createTask') return submit(exchange, fault);
      if (method === 'GET' && path === '/api/v1/jobs/recordInfo') {
        return status(url.searchParams.get('taskId') ?? '', fault);
      }
      if (method === 'GET' && path === '/api/v1/chat/credit') return describeCredits(bill, options);
      return refuse(404, `there is no ${method} ${path}`);
    },
    errorBody: (code) => ({ code, msg: `emulated HTTP ${code}` }),
  };
}

/** `resultJson` and `param` are JSON texts inside the JSON. */
function describe({ id, order, acceptedAtMs, state }: Job): Record<string, unknown> {
  const common = {
    taskId: id,
    model: order.model,
    param: JSON.stringify({ model: order.model, input: order.parameters }),
    createTime: acceptedAtMs,
    updateTime: state.kind === 'running' ? acceptedAtMs : state.atMs,
    completeTime: state.kind === 'running' ? null : state.atMs,
    resultJson: '',
    failCode: '',
    failMsg: '',
  };
  switch (state.kind) {
    case 'running':
      return { ...common, state: 'generating' };
    case 'failed':
      return {
        ...common,
        state: 'fail',
        failCode: state.error.code,
        failMsg: state.error.message,
      };
    case 'completed':
      return {
        ...common,
        state: 'success',
        resultJson: JSON.stringify({ resultUrls: [state.url] }),
      };
  }
}

/** docs.kie.ai/common-api/get-account-credits: the number alone. */
function describeCredits(bill: Bill, { credits = 10_000 }: KieOptions): Reply {
  const spent = bill.totalMicroUsd('kie') / MICRO_USD_PER_CREDIT;
  return jsonReply(200, { code: 200, msg: 'success', data: credits - spent });
}

function creditsOf(job: Job, bill: Bill): number {
  const entry = bill.entries.find(({ jobId }) => jobId === job.id);
  return entry?.state === 'charged' ? entry.microUsd / MICRO_USD_PER_CREDIT : 0;
}

function firstOf(urls: unknown): string {
  return Array.isArray(urls) ? String(urls[0]) : '';
}
