import { Readable } from 'node:stream';
import type { HttpPort, WireRequest, WireResponse } from '../src/ports.ts';
import type { Core } from './core.ts';
import type { Answer, Process } from './process.ts';
import {
  type BilledJob,
  type Companies,
  type Order,
  type ProviderName,
  rates,
} from './provider.ts';
import type { World } from './world.ts';

/** Where the environment says that the providers are. */
export const environment = {
  EMPIRIOLABS_BASE_URL: 'http://127.0.0.1:9001',
  EMPIRIOLABS_API_KEY: 'key-of-empiriolabs',
  PROSPOLABS_BASE_URL: 'http://127.0.0.1:9002',
  PROSPOLABS_API_KEY: 'key-of-prospolabs',
  LISTING_BASE_URL: 'http://127.0.0.1:9003',
  LISTING_API_KEY: 'key-of-listing',
};
const FILMS = 'http://127.0.0.1:9004/films/';
/** Images and clips, read from a public repository at its commit. */
export const REPOSITORY = 'owner/animations';
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';
export const ASSETS = `https://raw.githubusercontent.com/${REPOSITORY}/${COMMIT}/`;
export const ASSET_BYTES = 40_000;

const PACE_MS = 10_000;
const RETRY_AFTER_SECONDS = 20;

const providerByPort: Readonly<Record<string, ProviderName>> = {
  9001: 'empiriolabs',
  9002: 'prospolabs',
  9003: 'listing',
};

type Reply = Answer<WireResponse>;

/** The wire between one process and the companies, in the formats that the adapters speak. */
export class FakeNetwork {
  readonly companies: Companies;
  faultRate = 0;
  /** Whether a company takes one purchase within `PACE_MS`, and refuses the next for the rate. */
  isPaced = false;
  onPaused: (process: Process, provider: ProviderName, forMs: number) => void = () => {};
  private readonly takenAtMs = new Map<ProviderName, number>();
  private readonly world: World;
  private readonly core: Core;
  private readonly fetches = new Map<string, number>();

  constructor(world: World, core: Core, companies: Companies) {
    this.world = world;
    this.core = core;
    this.companies = companies;
  }

  /** `orders` by provider and address of the image. */
  portFor(process: Process, orders: ReadonlyMap<string, Order>): HttpPort {
    const { world } = this;
    return {
      send: (request) => {
        if (request.url.startsWith(ASSETS)) return process.local(() => this.serveAsset());
        const isPost = request.method === 'POST';
        const answer = process.remote({
          latencyMs: world.random.between(50, isPost ? 3_000 : 1_000),
          signal: request.signal ?? null,
          arrivesAnyway: () => request.method !== 'GET' && world.random.chance(0.5),
          arrive: () => (isPost ? this.take(process, orders, request) : this.answer(request)),
        });
        return this.stamp(
          this.isPaced && isPost ? this.hearRefusal(process, request, answer) : answer,
        );
      },
    };
  }

  /** The clocks of companies are right. */
  private async stamp(answer: Promise<WireResponse>): Promise<WireResponse> {
    const { headers, ...response } = await answer;
    return { ...response, headers: { date: new Date(this.world.nowMs).toUTCString(), ...headers } };
  }

  /** Told apart from other refusals by what it asks for: the account has to wait from now on. */
  private async hearRefusal(
    process: Process,
    { url }: WireRequest,
    answer: Promise<WireResponse>,
  ): Promise<WireResponse> {
    const response = await answer;
    const provider = providerByPort[new URL(url).port];
    if (response.status === 429 && provider != null && 'retry-after' in response.headers)
      this.onPaused(process, provider, RETRY_AFTER_SECONDS * 1_000);
    return response;
  }

  private isTooFast(provider: ProviderName): boolean {
    if (!this.isPaced) return false;
    const { nowMs } = this.world;
    const takenAtMs = this.takenAtMs.get(provider) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - takenAtMs < PACE_MS) return true;
    this.takenAtMs.set(provider, nowMs);
    return false;
  }

  private isFaulty(rate = this.faultRate): boolean {
    if (!this.world.random.chance(rate)) return false;
    this.world.counts.faults += 1;
    return true;
  }

  private lose(afterMs = 0): Reply {
    return { afterMs, error: new this.core.NoAnswerError('the connection was reset') };
  }

  private serveAsset(): WireResponse {
    if (this.isFaulty(this.faultRate / 10)) return reply(404, { message: 'not there' });
    return reply(206, {}, { 'content-range': `bytes 0-0/${ASSET_BYTES}` });
  }

  /** A POST that is about money. */
  private take(process: Process, orders: ReadonlyMap<string, Order>, request: WireRequest): Reply {
    const { random } = this.world;
    const body = JSON.parse(typeof request.body === 'string' ? request.body : '{}');
    const provider = providerByPort[new URL(request.url).port];
    const image: unknown = body.reference_image ?? body.image_url ?? body.image;
    const order = orders.get(`${provider} ${image}`);
    if (order == null) throw new Error(`nobody ordered ${request.body}`);
    const accept = () => this.companies.accept(order, process, body.externalId ?? null);
    const tell = (what: string) =>
      this.world.tell(() => `${process.identity.name} POST ${order.content}: ${what}`);
    if (this.isTooFast(order.provider)) {
      tell('too fast');
      const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) };
      return { afterMs: 0, value: reply(429, { message: 'too many requests' }, headers) };
    }
    if (!this.isFaulty()) return this.confirm(accept(), request);
    const fault = random.weighted({
      'accepted, answer lost': 3,
      'never sent': 2,
      'lost on its way': 2,
      'accepted, 5xx': 3,
      'not accepted, 5xx': 2,
      'rate limit': 2,
      refused: 3,
      'no money left': 1,
      'accepted, stalls': 1,
      'not accepted, stalls': 1,
      'accepted, answer damaged': 1,
      conflict: 1,
    });
    tell(fault);
    const waits = random.between(0, 20_000);
    switch (fault) {
      case 'never sent':
        return { afterMs: 0, error: new this.core.NeverSentError('connect ECONNREFUSED') };
      case 'lost on its way':
        return this.lose(waits);
      case 'accepted, answer lost':
        accept();
        return this.lose(waits);
      case 'accepted, 5xx':
        accept();
        return { afterMs: waits, value: reply(502, { message: 'bad gateway' }) };
      case 'not accepted, 5xx':
        return { afterMs: waits, value: reply(503, { code: 'model_unavailable' }) };
      case 'rate limit':
        return { afterMs: 0, value: reply(429, { message: 'slow down' }) };
      case 'refused':
        this.onRefused(order);
        return { afterMs: 0, value: reply(422, { message: 'no face found' }) };
      case 'no money left':
        return { afterMs: 0, value: reply(402, { message: 'insufficient balance' }) };
      case 'accepted, stalls':
        accept();
        return this.lose(request.headersTimeoutMs);
      case 'not accepted, stalls':
        return this.lose(request.headersTimeoutMs);
      case 'accepted, answer damaged':
        return { afterMs: waits, value: this.damage(accept()) };
      case 'conflict':
        return { afterMs: waits, value: reply(409, { message: 'conflict' }) };
    }
  }

  onRefused: (order: Order) => void = () => {};

  /** Cut off, or with an id that no record can hold: by the time, so that no other history changes. */
  private damage({ id, acceptedAtMs }: BilledJob): WireResponse {
    if (Math.floor(acceptedAtMs) % 2 === 0) return reply(200, '{"job_id": ');
    const endless = id.repeat(20_000);
    return reply(200, { job_id: endless, id: endless, generation_id: endless });
  }

  /** The good answer to a POST. */
  private confirm(job: BilledJob, request: WireRequest): Reply {
    switch (job.order.provider) {
      case 'empiriolabs':
        return { afterMs: 0, value: reply(200, { job_id: job.id, status: 'queued' }) };
      case 'listing':
        return { afterMs: 0, value: reply(201, { id: job.id }) };
      case 'prospolabs': {
        const afterMs = job.readyAtMs - this.world.nowMs;
        if (afterMs > request.headersTimeoutMs) return this.lose(request.headersTimeoutMs);
        return { afterMs, value: reply(200, this.describe(job, true)) };
      }
    }
  }

  /** GETs: a status, a listing, a film. */
  private answer(request: WireRequest): Reply {
    const url = new URL(request.url);
    if (request.url.startsWith(FILMS)) return this.serveFilm(url);
    const provider = providerByPort[url.port];
    if (provider == null) throw new Error(`nobody is at ${request.url}`);
    if (request.method === 'PUT') return this.cancel(url);
    if (this.isFaulty()) {
      return this.world.random.pick<() => Reply>([
        () => this.lose(),
        () => this.lose(request.headersTimeoutMs),
        () => ({ afterMs: 0, value: this.untypedError() }),
        () => ({ afterMs: 0, value: reply(429, {}, { 'retry-after': '7' }) }),
        () => ({ afterMs: 0, value: reply(404, { message: 'no such job (yet)' }) }),
        () => ({ afterMs: 0, value: reply(200, '<html>') }),
        () => ({ afterMs: 0, value: reply(200, { status: 'pondering', jobs: 7 }) }),
      ])();
    }
    if (url.searchParams.has('external_id')) return this.list(url);
    const job = this.companies.find(decodeURIComponent(url.pathname.split('/').at(-1) ?? ''));
    if (job == null) return { afterMs: 0, value: reply(404, { message: 'no such job' }) };
    const told = this.mistaken(job) ?? job;
    const isReady = this.world.nowMs >= told.readyAtMs;
    return { afterMs: 0, value: reply(200, this.describe(told, isReady)) };
  }

  /** A proxy's answer of before, about an earlier job. By the time, not by chance: see `untypedError`. */
  private mistaken({ order }: BilledJob): BilledJob | null {
    const { nowMs } = this.world;
    if (this.faultRate === 0 || Math.floor(nowMs) % 17 !== 0) return null;
    return this.companies.jobs.find((other) => other.order.provider === order.provider) ?? null;
  }

  private cancel({ pathname }: URL): Reply {
    const job = this.companies.find(decodeURIComponent(pathname.split('/').at(-2) ?? ''));
    if (job == null) return { afterMs: 0, value: reply(404, { message: 'no such job' }) };
    const isFaulty = this.isFaulty();
    if (isFaulty && this.world.random.chance(0.5)) return this.lose();
    const status = this.companies.cancel(job);
    if (isFaulty) return this.lose();
    return { afterMs: 0, value: reply(status === 'ALREADY_COMPLETED' ? 400 : 202, { status }) };
  }

  /** What a server or a gateway says when it cannot answer: nothing about the job. */
  private untypedError(): WireResponse {
    // By the time, not by chance: one more kind of error must not change every other history.
    switch (this.world.nowMs % 4) {
      case 0:
        return reply(503, { detail: 'Service unavailable' });
      case 1:
        return reply(400, { detail: 'Request is still in progress' });
      case 2:
        return reply(502, '<html>');
      default:
        return reply(500, { message: 'oops' });
    }
  }

  private list(url: URL): Reply {
    const wanted = url.searchParams.get('external_id');
    const jobs = this.companies.jobs
      .filter((job) => job.correlationId === wanted && job.listedAtMs <= this.world.nowMs)
      .map(({ id, correlationId }) => ({ id, externalId: correlationId }));
    return { afterMs: 0, value: reply(200, { jobs }) };
  }

  private describe(job: BilledJob, isReady: boolean): Record<string, unknown> {
    const isFailed = job.fate.startsWith('failed');
    const status = isFailed ? 'failed' : 'completed';
    const dollars = job.isReported ? { estimated_cost_usd: job.microUsd / 1_000_000 } : {};
    switch (job.order.provider) {
      case 'prospolabs':
        if (!isReady) return { generation_id: job.id, status: 'processing' };
        return isFailed
          ? { generation_id: job.id, status, error: 'the generation failed' }
          : { generation_id: job.id, status, output_url: `${FILMS}${job.id}.mp4`, ...dollars };
      case 'listing':
        if (job.isCancelled) return { id: job.id, status: 'cancelled' };
        if (isReady) return { id: job.id, status, url: `${FILMS}${job.id}.mp4?sig=abc` };
        return { id: job.id, status: this.world.nowMs < job.startsAtMs ? 'queued' : 'running' };
      case 'empiriolabs': {
        if (!isReady) return { job_id: job.id, status: 'processing', progress: 0.4 };
        if (isFailed) return { job_id: job.id, status, error: { message: 'the job failed' } };
        const units = job.microUsd / rates.empiriolabs.standard;
        const usage = job.isReported
          ? { usage: { billable_units: units, billing_unit: 'seconds' } }
          : {};
        return {
          job_id: job.id,
          status,
          result: { data: [{ url: `${FILMS}${job.id}.mp4?sig=abc` }], ...usage },
        };
      }
    }
  }

  private serveFilm(url: URL): Reply {
    const id = url.pathname.split('/').at(-1)?.replace('.mp4', '') ?? '';
    const job = this.companies.find(id);
    if (job == null) return { afterMs: 0, value: reply(404, {}) };
    if (job.fate === 'expired')
      return { afterMs: 0, value: reply(410, { code: 'output_expired' }) };
    const { bytes } = job.film;
    const count = (this.fetches.get(id) ?? 0) + 1;
    this.fetches.set(id, count);
    const isDamaged = job.fate === 'damaged' || (job.fate === 'damaged-at-first' && count <= 3);
    // Closed cleanly and without a length: only the boxes tell that something is missing.
    if (isDamaged) return { afterMs: 0, value: film(bytes.subarray(0, bytes.length - 20), {}) };
    if (this.isFaulty()) {
      return this.world.random.pick<() => Reply>([
        () => this.lose(),
        () => ({ afterMs: 0, value: reply(403, { message: 'signature expired' }) }),
        () => ({ afterMs: 0, value: reply(503, {}) }),
        () => ({ afterMs: 0, value: film(bytes.subarray(0, bytes.length - 1), {}) }),
        () => ({ afterMs: 0, value: reply(200, { error: 'not a film' }) }),
        () => ({
          afterMs: 0,
          value: film(bytes.subarray(0, 100), { 'content-length': String(bytes.length) }),
        }),
      ])();
    }
    return { afterMs: 0, value: film(bytes, { 'content-length': String(bytes.length) }) };
  }
}

function reply(
  status: number,
  body: string | Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, body: Readable.from([Buffer.from(text)]) };
}

function film(bytes: Buffer, headers: Readonly<Record<string, string>>): WireResponse {
  return { status: 200, headers, body: Readable.from([bytes]) };
}
