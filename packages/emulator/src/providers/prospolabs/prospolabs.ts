import type { Clock } from '../../clock.ts';
import type { Fault, FaultSite } from '../../faults/fault.ts';
import { type Exchange, jsonReply, type Reply } from '../../http/exchange.ts';
import { CAP_SECONDS, readInputs } from '../../media/read-inputs.ts';
import type { Mount } from '../../server/mount.ts';
import { priceMicroUsd } from '../bill.ts';
import type { Job, JobBook } from '../jobs.ts';
import type { EmulatedProvider } from '../provider.ts';
import type { ProspolabsOptions } from './options.ts';
import { PROSPOLABS_MODEL, readProspolabsRequest } from './request.ts';

const PROSPOLABS_KEY = 'prsp-emulated-key';

/** https://helios-7yg.pages.dev/models/kling-3-motion-control/api/ : $0.076 and $0.10 a second. */
const MICRO_USD_PER_SECOND = { standard: 76_000, pro: 100_000 } as const;

export const prospolabs: EmulatedProvider<ProspolabsOptions> = {
  environment: (base) => ({ PROSPOLABS_BASE_URL: base, PROSPOLABS_API_KEY: PROSPOLABS_KEY }),
  results: { expired: jsonReply(410, { code: 'output_expired' }) },
  create: ({ clock, jobs }, options) => [createProspolabs(clock, jobs, options)],
};

/** `POST /v1/generate`, and the status path that no page documents. */
function createProspolabs(clock: Clock, jobs: JobBook, options: ProspolabsOptions): Mount {
  const statusPath =
    options.statusPath === 'none' ? undefined : `/v1/${options.statusPath ?? 'generations'}/`;

  const submit = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const request = readProspolabsRequest(exchange, options.body ?? 'either');
    if ('status' in request) return refuse(request.status, request.code, request.message);
    const { orientation } = request;
    const inputs = await readInputs(
      'prospolabs',
      { image: request.imageUrl, video: request.videoUrl },
      orientation,
    );
    if ('code' in inputs) return refuse(422, inputs.code, inputs.message);

    const job = jobs.accept(
      {
        provider: 'prospolabs',
        model: PROSPOLABS_MODEL,
        tier: request.quality,
        orientation,
        keepOriginalSound: request.keepOriginalSound,
        prompt: request.prompt,
        inputs,
        seconds: Math.min(inputs.motionSeconds, CAP_SECONDS[orientation]),
        parameters: request.parameters,
        billing: {
          seconds: 'output',
          price: (seconds) =>
            priceMicroUsd(
              options.rounding === 'whole-seconds' ? Math.ceil(seconds) : seconds,
              MICRO_USD_PER_SECOND[request.quality],
            ),
          keepsChargeOnFailure: false,
        },
      },
      'gen_',
    );
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'due' });
    const answer = options.answer ?? 'completed';
    if (request.isAsync || answer !== 'completed') {
      return jsonReply(202, describe(job, answer === 'completed' ? 'queued' : answer));
    }
    await Promise.race([job.settled, clock.wait(options.syncWaitMs ?? Number.POSITIVE_INFINITY)]);
    return describeNow(job);
  };

  const status = async (id: string, fault: Fault | undefined): Promise<Reply> => {
    const job = await jobs.find('prospolabs', id);
    if (job === undefined) return refuse(404, 'generation_not_found', `there is no ${id}`);
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    return describeNow(job);
  };

  const describeNow = (job: Job): Reply => {
    if (job.state.kind === 'running') return jsonReply(200, describe(job, 'processing'));
    if (job.state.kind === 'completed') return jsonReply(200, describe(job, 'completed'));
    const { code, message } = job.state.error;
    if (options.failure === 'http-error') {
      return jsonReply(422, { code, message, generation_id: job.id });
    }
    return jsonReply(200, { ...describe(job, 'failed'), code, message });
  };

  /** Exactly the documented fields; `output_url` once there is one. */
  const describe = (job: Job, word: string): Record<string, unknown> => {
    const { state } = job;
    const endMs = state.kind === 'running' ? clock.nowMs() : state.atMs;
    const estimate = options.estimate ?? ((billedMicroUsd: number) => billedMicroUsd);
    return {
      generation_id: job.id,
      status: word,
      model: job.order.model,
      mode: 'image',
      estimated_cost_usd: estimate(job.microUsd) / 1e6,
      ...(state.kind === 'completed' && word === 'completed' && { output_url: state.url }),
      duration_ms: endMs - job.acceptedAtMs,
    };
  };

  const idOf = (path: string): string | undefined =>
    statusPath !== undefined && path.startsWith(statusPath)
      ? decodeURIComponent(path.slice(statusPath.length))
      : undefined;

  return {
    name: 'prospolabs',
    siteOf({ method, path }): FaultSite | undefined {
      if (method === 'POST') return { at: 'submit', provider: 'prospolabs' };
      if (idOf(path) !== undefined) return { at: 'status', provider: 'prospolabs' };
      return undefined;
    },
    async handle(exchange, fault): Promise<Reply> {
      const { authorization } = exchange.headers;
      if (authorization === undefined) {
        return refuse(401, 'missing_api_key', 'send Authorization: Bearer <key>');
      }
      if (authorization !== `Bearer ${PROSPOLABS_KEY}`) {
        return refuse(401, 'invalid_api_key', 'the key is not known');
      }
      const { method, path } = exchange;
      const id = idOf(path);
      if (method === 'POST' && path === '/v1/generate') return submit(exchange, fault);
      if (method === 'GET' && id !== undefined) return status(id, fault);
      return refuse(404, 'not_found', `there is no ${method} ${path}`);
    },
    errorBody: (status) => ({ code: errorCode(status), message: `emulated HTTP ${status}` }),
  };
}

function refuse(status: number, code: string, message: string): Reply {
  return jsonReply(status, { code, message });
}

function errorCode(status: number): string {
  if (status === 402) return 'insufficient_balance';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'internal_error' : 'request_refused';
}
