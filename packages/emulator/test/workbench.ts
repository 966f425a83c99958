import { onTestFinished } from 'vitest';
import {
  type Emulator,
  type EmulatorOptions,
  remuxPerformer,
  startEmulator,
} from '../src/index.ts';
import { isRecord } from '../src/json.ts';
import type { Repository } from './assets.ts';

export type Fields = Record<string, unknown>;
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Fields;
}

export const PROSPOLABS_AUTH = { authorization: 'Bearer prsp-emulated-key' };
export const EMPIRIOLABS_AUTH = { authorization: 'Bearer sk-empiriolabs-emulated-key' };

export interface Workbench {
  readonly emulator: Emulator;
  /** URL of a file of the served repository. */
  url(path: string): string;
  prospolabs(changes?: Fields, query?: string): Promise<Answer>;
  empiriolabs(changes?: Fields): Promise<Answer>;
  /** GET with the right key for the path. */
  get(path: string): Promise<Answer>;
}

/** An emulator for one test, with a repository behind it, and callers that send valid requests. */
export async function startWorkbench(
  repository: Repository,
  options: EmulatorOptions = {},
): Promise<Workbench> {
  const emulator = await startEmulator({ jobDurationMs: 5, performer: remuxPerformer, ...options });
  onTestFinished(() => emulator.close());
  emulator.serveRepository('octo/animations', repository.directory);
  const url = (path: string) => `${emulator.origin}/raw/octo/animations/${repository.sha}/${path}`;
  const post = (path: string, auth: Record<string, string>, body: Fields) =>
    call(`${emulator.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...auth },
      body: JSON.stringify(body),
    });
  return {
    emulator,
    url,
    prospolabs: (changes = {}, query = '') =>
      post(`/prospolabs/v1/generate${query}`, PROSPOLABS_AUTH, {
        ...validProspolabs(url),
        ...changes,
      }),
    empiriolabs: (changes = {}) =>
      post('/empiriolabs/v1/videos/generations', EMPIRIOLABS_AUTH, {
        ...validEmpiriolabs(url),
        ...changes,
      }),
    get: (path) =>
      call(`${emulator.origin}${path}`, {
        headers: path.startsWith('/prospolabs') ? PROSPOLABS_AUTH : EMPIRIOLABS_AUTH,
      }),
  };
}

export function validProspolabs(url: (path: string) => string): Fields {
  return {
    model: 'kling-3-motion-control',
    quality: 'standard',
    image_url: url('girl.png'),
    video_urls: [url('dance.mp4')],
    character_orientation: 'image',
    keep_original_sound: true,
  };
}

export function validEmpiriolabs(url: (path: string) => string): Fields {
  return {
    model: 'kling-v3-motion-control',
    reference_image: url('girl.png'),
    reference_video: url('dance.mp4'),
    character_orientation: 'image',
    mode: 'std',
    duration: 4,
    keep_original_sound: true,
  };
}

export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const body: unknown = await response.json();
  if (!isRecord(body)) throw new Error('the answer is not a JSON object');
  return { status: response.status, headers: response.headers, json: body };
}

/** Lets the job end, then reads it. */
export async function finishedJob(bench: Workbench, id: unknown): Promise<Fields> {
  bench.emulator.advance(60_000);
  return (await bench.get(`/empiriolabs/v1/jobs/${id}`)).json;
}

/** The value at a path such as `result.data[0].url`. */
export function at(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
    .reduce<unknown>((inner, key) => {
      if (Array.isArray(inner)) return inner[Number(key)];
      return isRecord(inner) ? inner[key] : undefined;
    }, value);
}

export async function download(url: unknown): Promise<Buffer> {
  const response = await fetch(String(url));
  if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
