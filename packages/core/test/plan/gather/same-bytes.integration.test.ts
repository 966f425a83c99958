import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openPurchaseStore } from '../../../src/ledger/purchase-store.ts';
import { identifyFiles } from '../../../src/media/identity/identity.ts';
import type { LockedOutput } from '../../../src/model/lockfile/lockfile.ts';
import type { Transfer } from '../../../src/model/transfer.ts';
import { provenanceOf } from '../../../src/purchase/paid-job.ts';
import { git } from '../../media/support.ts';
import { makePorts } from '../../support/ports.ts';
import {
  dance,
  girl,
  makeDirectory,
  ports,
  type Repository,
  transferOf,
  wave,
} from '../../support/repository.ts';
import { startServer } from '../../support/server.ts';

const OUTPUT = 'out/hero.mp4';
const ATTRIBUTES = '*.png filter=lfs -text\n*.mp4 filter=lfs -text\n';
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: Buffer) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(content)}\nsize ${content.length}\n`;

/** A repository that keeps the assets and the video in one way, and the transfer that reads them there. */
interface Kept {
  readonly repository: Repository;
  readonly transfer: Transfer;
}

async function keepFiles(
  format: 'sha1' | 'sha256' = 'sha1',
  clip = wave,
  attributes = '',
): Promise<Kept> {
  const repository = await makeDirectory();
  await git(repository.workspace, 'init', '--quiet', `--object-format=${format}`);
  const files: readonly (readonly [string, Buffer])[] = [
    ['assets/girl.png', girl],
    ['assets/wave.mp4', clip],
    [OUTPUT, dance],
  ];
  for (const [path, content] of files)
    await repository.write(path, attributes === '' ? content : pointerTo(content));
  await repository.write('.gitattributes', attributes);
  await repository.commit();
  // What `git lfs pull` leaves behind.
  if (attributes !== '') for (const [path, content] of files) await repository.write(path, content);
  return { repository, transfer: transferOf() };
}

/** Chunked, as some servers do: nothing says in front how long the file is. */
async function keepAtUrl(clip = wave): Promise<Kept> {
  const { origin } = await startServer((response, { url }) => {
    const content = url.startsWith('/girl') ? girl : clip;
    response.write(content.subarray(0, 1000));
    response.end(content.subarray(1000));
  });
  const { repository } = await keepFiles();
  const transfer = transferOf({
    character: { kind: 'url', url: `${origin}/girl.png` },
    motion: { kind: 'url', url: `${origin}/wave.mp4` },
  });
  return { repository, transfer };
}

const KEEPING = {
  'plain files': (clip?: Buffer) => keepFiles('sha1', clip),
  'Git LFS': (clip?: Buffer) => keepFiles('sha1', clip, ATTRIBUTES),
  'https URLs': keepAtUrl,
  'a SHA-256 repository': (clip?: Buffer) => keepFiles('sha256', clip),
} as const;
type Way = keyof typeof KEEPING;

/** The lockfile entry of a video that was bought with assets that are kept in this way, as this version writes it. */
async function buy(way: Way): Promise<LockedOutput> {
  const { repository, transfer } = await KEEPING[way]();
  // Where nothing lies yet: the video at the output is nobody's until the lockfile says whose it is.
  const step = await repository.step({ ...transfer, output: 'out/new.mp4' }, true);
  if (step.action !== 'generate') throw new Error(`it is ${step.action}`);
  const identities = await identifyFiles(ports, repository.workspace, [OUTPUT]);
  return {
    ...provenanceOf(step),
    identity: identities.get(OUTPUT) ?? '',
    sha256: sha256(dance),
    bytes: dance.length,
    videoSeconds: 4,
    draft: false,
    copyOf: null,
    operation: {},
    holdMicroUsd: 304_000,
    charge: { microUsd: 304_000, source: 'estimated' },
    generatedAt: '2026-10-12T08:30:00.000Z',
  };
}

/** As the versions wrote it that knew one kind of identity for each asset. */
function asWrittenBefore({ character, motion, ...rest }: LockedOutput): LockedOutput {
  const bare = ({ source, identity }: LockedOutput['character']) => ({ source, identity });
  return { ...rest, character: bare(character), motion: bare(motion) };
}

async function lock({ repository }: Kept, locked: LockedOutput): Promise<void> {
  const store = await openPurchaseStore(ports, repository);
  await store.lockOutput(OUTPUT, locked);
  await store.close();
}

/** Names of the files that a plan streams from the disk, once for each time. */
async function planCounted({ repository, transfer }: Kept) {
  const streamed: string[] = [];
  const { files } = ports;
  const counting = makePorts({
    files: {
      ...files,
      stream(path) {
        streamed.push(basename(path));
        return files.stream(path);
      },
    },
  });
  const plan = await repository.plan([transfer], true, counting);
  return { plan, streamed: streamed.sort() };
}

describe('a bought video whose assets move', () => {
  test.each([
    ['plain files', 'Git LFS'],
    ['plain files', 'https URLs'],
    ['plain files', 'a SHA-256 repository'],
    ['Git LFS', 'plain files'],
    ['Git LFS', 'https URLs'],
    ['https URLs', 'plain files'],
    ['https URLs', 'Git LFS'],
    ['a SHA-256 repository', 'plain files'],
    ['a SHA-256 repository', 'Git LFS'],
  ] as const)('from %s to %s is reused, whichever version bought it', async (from, to) => {
    const locked = await buy(from);
    const moved = await KEEPING[to]();
    for (const record of [locked, asWrittenBefore(locked)]) {
      await lock(moved, record);
      const plan = await moved.repository.plan([moved.transfer], true);
      expect(plan.steps).toMatchObject([
        { action: 'reuse', fingerprint: locked.fingerprint, copyFrom: null, warnings: [] },
      ]);
      expect(plan.totals.highMicroUsd).toBe(0);
    }
    const changed = await KEEPING[to](dance);
    await lock(changed, locked);
    expect(await changed.repository.step(changed.transfer, true)).toMatchObject({
      action: 'generate',
      reasons: [{ code: 'motion-changed' }],
    });
  });

  test('to Git LFS is reused where only pointers were checked out, when both kinds are on record', async () => {
    const locked = await buy('plain files');
    const moved = await KEEPING['Git LFS']();
    await moved.repository.write('assets/girl.png', pointerTo(girl));
    await moved.repository.write('assets/wave.mp4', pointerTo(wave));
    await lock(moved, locked);
    expect(await moved.repository.step(moved.transfer)).toMatchObject({
      action: 'reuse',
      fingerprint: locked.fingerprint,
    });
    await lock(moved, asWrittenBefore(locked));
    const step = await moved.repository.step(moved.transfer);
    expect(step).toMatchObject({ action: 'blocked', reasons: [{ code: 'asset-problem' }, {}] });
  });
});

describe('whole files', () => {
  test('are not read while nothing has changed', async () => {
    const kept = await KEEPING['plain files']();
    await lock(kept, await buy('plain files'));
    const { plan, streamed } = await planCounted(kept);
    expect(plan.totals).toMatchObject({ reuseCount: 1 });
    expect(streamed).toEqual([]);
  });

  test('are read once where no record is about them', async () => {
    const kept = await KEEPING['plain files']();
    const transfer = { ...kept.transfer, output: 'out/new.mp4' };
    const { plan, streamed } = await planCounted({ ...kept, transfer });
    expect(streamed).toEqual(['girl.png', 'wave.mp4']);
    expect(plan.steps).toMatchObject([
      {
        action: 'generate',
        character: { alsoKnownAs: [`sha256:${sha256(girl)}`] },
        motion: { alsoKnownAs: [`sha256:${sha256(wave)}`] },
      },
    ]);
  });

  test('are read once where the record has another kind of identity alone, and not where it has both', async () => {
    const moved = await KEEPING['plain files']();
    const locked = await buy('https URLs');
    await lock(moved, asWrittenBefore(locked));
    const once = await planCounted(moved);
    expect(once.plan.totals).toMatchObject({ reuseCount: 1 });
    expect(once.streamed).toEqual(['girl.png', 'wave.mp4']);
    await lock(moved, locked);
    const never = await planCounted(moved);
    expect(never.plan.totals).toMatchObject({ reuseCount: 1 });
    expect(never.streamed).toEqual([]);
  });
});

test('a large file at a URL is named as git would name it, whether its length is announced or not', async () => {
  const free = Buffer.alloc(17 * 1_048_576);
  free.writeUInt32BE(free.length);
  free.write('free', 4);
  const fileTypeBytes = wave.readUInt32BE(0);
  const clip = Buffer.concat([wave.subarray(0, fileTypeBytes), free, wave.subarray(fileTypeBytes)]);
  const { origin } = await startServer((response, { headers, url }) => {
    const [, from = '', to = ''] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
    if (from === '') {
      if (url.startsWith('/announced')) response.setHeader('content-length', clip.length);
      response.write(clip.subarray(0, 1000));
      response.end(clip.subarray(1000));
      return;
    }
    const last = Math.min(Number(to), clip.length - 1);
    response.writeHead(206, { 'content-range': `bytes ${from}-${last}/${clip.length}` });
    response.end(clip.subarray(Number(from), last + 1));
  });
  const blobId = createHash('sha1').update(`blob ${clip.length}\0`).update(clip).digest('hex');
  const { repository, transfer } = await KEEPING['plain files']();
  for (const path of ['announced.mp4', 'chunked.mp4']) {
    const motion = { kind: 'url', url: `${origin}/${path}` } as const;
    const step = await repository.step({ ...transfer, motion, output: 'out/new.mp4' }, true);
    expect(step.motion).toMatchObject({
      identity: `sha256:${sha256(clip)}`,
      alsoKnownAs: [`git:${blobId}`],
    });
  }
});
