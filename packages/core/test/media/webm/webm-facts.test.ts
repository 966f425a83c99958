import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readVideo } from '../../../src/media/video.ts';
import { ID } from '../../../src/media/webm/elements.ts';
import { MediaError } from '../../../src/model/errors.ts';
import { assertAsyncProperty } from '../../support/property.ts';
import { sourceOf } from '../support.ts';
import {
  block,
  blocks,
  type Content,
  ebml,
  element,
  float,
  simpleBlock,
  soundTrack,
  unsigned,
  unsized,
  videoTrack,
} from './element-builder.ts';

const wave = readFileSync(new URL('../../fixtures/webm/wave.webm', import.meta.url));
const readAll = (bytes: Uint8Array) => readVideo(sourceOf(bytes, 'clip.webm'));
const read = async (bytes: Uint8Array) => (await readAll(bytes)).facts;

interface Parts {
  readonly docType?: string;
  readonly info?: Content;
  readonly tracks?: Content;
  readonly clusters?: Content;
}

const cluster = (atMs: number, content: readonly Uint8Array[]) =>
  element(ID.cluster, [unsigned(ID.timestamp, atMs), ...content]);

/** 4 s at 25 frames a second in two clusters, unless told otherwise. */
function webm({
  docType = 'webm',
  info = float(ID.duration, 4_000),
  tracks = videoTrack(),
  clusters = [cluster(0, blocks(0, 50)), cluster(2_000, blocks(0, 50))],
}: Parts = {}): Buffer {
  return Buffer.concat([
    ebml(docType),
    element(ID.segment, [
      element(ID.info, info),
      element(ID.tracks, tracks),
      ...(clusters instanceof Uint8Array ? [clusters] : clusters),
    ]),
  ]);
}

describe('a WebM', () => {
  test('of an encoder is read from its container alone', async () => {
    expect(await read(wave)).toMatchObject({
      container: 'webm',
      codec: 'vp9',
      bytes: wave.length,
      hasSound: true,
      trackSeconds: expect.closeTo(3.2, 1),
      longestSeconds: expect.closeTo(3.2, 1),
    });
  });

  test('is as long as its frames say, each with its place in the file', async () => {
    expect(await read(webm())).toEqual({
      container: 'webm',
      codec: 'vp9',
      width: 720,
      height: 1280,
      framesPerSecond: 25,
      bytes: webm().length,
      hasSound: false,
      trackSeconds: 4,
      longestSeconds: 4,
      evidence: [
        { source: 'Duration', seconds: 4 },
        { source: 'blocks of track 1', seconds: 4 },
      ],
    });
  });

  test('that a browser recorded claims no duration and no sizes, and is as long as its frames', async () => {
    const live = Buffer.concat([
      ebml(),
      unsized(ID.segment, [
        element(ID.info, []),
        element(ID.tracks, [videoTrack(), soundTrack()]),
        unsized(ID.cluster, [unsigned(ID.timestamp, 0), ...blocks(0, 50), ...blocks(0, 50, 2)]),
        unsized(ID.cluster, [unsigned(ID.timestamp, 2_000), ...blocks(0, 75)]),
      ]),
    ]);
    expect(await read(live)).toMatchObject({
      hasSound: true,
      trackSeconds: 5,
      longestSeconds: 5,
      evidence: [
        { source: 'blocks of track 1', seconds: 5 },
        { source: 'blocks of track 2', seconds: 2 },
      ],
    });
  });

  test.each([1_500, 30_000, 4e9])(
    'whose claim of %i ms is not what its frames say cannot be priced',
    async (claimedMs) => {
      const { facts, problem } = await readAll(webm({ info: float(ID.duration, claimedMs) }));
      expect(problem).toContain('does not agree with itself');
      expect(facts.longestSeconds).toBe(Math.max(4, claimedMs / 1_000));
    },
  );

  test.each([
    ['its own duration', 'after', 12],
    ['its own duration, told before the block', 'before', 12],
  ] as const)('whose last frame stands for long is held for %s', async (_name, order, seconds) => {
    const group = [element(ID.block, block(2_000)), unsigned(ID.blockDuration, 10_000)];
    const last = element(ID.blockGroup, order === 'after' ? group : group.toReversed());
    const facts = await read(webm({ clusters: cluster(0, [...blocks(0, 50), last]) }));
    expect(facts.longestSeconds).toBe(seconds);
  });

  test('may have sound that ends later: it is held for', async () => {
    const tracks = [videoTrack(), soundTrack()];
    const clusters = cluster(0, [...blocks(0, 100), ...blocks(0, 140, 2)]);
    const info = float(ID.duration, 5_600);
    const { facts, problem } = await readAll(webm({ info, tracks, clusters }));
    expect(problem).toBeNull();
    expect(facts).toMatchObject({ trackSeconds: 4, longestSeconds: 5.6 });
  });

  test('counts time in the ticks of its own clock', async () => {
    const info = [unsigned(ID.timestampScale, 2_000_000), float(ID.duration, 2_000)];
    const frames = Array.from({ length: 100 }, (_, index) => simpleBlock(index * 20));
    expect((await read(webm({ info, clusters: cluster(0, frames) }))).longestSeconds).toBe(4);
  });

  test.each<[string, Buffer, string]>([
    ['is Matroska by its own word', webm({ docType: 'matroska' }), 'does not call itself WebM'],
    ['has no pictures', webm({ tracks: soundTrack() }), 'no video track'],
    ['has no frames', webm({ clusters: [] }), 'no frames'],
    ['has one frame and no time for it', webm({ clusters: cluster(0, blocks(0, 1)) }), 'no time'],
    ['was cut off', webm().subarray(0, -5), 'damaged'],
    ['has a second half', Buffer.concat([webm(), webm()]), '2 segments'],
    [
      'packs several pictures into a block',
      webm({ clusters: cluster(0, [...blocks(0, 50), simpleBlock(2_000, 1, 0x86)]) }),
      'several pictures',
    ],
    [
      'packs several pictures into a block, before it says that they are pictures',
      Buffer.concat([
        ebml(),
        element(ID.segment, [
          cluster(0, [...blocks(0, 50), simpleBlock(2_000, 1, 0x86)]),
          element(ID.tracks, videoTrack()),
        ]),
      ]),
      'several pictures',
    ],
    [
      'has a track with a clock of its own',
      webm({ tracks: videoTrack(float(ID.trackTimestampScale, 10)) }),
      'scale of its own',
    ],
    [
      'has two clocks',
      webm({ info: [unsigned(ID.timestampScale, 1_000), unsigned(ID.timestampScale, 2_000)] }),
      'clock',
    ],
    [
      'has a block outside of time',
      webm({ clusters: element(ID.cluster, blocks(0, 50)) }),
      'has no time',
    ],
    [
      'has a child that is larger than its parent',
      webm({ clusters: element(ID.cluster, element(0xec, []).fill(0x7f, 1)) }),
      'damaged',
    ],
  ])('that %s is refused', async (_name, bytes, words) => {
    const error = await read(bytes).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(MediaError);
    expect(String(error)).toContain(words);
  });

  test('that is damaged anywhere is refused, or read as something with a length', async () => {
    const bytes = webm({ tracks: [videoTrack(), soundTrack()] });
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    await assertAsyncProperty(
      'damaged WebM',
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = Buffer.from(bytes);
        for (const { at, value } of changes) damaged[at] = value;
        try {
          const facts = await read(damaged);
          expect(facts.trackSeconds).toBeGreaterThan(0);
          expect(Number.isFinite(facts.longestSeconds)).toBe(true);
          expect(facts.longestSeconds).toBeGreaterThanOrEqual(facts.trackSeconds);
        } catch (error) {
          if (!(error instanceof MediaError)) throw error;
        }
      }),
    );
  });
});
