import type { Clock } from '../../clock.ts';
import type { Fault, FaultSite } from '../../faults/fault.ts';
import { type Exchange, jsonReply, type Reply, textReply } from '../../http/exchange.ts';
import { CAP_SECONDS, readInputs } from '../../media/read-inputs.ts';
import type { Mount } from '../../server/mount.ts';
import { type Bill, priceMicroUsd } from '../bill.ts';
import type { Job, JobBook } from '../jobs.ts';
import type { EmulatedProvider } from '../provider.ts';
import { createRateLimit } from '../rate-limit.ts';
import { describeUsage, MODEL_CARD } from './account.ts';
import { errorBodyFor, refuse } from './errors.ts';
import { describeJob } from './job-body.ts';
import type { EmpiriolabsOptions } from './options.ts';
import { EMPIRIOLABS_MODEL, readEmpiriolabsRequest } from './request.ts';

const EMPIRIOLABS_KEY = 'sk-empiriolabs-emulated-key';

/** https://empiriolabs.ai/models/kling-v3-motion-control : $0.14 and $0.18 a second. */
const MICRO_USD_PER_SECOND = { std: 140_000, pro: 180_000 } as const;
const A_MILLION_USD = 1e12;

export const empiriolabs: EmulatedProvider<EmpiriolabsOptions> = {
  environment: (base) => ({ EMPIRIOLABS_BASE_URL: base, EMPIRIOLABS_API_KEY: EMPIRIOLABS_KEY }),
  // Documented as signed links.
  results: { signed: true, expired: textReply(403, 'signature expired') },
  create: ({ clock, jobs, bill }, options) => [createEmpiriolabs(clock, jobs, bill, options)],
};

/** `POST /v1/videos/generations` and the job, usage and model endpoints. */
function createEmpiriolabs(
  clock: Clock,
  jobs: JobBook,
  bill: Bill,
  options: EmpiriolabsOptions,
): Mount {
  const fitsLimit = createRateLimit(clock, options.requestsPerMinute ?? Number.POSITIVE_INFINITY);
  const creditsMicroUsd = options.creditsMicroUsd ?? A_MILLION_USD;

  const submit = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const request = readEmpiriolabsRequest(exchange, options.promptRequired ?? false);
    if ('code' in request) return refuse(request.code, request.message);
    const { orientation } = request;
    const inputs = await readInputs(
      'empiriolabs',
      { image: request.imageUrl, video: request.videoUrl },
      orientation,
      undefined,
      { formats: ['mp4', 'mov', 'webm'] },
    );
    if ('code' in inputs) return refuse('invalid_request', inputs.message);

    // The page: capped at 10 or 30 by orientation. So more is not refused, and not billed.
    const seconds = Math.min(request.seconds, CAP_SECONDS[orientation]);
    const price = (billed: number) => priceMicroUsd(billed, MICRO_USD_PER_SECOND[request.mode]);
    if (bill.totalMicroUsd('empiriolabs') + price(seconds) > creditsMicroUsd) {
      return refuse('insufficient_credits', 'the balance does not cover this request');
    }
    const job = jobs.accept(
      {
        provider: 'empiriolabs',
        model: EMPIRIOLABS_MODEL,
        tier: request.mode === 'pro' ? 'pro' : 'standard',
        orientation,
        keepOriginalSound: request.keepOriginalSound,
        prompt: request.prompt,
        inputs,
        seconds: Math.min(seconds, inputs.motionSeconds),
        parameters: request.parameters,
        // https://docs.empiriolabs.ai/billing-credits : an accepted request is billed in full.
        billing: { seconds, price, keepsChargeOnFailure: true },
      },
      'job_',
    );
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'due' });
    const status = options.acceptedWord ?? 'queued';
    return jsonReply(202, { job_id: job.id, status, poll_url: `/v1/jobs/${job.id}` });
  };

  const status = async (id: string, fault: Fault | undefined): Promise<Reply> => {
    const job = await jobs.find('empiriolabs', id);
    if (job === undefined) return refuse('not_found', `there is no job '${id}'`);
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    return jsonReply(200, describeJob(job, options, clock));
  };

  const list = async ({ url }: Exchange): Promise<Reply> => {
    const wanted = url.searchParams.get('status');
    const limit = Number(url.searchParams.get('limit') ?? 25);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
      return refuse('invalid_request', "'limit' must be a whole number from 1 to 100");
    }
    if (wanted !== null && !['processing', 'completed', 'failed'].includes(wanted)) {
      return refuse('invalid_request', "'status' must be one of: processing, completed, failed");
    }
    const found = (await jobs.list('empiriolabs'))
      .filter((job) => wanted === null || listedAs(job) === wanted)
      .slice(0, limit);
    const data = found.map((job) => ({
      ...describeJob(job, options, clock),
      model: job.order.model,
      ...((options.listsInputs ?? true) ? { input: job.order.parameters } : {}),
    }));
    return jsonReply(200, { object: 'list', data });
  };

  const route = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const { method, path } = exchange;
    const jobId = jobIdOf(path);
    if (method === 'POST' && path === '/v1/videos/generations') return submit(exchange, fault);
    if (method === 'GET' && jobId !== undefined) return status(jobId, fault);
    if (method === 'GET' && path === '/v1/jobs') return list(exchange);
    if (method === 'GET' && path === '/v1/account/usage') {
      return describeUsage(exchange, await jobs.list('empiriolabs'), bill, creditsMicroUsd);
    }
    if (method === 'GET' && path === '/v1/models') {
      return jsonReply(200, { object: 'list', data: [MODEL_CARD] });
    }
    if (method === 'GET' && path === `/v1/models/${EMPIRIOLABS_MODEL}`) {
      return jsonReply(200, {
        ...MODEL_CARD,
        pricing_rows: options.pricingRows ?? MODEL_CARD.pricing_rows,
      });
    }
    if (path.startsWith('/v1/models/')) return refuse('model_not_found', `there is no ${path}`);
    return refuse('not_found', `there is no ${method} ${path}`);
  };

  return {
    name: 'empiriolabs',
    siteOf({ method, path }): FaultSite | undefined {
      if (method === 'POST') return { at: 'submit', provider: 'empiriolabs' };
      return { at: jobIdOf(path) === undefined ? 'lookup' : 'status', provider: 'empiriolabs' };
    },
    async handle(exchange, fault): Promise<Reply> {
      const key = readKey(exchange);
      if (key === undefined) return refuse('missing_api_key', 'send Authorization: Bearer <key>');
      if (key !== EMPIRIOLABS_KEY) return refuse('invalid_api_key', 'the key is not known');
      if (!fitsLimit()) {
        const headers =
          options.retryAfter === undefined ? {} : { 'retry-after': options.retryAfter };
        return refuse('rate_limit_exceeded', 'too many requests in this minute', headers);
      }
      return route(exchange, fault);
    },
    errorBody: errorBodyFor,
  };
}

function readKey({ headers }: Exchange): string | undefined {
  const plain = headers['x-api-key'];
  if (typeof plain === 'string') return plain;
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
}

function jobIdOf(path: string): string | undefined {
  const id = /^\/v1\/jobs\/([^/]+)$/.exec(path)?.[1];
  return id === undefined ? undefined : decodeURIComponent(id);
}

function listedAs({ state }: Job): 'processing' | 'completed' | 'failed' {
  return state.kind === 'running' ? 'processing' : state.kind;
}
