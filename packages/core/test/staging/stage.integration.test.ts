import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createRawHosts } from '../../src/http/endpoint.ts';
import { MediaError } from '../../src/model/errors.ts';
import type { StagedAsset, StagedAssets } from '../../src/model/plan.ts';
import { fal } from '../../src/providers/fal/fal.ts';
import { replicate } from '../../src/providers/replicate/replicate.ts';
import { stageAssets } from '../../src/staging/stage.ts';
import { temporaryDirectory } from '../media/support.ts';
import { loopbackApi } from '../support/api.ts';
import { makeFacts } from '../support/facts.ts';
import { makePorts } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

const facts = makeFacts({ bytes: 1_000 }, { bytes: 500 });

const asset = { source: { kind: 'file', path: 'x' }, identity: 'git:1' } as const;

const onGithub = (path: string, host: 'raw' | 'media' = 'raw'): StagedAsset => ({
  method: 'github',
  host,
  path,
});

/** Serves every file with the size given for the last part of its path; 404 for all others. */
function serve(sizes: Readonly<Record<string, number>>, servesRanges = true) {
  return startServer((response, { url }) => {
    const size = sizes[decodeURIComponent(url.split('?')[0]?.split('/').at(-1) ?? '')];
    if (size == null) response.writeHead(404);
    else if (servesRanges) response.writeHead(206, { 'content-range': `bytes 0-0/${size}` });
    else response.writeHead(200, { 'content-length': String(size) });
    response.end(size == null ? 'no' : servesRanges ? 'x' : Buffer.alloc(size));
  });
}

function stage(base: string, staged: StagedAssets) {
  return stageAssets(
    {
      ports: makePorts(),
      repository: 'owner/name',
      commit: 'c0ffee',
      rawHosts: createRawHosts({
        MOTION_TRANSFER_RAW_BASE_URL: `${base}/raw`,
        MOTION_TRANSFER_MEDIA_BASE_URL: `${base}/media/`,
      }),
      workspace: '/nowhere',
      api: loopbackApi(fal, { FAL_BASE_URL: base }),
      uploaded: new Map(),
      fetched: new Map(),
      stateDirectory: '/nowhere',
      s3: null,
      patienceMs: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
    },
    { staged, facts, character: asset, motion: asset },
  );
}

describe('staging', () => {
  test('names files of the repository at the pinned commit, each part escaped', async () => {
    const server = await serve({ 'her o#1.png': 500, 'wave.mp4': 1_000 });
    const urls = await stage(server.origin, {
      character: onGithub('a b/her o#1.png'),
      motion: onGithub('assets/wave.mp4', 'media'),
    });
    expect(urls).toEqual({
      character: `${server.origin}/raw/owner/name/c0ffee/a%20b/her%20o%231.png`,
      motion: `${server.origin}/media/owner/name/c0ffee/assets/wave.mp4`,
    });
    expect(server.requests.map(({ headers }) => headers.range)).toEqual(['bytes=0-0', 'bytes=0-0']);
  });

  test('passes URLs through untouched, and takes a host without ranges', async () => {
    const server = await serve({ 'hero.png': 500, 'wave.mp4': 1_000 }, false);
    const character = `${server.origin}/hero.png?sig=a%2Bb`;
    const motion = `${server.origin}/wave.mp4`;
    const staged = {
      character: { method: 'pass-through', url: character },
      motion: { method: 'pass-through', url: motion },
    } as const;
    expect(await stage(server.origin, staged)).toEqual({ character, motion });
  });

  test.each([
    ['a file of another size', { 'hero.png': 130, 'wave.mp4': 1_000 }, 'serves 130 bytes'],
    [
      'a file that is not there',
      { 'wave.mp4': 1_000 },
      /answers HTTP 404, .*; push the commit .* check that the repository is public; nothing was bought/,
    ],
  ])('finds %s before anything is bought', async (_name, sizes, words) => {
    const server = await serve(sizes);
    const staged = { character: onGithub('hero.png'), motion: onGithub('wave.mp4') };
    await expect(stage(server.origin, staged)).rejects.toThrow(MediaError);
    await expect(stage(server.origin, staged)).rejects.toThrow(words);
  });

  test('says so when a host does not say the size of its file', async () => {
    const server = await startServer((response) => {
      response.writeHead(200);
      response.write('x');
      response.end('x');
    });
    const staged = { character: onGithub('hero.png'), motion: onGithub('wave.mp4') };
    await expect(stage(server.origin, staged)).rejects.toThrow(
      /does not say how many bytes it serves, but the planned file has \d+; push the commit/,
    );
  });
});

test.each(['reset', 'HTTP 503'])('a check of an address is repeated after a %s', async (fault) => {
  const server = await startServer((response, { url }, count) => {
    if (count <= 2 && fault === 'reset') response.socket?.resetAndDestroy();
    else if (count <= 2) response.writeHead(503).end();
    else {
      const bytes = url.endsWith('hero.png') ? 500 : 1_000;
      response.writeHead(206, { 'content-range': `bytes 0-0/${bytes}` }).end('x');
    }
  });
  const staged = { character: onGithub('hero.png'), motion: onGithub('wave.mp4') };
  const urls = await stage(server.origin, staged);
  expect(urls.character).toContain('hero.png');
});

describe('a clip at a URL that is handed on', () => {
  const clip = Buffer.from('the clip that was planned');
  const identity = `sha256:${createHash('sha256').update(clip).digest('hex')}`;

  /** `served` at `/wave.mp4`, a picture, and the storage of Replicate. */
  async function start(served: (count: number) => Buffer | number) {
    let asked = 0;
    const server = await startServer((response, { method, url }) => {
      if (method === 'POST') {
        response.writeHead(201, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ urls: { get: `${server.origin}/v1/files/f1` } }));
        return;
      }
      if (url === '/wave.mp4') asked += 1;
      const answer = url === '/wave.mp4' ? served(asked) : Buffer.alloc(500);
      const [status, body] = typeof answer === 'number' ? [answer, ''] : [200, answer];
      response.writeHead(status, { 'content-length': String(body.length) });
      response.end(body);
    });
    const stateDirectory = await temporaryDirectory();
    const context = {
      ports: makePorts(),
      repository: null,
      commit: null,
      rawHosts: createRawHosts({}),
      workspace: '/nowhere',
      stateDirectory,
      api: loopbackApi(replicate, { REPLICATE_BASE_URL: server.origin }),
      uploaded: new Map(),
      fetched: new Map(),
      s3: null,
      patienceMs: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
    };
    const url = `${server.origin}/wave.mp4`;
    const step = {
      staged: {
        character: { method: 'pass-through', url: `${server.origin}/hero.png` },
        motion: { method: 'fetched', url, to: 'provider' },
      },
      facts: makeFacts({ bytes: clip.length }, { bytes: 500 }),
      character: asset,
      motion: { source: { kind: 'url', url }, identity },
    } as const;
    const uploads = () => server.requests.filter(({ method }) => method === 'POST');
    const downloads = () => server.requests.filter((request) => request.url === '/wave.mp4');
    return { context, step, server, uploads, downloads };
  }

  test('reaches the provider as the bytes that were hashed, downloaded once for all', async () => {
    const { context, step, server, uploads, downloads } = await start(() => clip);
    const [one, other] = await Promise.all([
      stageAssets(context, step),
      stageAssets(context, step),
    ]);
    expect([one.motion, other.motion]).toEqual(Array(2).fill(`${server.origin}/v1/files/f1`));
    expect([downloads().length, uploads().length]).toEqual([1, 1]);
    expect(uploads()[0]?.body).toContain(String(clip));
    expect(uploads()[0]?.body).toContain('filename="motion.mp4"');
  });

  test('is called what storage knows, where it is M4V', async () => {
    const { context, step, uploads } = await start(() => clip);
    const motion = { ...step.facts.motion, container: 'm4v' } as const;
    await stageAssets(context, { ...step, facts: { ...step.facts, motion } });
    expect(uploads()[0]?.body).toContain('filename="motion.mp4"');
  });

  test('does not where its address serves another one by now', async () => {
    for (const other of ['another that was planned!', 'another, longer than the one planned']) {
      const { context, step, uploads } = await start(() => Buffer.from(other));
      await expect(stageAssets(context, step)).rejects.toThrow(
        'serves another file than the one that was planned; nothing was bought',
      );
      expect(uploads()).toEqual([]);
    }
  });

  test('is asked for again after a server error, and not after a refusal', async () => {
    const passing = await start((count) => (count === 1 ? 503 : clip));
    await stageAssets(passing.context, passing.step);
    expect(passing.downloads()).toHaveLength(2);
    const gone = await start(() => 404);
    await expect(stageAssets(gone.context, gone.step)).rejects.toThrow(
      /HTTP 404\); nothing is there, or not without a login; fix the link; nothing was bought/,
    );
    expect(gone.downloads()).toHaveLength(1);
    const busy = await start((count) => (count === 1 ? 429 : clip));
    await stageAssets(busy.context, busy.step);
    expect(busy.downloads()).toHaveLength(2);
  });

  test('is not taken from a download that was changed on this disk', async () => {
    const { context, step, uploads } = await start(() => clip);
    const path = `${context.stateDirectory}/swapped`;
    await writeFile(path, 'the clip of somebody else');
    const swapped = { ...context, fetched: new Map([[identity, Promise.resolve(path)]]) };
    await expect(stageAssets(swapped, step)).rejects.toThrow('is not the file that was planned');
    expect(uploads()).toEqual([]);
  });
});
