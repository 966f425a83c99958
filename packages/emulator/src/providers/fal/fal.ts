import type { Fault, FaultSite } from '../../faults/fault.ts';
import { type Exchange, jsonReply, type Reply } from '../../http/exchange.ts';
import { CAP_SECONDS, readInputs } from '../../media/read-inputs.ts';
import type { Mount } from '../../server/mount.ts';
import type { Tier } from '../../types.ts';
import { priceMicroUsd } from '../bill.ts';
import type { Job, JobBook } from '../jobs.ts';
import type { EmulatedProvider } from '../provider.ts';
import type { FalOptions } from './options.ts';
import { type FalModel, type FalVersion, readFalRequest } from './request.ts';
import { createFalStorage, type FalStorage } from './storage.ts';

const FAL_KEY = 'emulated-key-id:emulated-secret';

/** As the model pages are quoted, a second of output. */
const MICRO_USD_PER_SECOND: Readonly<Record<FalVersion, Readonly<Record<Tier, number>>>> = {
  v3: { standard: 126_000, pro: 168_000 },
  'v2.6': { standard: 70_000, pro: 112_000 },
};
const SUBMIT = /^\/fal-ai\/kling-video\/(v3|v2\.6)\/(standard|pro)\/motion-control$/;
const REQUEST = /^\/fal-ai\/kling-video\/requests\/([^/]+)(\/status|\/cancel)?$/;

/** An error type of docs.fal.ai/errors; that a cancelled request ends with it was seen on running ones. */
const CANCELLED = 'client_cancelled';

export const fal: EmulatedProvider<FalOptions> = {
  environment: (base) => ({
    FAL_BASE_URL: base,
    FAL_STORAGE_BASE_URL: `${base}/rest`,
    FAL_PLATFORM_BASE_URL: `${base}/platform`,
    FAL_KEY,
  }),
  create({ origin, jobs }, options) {
    const storage = createFalStorage(origin);
    return [createFal(origin, jobs, storage, options), storage.cdn];
  },
};

/** The queue (docs.fal.ai/documentation/model-apis/inference/queue), the storage and the price list. */
function createFal(origin: string, jobs: JobBook, storage: FalStorage, options: FalOptions): Mount {
  const submit = async (exchange: Exchange, sold: FalModel, fault: Fault | undefined) => {
    const { version, tier } = sold;
    const request = readFalRequest(exchange, sold);
    if ('status' in request) return refuse(request.status, request.detail);
    const { orientation } = request;
    const inputs = await readInputs(
      'fal',
      { image: request.imageUrl, video: request.videoUrl },
      orientation,
    );
    if ('code' in inputs) {
      const field = inputs.code === 'unsupported_image' ? 'image_url' : 'video_url';
      return refuse(422, [{ loc: ['body', field], msg: inputs.message, type: inputs.code }]);
    }
    const job = jobs.accept(
      {
        provider: 'fal',
        model: `fal-ai/kling-video/${version}/${tier}/motion-control`,
        tier,
        orientation,
        keepOriginalSound: request.keepOriginalSound,
        prompt: request.prompt,
        inputs,
        seconds: Math.min(inputs.motionSeconds, CAP_SECONDS[orientation]),
        parameters: request.parameters,
        billing: {
          seconds: 'output',
          price: (seconds) =>
            priceMicroUsd(billedSeconds(seconds), MICRO_USD_PER_SECOND[version][tier]),
          keepsChargeOnFailure: false,
        },
      },
      'req-',
    );
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'due' });
    const host = options.addresses === 'real' ? 'https://queue.fal.run' : `${origin}/fal`;
    const base = `${host}/fal-ai/kling-video/requests/${job.id}`;
    return jsonReply(200, {
      status: 'IN_QUEUE',
      request_id: job.id,
      response_url: base,
      status_url: `${base}/status`,
      cancel_url: `${base}/cancel`,
      queue_position: options.queuedBehind ?? 0,
    });
  };

  /** Requests ahead of a job, until it was said that it is next. */
  const ahead = new Map<string, number>();

  const status = (job: Job): Reply => {
    const { state } = job;
    const queuePosition = ahead.get(job.id) ?? options.queuedBehind;
    const isStillBehind = queuePosition !== undefined && queuePosition >= 0;
    if (isStillBehind || job.isQueued) {
      if (isStillBehind) ahead.set(job.id, queuePosition - 1);
      return jsonReply(202, {
        status: 'IN_QUEUE',
        request_id: job.id,
        queue_position: isStillBehind ? queuePosition : 0,
      });
    }
    if (state.kind === 'running') {
      return jsonReply(202, { status: 'IN_PROGRESS', request_id: job.id, logs: null });
    }
    const trouble =
      state.kind === 'failed' && options.failure === 'status'
        ? { error: state.error.message, error_type: state.error.code }
        : {};
    const inferenceSeconds = Math.max(0, state.atMs - job.startsAtMs) / 1_000;
    return jsonReply(200, {
      status: 'COMPLETED',
      request_id: job.id,
      logs: null,
      metrics: { inference_time: inferenceSeconds },
      ...trouble,
    });
  };

  const result = (job: Job): Reply => {
    const { state } = job;
    if (state.kind === 'running') return refuse(400, 'Request is still in progress');
    if (state.kind === 'failed') {
      const { code, message } = state.error;
      if (code === CANCELLED) {
        const body = { detail: message, error_type: code };
        return jsonReply(499, body, { 'x-fal-error-type': code });
      }
      return refuse(422, [{ loc: ['body', 'video_url'], msg: message, type: code }]);
    }
    const units = { seconds: String(billedSeconds(state.seconds)), videos: '1', absent: undefined }[
      options.billableUnits ?? 'seconds'
    ];
    return jsonReply(
      200,
      { video: { url: state.url } },
      {
        'x-fal-request-id': job.id,
        ...(units !== undefined && { 'x-fal-billable-units': units }),
      },
    );
  };

  /** docs: handle-cancellations. Out of the queue it is removed; a runner gets a signal. */
  const cancel = (job: Job): Reply => {
    if (options.startsBeforeCancel === true) job.start();
    if (job.state.kind !== 'running') return jsonReply(400, { status: 'ALREADY_COMPLETED' });
    const cancelled = { code: CANCELLED, message: 'Request was cancelled' };
    if (job.isQueued) job.fail(cancelled, { when: 'now', billed: false });
    else if (options.cancelSignal === 'heeded') job.fail(cancelled, { when: 'now', billed: true });
    return jsonReply(202, { status: 'CANCELLATION_REQUESTED' });
  };

  const requests = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const [, encoded = '', step = ''] = REQUEST.exec(exchange.path) ?? [];
    const job = await jobs.find('fal', decodeURIComponent(encoded));
    if (job === undefined) return refuse(404, 'Request not found');
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    if (exchange.method === 'GET' && step === '/status') return status(job);
    if (exchange.method === 'GET' && step === '') return result(job);
    if (exchange.method === 'PUT' && step === '/cancel') return cancel(job);
    return refuse(405, 'Method Not Allowed');
  };

  return {
    name: 'fal',
    siteOf({ method, path }): FaultSite | undefined {
      if (storage.isBegin(path)) return { at: 'upload', provider: 'fal' };
      if (method === 'POST') return { at: 'submit', provider: 'fal' };
      const [isRequest, , step] = REQUEST.exec(path) ?? [];
      if (isRequest === undefined) return { at: 'lookup', provider: 'fal' };
      if (step === '/cancel') return { at: 'cancel', provider: 'fal' };
      return { at: step === undefined && method === 'GET' ? 'result' : 'status', provider: 'fal' };
    },
    async handle(exchange, fault): Promise<Reply> {
      if (exchange.headers.authorization !== `Key ${FAL_KEY}`) {
        return refuse(401, 'No user found for Key ID and Secret');
      }
      const { method, path } = exchange;
      const sold = readModel(path);
      if (method === 'POST' && sold !== undefined) return submit(exchange, sold, fault);
      if (REQUEST.test(path)) return requests(exchange, fault);
      if (storage.isBegin(path)) return storage.begin(exchange);
      if (method === 'GET' && path === '/platform/v1/models/pricing') return listPrices(exchange);
      return refuse(404, `Path ${path} not found`);
    },
    errorBody: (statusCode) => ({ detail: `emulated HTTP ${statusCode}` }),
  };
}

/** Seen on models that are billed by the second: thousandths of one, not rounded to whole ones. */
function billedSeconds(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

/** docs.fal.ai/platform-apis/v1/models/pricing */
function listPrices({ url }: Exchange): Reply {
  const wanted = url.searchParams.getAll('endpoint_id');
  const prices = wanted.flatMap((id) => {
    const sold = readModel(`/${id}`);
    if (sold === undefined) return [];
    const unitPrice = MICRO_USD_PER_SECOND[sold.version][sold.tier] / 1e6;
    return [{ endpoint_id: id, unit_price: unitPrice, unit: 'seconds', currency: 'USD' }];
  });
  return jsonReply(200, { prices, has_more: false, next_cursor: null });
}

/** What a path sells. */
function readModel(path: string): FalModel | undefined {
  const [, version, tier] = SUBMIT.exec(path) ?? [];
  if (version === undefined) return undefined;
  return {
    version: version === 'v2.6' ? 'v2.6' : 'v3',
    tier: tier === 'pro' ? 'pro' : 'standard',
  };
}

function refuse(status: number, detail: unknown): Reply {
  return jsonReply(status, { detail });
}
