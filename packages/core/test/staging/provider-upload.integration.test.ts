import { createHash } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import {
  MediaError,
  StoppedError,
  UnsafeError,
  UploadRefusedError,
} from '../../src/model/errors.ts';
import type { Adapter } from '../../src/providers/adapter.ts';
import { fal } from '../../src/providers/fal/fal.ts';
import { replicate } from '../../src/providers/replicate/replicate.ts';
import { type PlannedFile, uploadAsset } from '../../src/staging/provider-upload.ts';
import { loopbackApi, TEST_KEY } from '../support/api.ts';
import { makePorts, movingClock } from '../support/ports.ts';
import { girl, makeDirectory } from '../support/repository.ts';
import { type ReceivedRequest, startServer } from '../support/server.ts';

type Reply = {
  readonly status: number;
  readonly body?: object;
  readonly etag?: string;
  readonly retryAfter?: string;
};

/** Storage of both providers on one origin; `reply` may answer otherwise. */
async function startStorage(
  reply: (request: ReceivedRequest, count: number) => Reply | null = () => null,
) {
  const server = await startServer((response, request, count) => {
    const answer = reply(request, count) ?? usual(request, server.origin);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      ...(answer.etag != null ? { etag: answer.etag } : {}),
      ...(answer.retryAfter != null ? { 'retry-after': answer.retryAfter } : {}),
    });
    response.end(JSON.stringify(answer.body ?? {}));
  });
  return server;
}

function usual({ url, method }: ReceivedRequest, origin: string): Reply {
  if (url.includes('/storage/upload/')) {
    const body = { upload_url: `${origin}/cdn/up?sig=1`, file_url: `${origin}/files/a.png` };
    return { status: 200, body };
  }
  if (url === '/replicate/v1/files') {
    return { status: 201, body: { id: 'f1', urls: { get: `${origin}/replicate/v1/files/f1` } } };
  }
  const number = Number(/\/cdn\/up\/(\d+)\?/.exec(url)?.[1] ?? 0);
  return method === 'PUT' && number > 0
    ? { status: 200, body: { partNumber: number, etag: `"e${number}"` } }
    : { status: 200 };
}

async function prepare<Options>(
  adapter: Adapter<Options>,
  origin: string,
  content: Buffer | string = girl,
  signal = new AbortController().signal,
) {
  const directory = await makeDirectory();
  await directory.write('assets/a.png', content);
  const bytes = Buffer.from(content);
  const blob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const planned: PlannedFile = {
    role: 'character',
    path: 'assets/a.png',
    identity: `git:${blob}`,
    contentType: 'image/png',
    extension: 'png',
    bytes: bytes.length,
  };
  const ports = makePorts();
  const api = loopbackApi(
    adapter,
    {
      FAL_BASE_URL: `${origin}/fal`,
      FAL_STORAGE_BASE_URL: `${origin}/storage-api`,
      REPLICATE_BASE_URL: `${origin}/replicate`,
    },
    ports,
  );
  const context = {
    ports,
    workspace: directory.workspace,
    api,
    uploaded: new Map(),
    signal,
    patienceMs: Number.POSITIVE_INFINITY,
  };
  return { context, planned, directory, ports };
}

/** At fal, on a clock that sleeping moves: a pause ends. */
async function prepareOnClock(origin: string) {
  const prepared = await prepare(fal, origin);
  const clock = movingClock(Date.UTC(2026, 9, 12));
  const ports = { ...prepared.context.ports, clock };
  const rateLimiter = createRateLimiter(ports, null);
  const api = { ...prepared.context.api, ports, rateLimiter };
  return { ...prepared, clock, context: { ...prepared.context, ports, api } };
}

describe('an upload to fal', () => {
  test('asks with the key, and gives the bytes to the address it is given without it', async () => {
    const server = await startStorage();
    const { context, planned } = await prepare(fal, server.origin);
    expect(await uploadAsset(context, planned)).toBe(`${server.origin}/files/a.png`);
    const [begin, put] = server.requests;
    expect(server.requests).toHaveLength(2);
    expect(begin).toMatchObject({
      method: 'POST',
      url: '/storage-api/storage/upload/initiate?storage_type=fal-cdn-v3',
    });
    expect(begin?.headers.authorization).toBe(`Key ${TEST_KEY}`);
    expect(JSON.parse(begin?.body ?? '')).toEqual({
      content_type: 'image/png',
      file_name: 'character.png',
    });
    expect(put).toMatchObject({ method: 'PUT', url: '/cdn/up?sig=1' });
    expect(put?.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(girl.length),
    });
    expect(JSON.stringify(put?.headers)).not.toContain(TEST_KEY);
    expect(put?.body).toBe(girl.toString('utf8'));
  });

  test('sends a large file in parts that make it whole, and says when they are there', async () => {
    const server = await startStorage();
    const content = Buffer.alloc(91 * 1_048_576, 'abcdefgh');
    const { context, planned } = await prepare(fal, server.origin, content);
    await uploadAsset(context, planned);
    const parts = server.requests.slice(1, -1);
    expect(parts.map(({ url }) => url)).toEqual(
      Array.from({ length: 10 }, (_, index) => `/cdn/up/${index + 1}?sig=1`),
    );
    expect(Buffer.concat(parts.map(({ body }) => Buffer.from(body))).equals(content)).toBe(true);
    const finish = server.requests.at(-1);
    expect(finish).toMatchObject({ method: 'POST', url: '/cdn/up/complete?sig=1' });
    expect(JSON.parse(finish?.body ?? '').parts[9]).toEqual({ partNumber: 10, etag: '"e10"' });
    expect(JSON.stringify([...parts, finish].map((each) => each?.headers))).not.toContain(TEST_KEY);
  });

  test('is made once for the same content in a run, however many ask at once', async () => {
    const server = await startStorage();
    const { context, planned } = await prepare(fal, server.origin);
    const addresses = await Promise.all([
      uploadAsset(context, planned),
      uploadAsset(context, planned),
      uploadAsset(context, { ...planned, path: 'assets/a.png' }),
    ]);
    expect(new Set(addresses).size).toBe(1);
    expect(server.requests).toHaveLength(2);
  });

  test.each([408, 500, 503])('is tried again after HTTP %i', async (status) => {
    const server = await startStorage((_request, count) => (count <= 2 ? { status } : null));
    const { context, planned, ports } = await prepare(fal, server.origin);
    await uploadAsset(context, planned);
    expect(server.requests).toHaveLength(4);
    expect(ports.clock.waitsMs).toHaveLength(2);
  });

  test('that is refused for the rate pauses the account until it is taken, however often', async () => {
    const server = await startStorage((_request, count) => (count <= 6 ? { status: 429 } : null));
    const { context, planned, clock } = await prepareOnClock(server.origin);
    const startMs = clock.nowMs();
    expect(await uploadAsset(context, planned)).toContain('/files/a.png');
    expect(server.requests).toHaveLength(8);
    // Six pauses, each of at least half a second.
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(3_000);
  });

  test('that is refused for the rate keeps every other request of the account back', async () => {
    let isOpen = false;
    const server = await startStorage(() => (isOpen ? null : { status: 429, retryAfter: '30' }));
    const { context, planned, clock } = await prepareOnClock(server.origin);
    const startMs = clock.nowMs();
    const uploading = uploadAsset({ ...context, patienceMs: 1_000 }, planned);
    await expect(uploading).rejects.toThrow(UploadRefusedError);
    await expect(uploading).rejects.toThrow(/HTTP 429.*the account is paused.*nothing was bought/);
    expect(server.requests).toHaveLength(1);
    isOpen = true;
    await context.api.rateLimiter.admit();
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(30_000);
    expect(await uploadAsset(context, planned)).toContain('/files/a.png');
  });

  test('that another host refuses for the rate is tried again, and the account goes on', async () => {
    const server = await startStorage(({ method }, count) =>
      method === 'PUT' && count <= 2 ? { status: 429, retryAfter: '30' } : null,
    );
    const { context, planned, ports } = await prepare(fal, server.origin);
    await uploadAsset(context, planned);
    expect(server.requests).toHaveLength(3);
    expect(Math.max(...ports.clock.waitsMs)).toBeLessThan(25_000);
  });

  test('ends unbought after the fourth try, and a later transfer may try again', async () => {
    let isBroken = true;
    const server = await startStorage(({ method }) =>
      isBroken && method === 'PUT' ? { status: 503 } : null,
    );
    const { context, planned } = await prepare(fal, server.origin);
    await expect(uploadAsset(context, planned)).rejects.toThrow(
      /could not be uploaded.*nothing was/,
    );
    expect(server.requests).toHaveLength(5);
    isBroken = false;
    expect(await uploadAsset(context, planned)).toContain('/files/a.png');
  });

  test.each([400, 401, 403, 413])('is not tried again after HTTP %i', async (status) => {
    const server = await startStorage(() => ({ status, body: { detail: 'no' } }));
    const { context, planned } = await prepare(fal, server.origin);
    await expect(uploadAsset(context, planned)).rejects.toThrow(MediaError);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['an answer without addresses', {}, MediaError],
    [
      'an address to write to that is not on the public internet',
      { upload_url: 'https://10.0.0.1/up', file_url: 'https://cdn.example.com/a.png' },
      UnsafeError,
    ],
    [
      'an address to write to that is not https',
      { upload_url: 'http://cdn.example.com/up', file_url: 'https://cdn.example.com/a.png' },
      UnsafeError,
    ],
    [
      'an address with a password',
      { upload_url: 'https://a:b@cdn.example.com/up', file_url: 'https://cdn.example.com/a.png' },
      UnsafeError,
    ],
    [
      'a file address of another scheme',
      { upload_url: 'https://cdn.example.com/up', file_url: 'data:text/plain,x' },
      MediaError,
    ],
  ])('refuses %s', async (_name, body, error) => {
    const server = await startStorage(() => ({ status: 200, body }));
    const { context, planned } = await prepare(fal, server.origin);
    await expect(uploadAsset(context, planned)).rejects.toThrow(error);
    expect(server.requests).toHaveLength(1);
  });

  test('does not follow a redirect with the bytes', async () => {
    const server = await startStorage(({ method }) => (method === 'PUT' ? { status: 307 } : null));
    const { context, planned } = await prepare(fal, server.origin);
    await expect(uploadAsset(context, planned)).rejects.toThrow('HTTP 307');
    expect(server.requests).toHaveLength(2);
  });

  test('sends nothing when the file is not what was planned any more', async () => {
    const server = await startStorage();
    const { context, planned, directory } = await prepare(fal, server.origin);
    await appendFile(`${directory.workspace}/assets/a.png`, 'x');
    await expect(uploadAsset(context, planned)).rejects.toThrow('not the file that was planned');
    await directory.write('assets/a.png', Buffer.alloc(girl.length));
    await expect(uploadAsset(context, planned)).rejects.toThrow('not the file that was planned');
    expect(server.requests).toEqual([]);
  });

  test('sends nothing that lies outside the workspace', async () => {
    const server = await startStorage();
    const { context, planned } = await prepare(fal, server.origin);
    for (const path of ['../secret.png', '/etc/passwd', '.git/config']) {
      await expect(uploadAsset(context, { ...planned, path })).rejects.toThrow(UnsafeError);
    }
    expect(server.requests).toEqual([]);
  });

  test('ends when the run is asked to stop', async () => {
    const stop = new AbortController();
    const server = await startStorage(() => {
      stop.abort(new StoppedError('stopped'));
      return { status: 503 };
    });
    const { context, planned } = await prepare(fal, server.origin, girl, stop.signal);
    await expect(uploadAsset(context, planned)).rejects.toThrow(StoppedError);
    expect(server.requests).toHaveLength(1);
  });

  test('never goes to the real storage while the queue is on this machine', async () => {
    const { context, planned } = await prepare(fal, 'http://127.0.0.1:9');
    const api = loopbackApi(fal, { FAL_BASE_URL: 'http://127.0.0.1:9' }, context.ports as never);
    await expect(uploadAsset({ ...context, api }, planned)).rejects.toThrow('FAL_STORAGE_BASE_URL');
  });
});

test('an upload to Replicate is one form with the whole file, sent with the key', async () => {
  const server = await startStorage();
  const { context, planned } = await prepare(replicate, server.origin, 'the whole file');
  expect(await uploadAsset(context, planned)).toBe(`${server.origin}/replicate/v1/files/f1`);
  const [request] = server.requests;
  expect(server.requests).toHaveLength(1);
  expect(request?.headers.authorization).toBe(`Bearer ${TEST_KEY}`);
  const form = await new Response(request?.body, {
    headers: { 'content-type': String(request?.headers['content-type']) },
  }).formData();
  const content = form.get('content');
  if (!(content instanceof File)) throw new Error('the form holds a file');
  expect([content.name, content.type, await content.text()]).toEqual([
    'character.png',
    'image/png',
    'the whole file',
  ]);
});

test('an inline asset is handed over as the provider encodes it, without any request', async () => {
  const inline: Adapter = {
    ...(replicate as unknown as Adapter),
    uploads: {
      character: {
        kind: 'inline',
        maxBytes: { value: 100, basis: 'documented', source: 'x' },
        encode: (base64, { contentType }) => `${contentType};${base64}`,
      },
    },
  };
  const { context, planned } = await prepare(inline, 'http://127.0.0.1:9', 'abc');
  expect(await uploadAsset(context, planned)).toBe(
    `image/png;${Buffer.from('abc').toString('base64')}`,
  );
  await expect(uploadAsset(context, { ...planned, role: 'motion' })).rejects.toThrow(
    'takes no local motion',
  );
  // Refused before anything is sent, so another provider may be asked.
  await expect(uploadAsset(context, { ...planned, bytes: 101 })).rejects.toThrow(
    'assets/a.png has 101 bytes, and Replicate takes at most 100 by its own upload (documented); nothing was bought',
  );
  await expect(uploadAsset(context, { ...planned, bytes: 101 })).rejects.toThrow(
    UploadRefusedError,
  );
});
