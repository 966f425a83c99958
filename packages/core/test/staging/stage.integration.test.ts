import { describe, expect, test } from 'vitest';
import { createRawHosts } from '../../src/http/endpoint.ts';
import { MediaError } from '../../src/model/errors.ts';
import type { StagedAsset, StagedAssets } from '../../src/model/plan.ts';
import { fal } from '../../src/providers/fal/fal.ts';
import { stageAssets } from '../../src/staging/stage.ts';
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
    ['a file that is not there', { 'wave.mp4': 1_000 }, 'answers HTTP 404'],
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
