import type { Fault, FaultSite } from '../../faults/fault.ts';
import { type Exchange, jsonReply, type Reply, textReply } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import { readInputs } from '../../media/read-inputs.ts';
import type { Mount } from '../../server/mount.ts';
import type { Orientation } from '../../types.ts';
import { priceMicroUsd } from '../bill.ts';
import { checkFields, type FieldRule } from '../check-body.ts';
import type { Job } from '../jobs.ts';
import type { EmulatedProvider, ProviderServices } from '../provider.ts';
import { createWavespeedMedia, type WavespeedMedia } from './media.ts';

export interface WavespeedOptions {
  /** Where a prediction is polled: the guide and the model pages disagree, so both by default. */
  readonly statusPath?: 'result' | 'prediction' | 'either';
}

const KEY = 'ws-emulated-key';
const UPLOAD = '/api/v3/media/upload/binary';
const MODEL = /^\/api\/v3\/(kwaivgi\/kling-(v3\.0|v2\.6)-(std|pro)\/motion-control)$/;
/** What clients quote from the model pages: $0.378 up to 3 s, $0.84 for 5 s of pro; of 2.6, $0.21 and $0.34 up to 3 s. */
const MICRO_USD_PER_SECOND = {
  'v3.0': { std: 126_000, pro: 168_000 },
  'v2.6': { std: 70_000, pro: 112_000 },
} as const;
const SHORTEST_BILLED_SECONDS = 3;

const FIELDS: Readonly<Record<string, FieldRule>> = {
  image: { type: 'url', required: true },
  video: { type: 'url', required: true },
  character_orientation: { type: 'enum', values: ['image', 'video'], required: true },
  prompt: { type: 'string' },
  negative_prompt: { type: 'string' },
  keep_original_sound: { type: 'boolean' },
};

/** Version 3 of the predictions API: every answer is `{code, message, data}`. */
export const wavespeed: EmulatedProvider<WavespeedOptions> = {
  environment: (base) => ({ WAVESPEED_BASE_URL: base, WAVESPEED_API_KEY: KEY }),
  results: { expired: textReply(404, 'no such file') },
  create(services, options) {
    const media = createWavespeedMedia(services.origin);
    return [createWavespeed(services, media, options), media.cdn];
  },
};

function createWavespeed(
  services: ProviderServices,
  media: WavespeedMedia,
  options: WavespeedOptions,
): Mount {
  const { jobs } = services;
  const tails = { result: ['/result'], prediction: [''], either: ['', '/result'] }[
    options.statusPath ?? 'either'
  ];
  const idOf = (path: string): string | undefined => {
    const [, id, tail = ''] = /^\/api\/v3\/predictions\/([^/]+)(\/result)?$/.exec(path) ?? [];
    return id !== undefined && tails.includes(tail) ? decodeURIComponent(id) : undefined;
  };

  const submit = async (exchange: Exchange, fault: Fault | undefined): Promise<Reply> => {
    const [, model = '', version, word] = MODEL.exec(exchange.path) ?? [];
    const { json: body } = exchange;
    if (model === '') return refuse(404, 'Product not found');
    if (!isRecord(body)) return refuse(400, 'the body is not a JSON object');
    const problem = checkFields(body, FIELDS);
    if (problem !== undefined) return refuse(400, problem.message);
    const prices = MICRO_USD_PER_SECOND[version === 'v2.6' ? 'v2.6' : 'v3.0'];
    const tier = word === 'pro' ? 'pro' : 'std';
    const orientation: Orientation = body.character_orientation === 'video' ? 'video' : 'image';
    const urls = { image: String(body.image), video: String(body.video) };
    const inputs = await readInputs('wavespeed', urls, orientation);
    if ('code' in inputs) return refuse(400, inputs.message);

    const job = jobs.accept(
      {
        provider: 'wavespeed',
        model,
        tier: tier === 'pro' ? 'pro' : 'standard',
        orientation,
        keepOriginalSound: body.keep_original_sound !== false,
        prompt: typeof body.prompt === 'string' ? body.prompt : undefined,
        inputs,
        seconds: inputs.motionSeconds,
        parameters: body,
        billing: {
          // Billed by the reference, never less than 3 s of it.
          seconds: Math.max(SHORTEST_BILLED_SECONDS, inputs.motionSeconds),
          price: (seconds) => priceMicroUsd(seconds, prices[tier]),
          keepsChargeOnFailure: false,
        },
      },
      'pred_',
    );
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'due' });
    const get = `https://api.wavespeed.ai/api/v3/predictions/${job.id}/result`;
    return succeed({ ...describe(job), status: 'created', urls: { get } });
  };

  const status = async (id: string, fault: Fault | undefined): Promise<Reply> => {
    const job = await jobs.find('wavespeed', id);
    if (job === undefined) return refuse(404, 'prediction not found');
    if (fault?.kind === 'job-fails') job.fail(fault, { ...fault, when: 'now' });
    return succeed(describe(job));
  };

  return {
    name: 'wavespeed',
    siteOf({ method, path }): FaultSite | undefined {
      if (path === UPLOAD) return { at: 'upload', provider: 'wavespeed' };
      if (method === 'POST') return { at: 'submit', provider: 'wavespeed' };
      return idOf(path) === undefined ? undefined : { at: 'status', provider: 'wavespeed' };
    },
    async handle(exchange, fault): Promise<Reply> {
      const { method, path, headers } = exchange;
      if (headers.authorization !== `Bearer ${KEY}`) return refuse(401, 'Unauthorized');
      const id = idOf(path);
      if (method === 'POST' && path === UPLOAD) return media.store(exchange);
      if (method === 'POST') return submit(exchange, fault);
      if (method === 'GET' && id !== undefined) return status(id, fault);
      return refuse(404, `there is no ${method} ${path}`);
    },
    errorBody: (code) => ({ code, message: `emulated HTTP ${code}` }),
  };
}

function describe({ id, order, acceptedAtMs, state }: Job): Record<string, unknown> {
  const common = { id, model: order.model, created_at: new Date(acceptedAtMs).toISOString() };
  switch (state.kind) {
    case 'running':
      return { ...common, status: 'processing', outputs: [] };
    case 'failed':
      return { ...common, status: 'failed', outputs: [], error: state.error.message };
    case 'completed':
      return {
        ...common,
        status: 'completed',
        outputs: [state.url],
        timings: { inference: state.atMs - acceptedAtMs },
      };
  }
}

function succeed(data: Record<string, unknown>): Reply {
  return jsonReply(200, { code: 200, message: 'success', data });
}

function refuse(code: number, message: string): Reply {
  return jsonReply(code, { code, message });
}
