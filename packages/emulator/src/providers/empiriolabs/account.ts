import { type Exchange, jsonReply, type Reply } from '../../http/exchange.ts';
import type { Bill } from '../bill.ts';
import type { Job } from '../jobs.ts';
import { isoTime } from './job-body.ts';
import { EMPIRIOLABS_MODEL } from './request.ts';

/** `GET /v1/account/usage`: the balance, and one event for each accepted request, newest first. */
export function describeUsage(
  exchange: Exchange,
  jobs: readonly Job[],
  bill: Bill,
  creditsMicroUsd: number,
): Reply {
  const query = exchange.url.searchParams;
  const limit = Number(query.get('limit') ?? 100);
  const from = Date.parse(query.get('from') ?? '');
  const to = Date.parse(query.get('to') ?? '');
  const before = query.get('before');
  const all = jobs
    .filter((job) => Number.isNaN(from) || job.acceptedAtMs >= from)
    .filter((job) => Number.isNaN(to) || job.acceptedAtMs <= to)
    .map((job) => describeEvent(job, bill))
    .filter(({ model }) => (query.get('model') ?? model) === model)
    .filter(({ status }) => (query.get('status') ?? status) === status);
  const start = before === null ? 0 : all.findIndex(({ id }) => id === before) + 1;
  const data = all.slice(start, start + limit);
  const more = start + limit < all.length;
  return jsonReply(200, {
    object: 'list',
    balance: {
      amount: (creditsMicroUsd - bill.totalMicroUsd('empiriolabs')) / 1e6,
      currency: 'USD',
    },
    data,
    has_more: more,
    next_cursor: more ? (data.at(-1)?.id ?? null) : null,
  });
}

function describeEvent(job: Job, bill: Bill) {
  const entry = bill.entries.find(({ jobId }) => jobId === job.id);
  const failed = job.state.kind === 'failed';
  return {
    id: `use_${job.id.replace(/^job_/, '')}`,
    object: 'usage_event',
    created_at: isoTime(job.acceptedAtMs),
    source: 'api',
    model: job.order.model,
    endpoint: '/v1/videos/generations',
    tokens: null,
    cost: {
      amount: entry?.state === 'charged' ? entry.microUsd / 1e6 : 0,
      currency: 'USD',
    },
    status: failed ? 'error' : 'success',
    status_code: 202,
    error: job.state.kind === 'failed' ? job.state.error : null,
    output_urls: job.state.kind === 'completed' ? [job.state.url] : [],
    metadata: {},
  };
}

/** `GET /v1/models/{id}`. The names inside a pricing row are not documented. */
export const MODEL_CARD = {
  id: EMPIRIOLABS_MODEL,
  object: 'model',
  endpoint: '/v1/videos/generations',
  pricing_rows: [
    { mode: 'std', label: 'Standard (720p)', unit: 'second', price_usd: 0.14 },
    { mode: 'pro', label: 'Pro (1080p)', unit: 'second', price_usd: 0.18 },
  ],
  supported_parameters: [
    { name: 'prompt', type: 'string' },
    { name: 'reference_image', type: 'string' },
    { name: 'reference_video', type: 'string' },
    { name: 'character_orientation', type: 'enum', default: 'image', values: ['image', 'video'] },
    { name: 'mode', type: 'enum', default: 'std', values: ['std', 'pro'] },
    { name: 'duration', type: 'number', default: 5, minimum: 1, maximum: 30 },
    { name: 'keep_original_sound', type: 'boolean', default: true },
  ],
} as const;
