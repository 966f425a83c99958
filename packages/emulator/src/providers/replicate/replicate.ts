import type { Clock } from '../../clock.ts';
import type { Fault, FaultSite } from '../../faults/fault.ts';
import { type Exchange, jsonReply, type Reply } from '../../http/exchange.ts';
import { CAP_SECONDS, readInputs } from '../../media/read-inputs.ts';
import type { Mount } from '../../server/mount.ts';
import type { Tier } from '../../types.ts';
import { priceMicroUsd } from '../bill.ts';
import type { Job, JobBook } from '../jobs.ts';
import type { EmulatedProvider } from '../provider.ts';
import { createReplicateFiles } from './files.ts';
import { type ReplicateModel, readReplicateRequest } from './request.ts';

const REPLICATE_TOKEN = 'r8_emulated_token';

/** A second of output: as copies of the newer model's page quote it, and as one client says of the older one. */
const MICRO_USD_PER_SECOND = {
  'kwaivgi/kling-v3-motion-control': { standard: 70_000, pro: 120_000 },
  'kwaivgi/kling-v2.6-motion-control': { standard: 90_000, pro: 150_000 },
} as const satisfies Record<ReplicateModel, Record<Tier, number>>;
const SUBMIT = /^\/v1\/models\/(kwaivgi\/kling-v(?:3|2\.6)-motion-control)\/predictions$/;
/** https://replicate.com/docs/topics/predictions/data-retention */
const RETENTION_MS = 3_600_000;
const PAGE_SIZE = 100;
const PREDICTION = /^\/v1\/predictions\/([^/]+)(\/cancel)?$/;

export const replicate: EmulatedProvider<object> = {
  environment: (base) => ({ REPLICATE_BASE_URL: base, REPLICATE_API_TOKEN: REPLICATE_TOKEN }),
  create: ({ origin, clock, jobs }) => [createReplicate(origin, clock, jobs)],
};

/** `POST /v1/models/{owner}/{name}/predictions`, the predictions and the files. */
function createReplicate(origin: string, clock: Clock, jobs: JobBook): Mount {
  const files = createReplicateFiles(origin, clock);

  const submit = async (
    exchange: Exchange,
    model: ReplicateModel,
    fault: Fault | undefined,
  ): Promise<Reply> => {
    const request = readReplicateRequest(exchange, model);
    if ('problem' in request) return refuse(422, 'Input validation failed', request.problem);
    const { orientation, tier } = request;
    const inputs = await readInputs(
      'replicate',
      { image: request.imageUrl, video: request.videoUrl },
      orientation,
      files.read,
    );
    if ('code' in inputs) return refuse(422, 'Input validation failed', inputs.message);
    const job = jobs.accept(
      {
        provider: 'replicate',
        model,
        tier,
        orientation,
        keepOriginalSound: request.keepOriginalSound,
        prompt: request.prompt,
        inputs,
        seconds: Math.min(inputs.motionSeconds, CAP_SECONDS[orientation]),
        parameters: request.parameters,
        billing: {
          seconds: 'output',
          price: (seconds) => priceMicroUsd(seconds, MICRO_USD_PER_SECOND[model][tier]),
          keepsChargeOnFailure: false,
        },
      },
      'pred',
    );
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'due' });
    return jsonReply(201, describe(job, 'starting'));
  };

  const describe = (job: Job, running: 'starting' | 'processing') => {
    const word = job.isQueued ? 'starting' : running;
    const { state } = job;
    const get = `${origin}/replicate/v1/predictions/${job.id}`;
    const isRemoved = state.kind !== 'running' && clock.nowMs() >= state.atMs + RETENTION_MS;
    return {
      id: job.id,
      model: job.order.model,
      version: 'hidden',
      input: isRemoved ? {} : job.order.parameters,
      logs: '',
      output: state.kind === 'completed' && !isRemoved ? state.url : null,
      data_removed: isRemoved,
      error: state.kind === 'failed' ? state.error.message : null,
      source: 'api',
      status: wordOf(job, word),
      created_at: new Date(job.acceptedAtMs).toISOString(),
      urls: { get, cancel: `${get}/cancel` },
      ...(state.kind === 'running'
        ? {}
        : {
            completed_at: new Date(state.atMs).toISOString(),
            metrics: { predict_time: Math.max(0, state.atMs - job.startsAtMs) / 1_000 },
          }),
    };
  };

  const prediction = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const [, encoded = '', step] = PREDICTION.exec(exchange.path) ?? [];
    const job = await jobs.find('replicate', decodeURIComponent(encoded));
    if (job === undefined) return refuse(404, 'Not found', 'The requested resource is not there.');
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    if (step === undefined && exchange.method === 'GET') {
      return jsonReply(200, describe(job, 'processing'));
    }
    if (step === undefined || exchange.method !== 'POST') {
      return refuse(405, 'Method not allowed', exchange.method);
    }
    if (job.state.kind === 'running') {
      // The word is the same for both; the time it ran is paid for (lifecycle page).
      const billed = !job.isQueued;
      job.fail({ code: 'canceled', message: 'Prediction canceled' }, { when: 'now', billed });
    }
    return jsonReply(200, describe(job, 'processing'));
  };

  const list = async (): Promise<Reply> => {
    const newest = (await jobs.list('replicate')).slice(0, PAGE_SIZE);
    const results = newest.map((job) => describe(job, 'processing'));
    return jsonReply(200, { previous: null, next: null, results });
  };

  const modelOf = ({ method, path }: Exchange): ReplicateModel | undefined => {
    const [, model] = (method === 'POST' ? SUBMIT.exec(path) : null) ?? [];
    return model !== undefined && isModel(model) ? model : undefined;
  };

  return {
    name: 'replicate',
    siteOf(exchange): FaultSite | undefined {
      const { path } = exchange;
      if (path.startsWith('/v1/files')) return { at: 'upload', provider: 'replicate' };
      if (modelOf(exchange) !== undefined) return { at: 'submit', provider: 'replicate' };
      const [isPrediction, , step] = PREDICTION.exec(path) ?? [];
      if (isPrediction === undefined) return { at: 'lookup', provider: 'replicate' };
      return { at: step === undefined ? 'status' : 'cancel', provider: 'replicate' };
    },
    async handle(exchange, fault): Promise<Reply> {
      if (exchange.headers.authorization !== `Bearer ${REPLICATE_TOKEN}`) {
        return refuse(401, 'Unauthenticated', 'You did not pass a valid authentication token');
      }
      const { method, path } = exchange;
      const model = modelOf(exchange);
      if (model !== undefined) return submit(exchange, model, fault);
      if (method === 'GET' && path === '/v1/predictions') return list();
      if (PREDICTION.test(path)) return prediction(exchange, fault);
      if (method === 'POST' && path === '/v1/files') return files.store(exchange);
      const found = files.describe(path.replace('/v1/files/', ''));
      return found ?? refuse(404, 'Not found', 'The requested resource is not there.');
    },
    errorBody: (status) => ({ title: 'Emulated', detail: `emulated HTTP ${status}`, status }),
  };
}

function isModel(name: string): name is ReplicateModel {
  return Object.hasOwn(MICRO_USD_PER_SECOND, name);
}

/** https://replicate.com/docs/topics/predictions/lifecycle */
function wordOf({ state }: Job, running: 'starting' | 'processing'): string {
  if (state.kind === 'running') return running;
  if (state.kind === 'completed') return 'succeeded';
  return ['canceled', 'aborted'].includes(state.error.code) ? state.error.code : 'failed';
}

function refuse(status: number, title: string, detail: string): Reply {
  return jsonReply(status, { title, detail, status });
}
