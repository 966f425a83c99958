import { describe, expect, test } from 'vitest';
import { openFileSource } from '../../../src/media/byte-source.ts';
import { readMovieFacts } from '../../../src/media/mp4/video-facts.ts';
import type { Reading } from '../../../src/media/reading.ts';
import { MediaError } from '../../../src/model/errors.ts';
import type { VideoFacts } from '../../../src/model/media/media.ts';
import { ports, sourceOf } from '../support.ts';
import {
  box,
  fragment,
  ftyp,
  full,
  MDAT,
  movie,
  mvhd,
  sound,
  track,
  u32,
  u64,
} from './box-builder.ts';

const read = (bytes: Uint8Array): Promise<Reading<VideoFacts>> => readMovieFacts(sourceOf(bytes));
const factsOf = async (bytes: Uint8Array): Promise<VideoFacts> => (await read(bytes)).facts;

const whole = movie(mvhd(5000), track());
const EMPTY = { samples: [], mdhd: 0, tkhd: 0 } as const;
const trex = full('trex', 0, 0, u32(1, 1, 512, 0, 0));

async function messageFor(bytes: Uint8Array): Promise<string> {
  const error = await factsOf(bytes).catch((thrown: unknown) => thrown);
  if (error instanceof MediaError) return error.message;
  throw new Error(`not refused: ${JSON.stringify(error)}`);
}

test.each([
  ['dance.mp4', 854, 480],
  ['wave.mp4', 854, 480],
])('the facts of the example %s are read', async (name, width, height) => {
  const path = new URL(`../../../../../examples/assets/motions/${name}`, import.meta.url).pathname;
  const source = await openFileSource(ports.files, path, name);
  const { facts, problem } = await readMovieFacts(source);
  await source.close();
  expect(facts).toMatchObject({ container: 'mp4', codec: 'h264', hasSound: true, width, height });
  expect(facts.trackSeconds).toBeGreaterThan(1);
  expect(facts.bytes).toBe(source.bytes);
  expect(problem).toBeNull();
});

test('an honest clip tells its codec, size, rate, sound and length', async () => {
  const { facts, problem } = await read(movie(mvhd(5013), track({ edits: [5000] }), sound()));
  expect(problem).toBeNull();
  expect(facts).toEqual({
    container: 'mp4',
    codec: 'h264',
    width: 1280,
    height: 720,
    framesPerSecond: 30,
    bytes: expect.any(Number),
    hasSound: true,
    trackSeconds: 5,
    longestSeconds: 5,
    evidence: [
      { source: 'mvhd', seconds: 5.013 },
      { source: 'tkhd of track 1', seconds: 5 },
      { source: 'mdhd of track 1', seconds: 5 },
      { source: 'stts of track 1', seconds: 5 },
      { source: 'edit list of track 1', seconds: 5 },
      { source: 'tkhd of track 2', seconds: 5.013 },
      { source: 'mdhd of track 2', seconds: 240_640 / 48_000 },
      { source: 'stts of track 2', seconds: 240_640 / 48_000 },
    ],
  });
});

test.each([
  ['mvhd', movie(mvhd(30_000), track())],
  ['tkhd of track 1', movie(mvhd(5000), track({ tkhd: 30_000 }))],
  ['mdhd of track 1', movie(mvhd(5000), track({ mdhd: 460_800 }))],
  ['stts of track 1', movie(mvhd(5000), track({ samples: [[900, 512]] }))],
  ['edit list of track 1', movie(mvhd(5000), track({ edits: [10_000, 20_000] }))],
  ['mdhd of track 2', movie(mvhd(5000), track(), sound({ mdhd: 1_440_000 }))],
])('a %s of 30 s is what the clip would be priced by', async (source, bytes) => {
  const { facts, problem } = await read(bytes);
  expect(facts.longestSeconds).toBe(30);
  expect(facts.evidence).toContainEqual({ source, seconds: 30 });
  expect(problem).toContain('does not agree with itself');
  expect(problem).toContain(`${source} 30.00 s`);
});

test('a header that claims less than the frames play is a disagreement', async () => {
  const { facts, problem } = await read(movie(mvhd(0), track({ tkhd: 0, mdhd: 0 })));
  expect(facts).toMatchObject({ trackSeconds: 5, longestSeconds: 5 });
  expect(problem).toContain('mdhd of track 1 0.00 s, stts of track 1 5.00 s');
});

describe('tracks are judged one by one:', () => {
  const judge = async (...tracks: readonly Uint8Array[]) => {
    const { facts, problem } = await read(movie(...tracks));
    const { trackSeconds, longestSeconds } = facts;
    return { problem, trackSeconds, longestSeconds: Number(longestSeconds.toFixed(3)) };
  };

  test('sound that is 1.6 s longer is held for, and plays no part in the low price', async () => {
    const longer = sound({ samples: [[309, 1024]], mdhd: 316_416, tkhd: 6592 });
    expect(await judge(mvhd(6592), track(), longer)).toEqual({
      problem: null,
      trackSeconds: 5,
      longestSeconds: 6.592,
    });
  });

  test('captions may end early', async () => {
    const captions = track({
      id: 2,
      handler: 'sbtl',
      code: 'tx3g',
      samples: [[2, 11_520]],
      mdhd: 23_040,
      tkhd: 1500,
    });
    expect(await judge(mvhd(5000), track(), captions)).toEqual({
      problem: null,
      trackSeconds: 5,
      longestSeconds: 5,
    });
  });

  test('a clip that was trimmed without encoding plays what its edit list says, and is held for all of it', async () => {
    const trimmed = track({ tkhd: 2000, edits: [[2000, 3 * 15_360]] });
    expect(await judge(mvhd(2000), trimmed)).toEqual({
      problem: null,
      trackSeconds: 2,
      longestSeconds: 5,
    });
  });

  test('a pause at the start is no length that is played', async () => {
    const late = track({ tkhd: 8000, edits: [[3000, -1], 5000] });
    expect(await judge(mvhd(8000), late)).toEqual({
      problem: null,
      trackSeconds: 5,
      longestSeconds: 8,
    });
  });

  test('an edit list that shows the same seconds six times plays all of them', async () => {
    const loop = track({ tkhd: 30_000, edits: Array(6).fill(5000) });
    expect(await judge(mvhd(30_000), loop)).toEqual({
      problem: null,
      trackSeconds: 30,
      longestSeconds: 30,
    });
  });

  test('a segment of an edit list without a length, as in a fragmented file, goes on to the end', async () => {
    expect(await judge(mvhd(5000), track({ edits: [[0, 15_360]] }))).toMatchObject({
      trackSeconds: 4,
      longestSeconds: 5,
    });
  });

  test.each([
    ['a frame of sound', [[235, 1024]], 5],
    ['two frames of sound', [[237, 1024]], 5.056],
  ] as const)('sound that is longer by %s', async (_, samples, longestSeconds) => {
    const mdhd = samples[0][0] * 1024;
    const tkhd = Math.round(mdhd / 48);
    const judged = await judge(mvhd(tkhd), track(), sound({ samples, mdhd, tkhd }));
    expect(judged).toEqual({ problem: null, trackSeconds: 5, longestSeconds });
  });

  test('the tolerance for sound is none for the pictures themselves', async () => {
    expect(await judge(mvhd(5033), track({ mdhd: 77_312, samples: [[151, 512]] }))).toMatchObject({
      longestSeconds: 5.033,
    });
  });

  test('the still of a motion photo is a track of one frame, whatever its headers claim', async () => {
    const still = track({ id: 2, samples: [[1, 1]], mdhd: 46_080, tkhd: 0, coded: [4032, 3024] });
    expect(await judge(mvhd(5000), track(), still)).toEqual({
      problem: null,
      trackSeconds: 5,
      longestSeconds: 5,
    });
  });

  test('a movie header that none of the tracks bears out is a disagreement', async () => {
    const longer = sound({ samples: [[469, 1024]], mdhd: 480_256, tkhd: 10_005 });
    const { problem } = await judge(mvhd(7500), track(), longer);
    expect(problem).toContain('mvhd 7.50 s');
  });
});

describe('a clip that plays longer than its headers and durations say', () => {
  const second = { samples: [[30, 512]], mdhd: 15_360, tkhd: 1000 } as const;

  test('because it has more sizes than durations is held for all of them, and refused', async () => {
    const { facts, problem } = await read(movie(mvhd(1000), track({ ...second, sizes: 123 })));
    expect(facts).toMatchObject({ trackSeconds: 1, longestSeconds: 4.1 });
    expect(problem).toContain('stts of track 1 1.00 s, stsz of track 1 4.10 s');
  });

  test.each([
    ['unsigned', 0],
    ['signed', 1],
  ] as const)(
    'because its %s composition offsets end later is held for them, and refused',
    async (_, offsetsVersion) => {
      const offsets = [
        [119, 0],
        [1, 26 * 15_360],
      ] as const;
      const late = track({
        samples: [[120, 512]],
        mdhd: 61_440,
        tkhd: 4000,
        offsets,
        offsetsVersion,
      });
      const { facts, problem } = await read(movie(mvhd(4000), late));
      expect(facts).toMatchObject({ trackSeconds: 4, longestSeconds: 30 });
      expect(problem).toContain('ctts of track 1 30.00 s');
    },
  );

  test('by less than a second is held for it', async () => {
    const offsets = [
      [149, 0],
      [1, 7_680],
    ] as const;
    const { facts, problem } = await read(movie(mvhd(5000), track({ offsets })));
    expect(facts).toMatchObject({ trackSeconds: 5, longestSeconds: 5.5 });
    expect(problem).toBeNull();
  });

  test('by the offsets in its fragments is held for them, and refused', async () => {
    const moov = box('moov', mvhd(0), track(EMPTY), box('mvex', trex));
    const offsets = [...Array(59).fill(0), 28 * 15_360];
    const { facts, problem } = await read(
      Buffer.concat([ftyp('iso6'), moov, fragment({ start: 0, defaultTicks: 512, offsets })]),
    );
    expect(facts).toMatchObject({ trackSeconds: 2, longestSeconds: 30 });
    expect(problem).toContain('composition offsets in fragments of track 1 30.00 s');
  });

  test('is none where all its frames are shown two frames late, as with B-frames', async () => {
    const offsets = [[150, 1024]] as const;
    const { facts, problem } = await read(
      movie(mvhd(5000), track({ offsets, edits: [[5000, 1024]] })),
    );
    expect(facts).toMatchObject({ trackSeconds: 5, longestSeconds: 5 });
    expect(facts.mediaSeconds).toBeUndefined();
    expect(problem).toBeNull();
  });

  test('is none where offsets are negative', async () => {
    const offsets = [
      [1, 0],
      [149, -512],
    ] as const;
    const { facts } = await read(movie(mvhd(5000), track({ offsets, offsetsVersion: 1 })));
    expect(facts).toMatchObject({ trackSeconds: 5, longestSeconds: 5 });
  });
});

describe('behind the last box of a clip that is read', () => {
  test.each([
    ['a line end', Buffer.from('\n')],
    ['zeros', Buffer.alloc(40)],
    ['the trailer of a phone', Buffer.from('\0\0\x30\x0aMotionPhoto_Data\x6a\0\0\0SEFT', 'latin1')],
    ['what no box is called', Buffer.from('\x7f\xff\xff\xffRMKN rest', 'latin1')],
  ])('%s is no damage', async (_, trailer) => {
    const { facts, problem } = await read(Buffer.concat([whole, trailer]));
    expect(problem).toBeNull();
    expect(facts.trackSeconds).toBe(5);
  });

  test('a box that was cut off is', async () => {
    const more = Buffer.concat([whole, u32(999), Buffer.from('mdat'), Buffer.alloc(20)]);
    expect(await messageFor(more)).toContain('the file is cut off');
  });
});

test('an unknown duration is no evidence', async () => {
  const facts = await factsOf(movie(mvhd(0xffffffff), track({ tkhd: 0xffffffff })));
  expect(facts.evidence.map(({ source }) => source)).toEqual([
    'mdhd of track 1',
    'stts of track 1',
  ]);
});

test('64-bit headers read like 32-bit ones', async () => {
  const facts = await factsOf(movie(mvhd(5000), track({ version: 1 })));
  expect(facts).toEqual({ ...(await factsOf(movie(mvhd(5000), track()))), bytes: facts.bytes });
});

test('fragments add up, each frame with its own or the default duration', async () => {
  const moov = box('moov', mvhd(0), track(EMPTY), box('mvex', trex));
  const facts = await factsOf(
    Buffer.concat([
      ftyp('iso6'),
      moov,
      fragment({ start: 0, count: 60 }),
      fragment({ start: 30_720, durations: Array(60).fill(512) }),
      fragment({ start: 61_440, count: 30, defaultTicks: 512 }),
    ]),
  );
  expect(facts).toMatchObject({ trackSeconds: 5, longestSeconds: 5, framesPerSecond: 30 });
  expect(facts.evidence).toEqual([{ source: 'fragments of track 1', seconds: 5 }]);
});

test('a gap between fragments counts as length', async () => {
  const moov = box('moov', mvhd(0), track(EMPTY), box('mvex', trex));
  const facts = await factsOf(
    Buffer.concat([
      ftyp('iso6'),
      moov,
      fragment({ start: 153_600, count: 30 }),
      fragment({ start: 445_440, count: 30 }),
    ]),
  );
  expect(facts).toMatchObject({ trackSeconds: 2, longestSeconds: 20 });
});

test('frames behind a short index do not escape the price', async () => {
  const { facts, problem } = await read(
    Buffer.concat([
      movie(mvhd(5000), track(), box('mvex', trex)),
      fragment({ start: 76_800, count: 750 }),
    ]),
  );
  expect(facts).toMatchObject({ trackSeconds: 30, longestSeconds: 30 });
  expect(problem).toContain('stts of track 1 5.00 s, fragments of track 1 30.00 s');
});

test('mehd and sidx are evidence', async () => {
  const mehd = full('mehd', 1, 0, u64(12_000));
  const sidx = full('sidx', 0, 0, u32(1, 1000, 0, 0, 2), u32(100, 4000, 0, 100, 5000, 0));
  const facts = await factsOf(
    Buffer.concat([
      ftyp('iso6'),
      box('moov', mvhd(0), track(EMPTY), box('mvex', mehd, trex)),
      sidx,
      fragment({ start: 0, count: 150 }),
    ]),
  );
  expect(facts.evidence).toEqual([
    { source: 'mehd', seconds: 12 },
    { source: 'sidx', seconds: 9 },
    { source: 'fragments of track 1', seconds: 5 },
  ]);
});

test('a turned clip is as wide as it is shown', async () => {
  const facts = await factsOf(movie(mvhd(5000), track({ turned: true })));
  expect(facts).toMatchObject({ width: 720, height: 1280 });
});

test('the coded size counts, and the shown size where there is none', async () => {
  const scaled = await factsOf(movie(mvhd(5000), track({ shown: [640, 360] })));
  expect(scaled).toMatchObject({ width: 1280, height: 720 });
  const uncoded = await factsOf(movie(mvhd(5000), track({ coded: [0, 0], shown: [640, 360] })));
  expect(uncoded).toMatchObject({ width: 640, height: 360 });
});

test.each([
  ['avc3', 'h264'],
  ['hvc1', 'hevc'],
  ['hev1', 'hevc'],
  ['av01', 'av1'],
  ['vp09', 'vp9'],
  ['apch', 'prores'],
  ['mjpg', 'mjpg'],
])('sample entry %s is codec %s', async (code, codec) => {
  expect(await factsOf(movie(mvhd(5000), track({ code })))).toMatchObject({ codec });
});

test('a QuickTime brand, or no brand at all, is a MOV', async () => {
  const moov = box('moov', mvhd(5000), track());
  expect((await factsOf(Buffer.concat([ftyp('qt  '), moov, MDAT]))).container).toBe('mov');
  expect((await factsOf(Buffer.concat([box('wide'), MDAT, moov]))).container).toBe('mov');
});

test.each([
  ['3gp4', '3gp'],
  ['3g2a', '3gp'],
  ['M4V ', 'm4v'],
  ['M4VH', 'm4v'],
  ['F4V ', 'f4v'],
  ['mp42', 'mp4'],
])('the brand %s is the container %s', async (brand, container) => {
  const moov = box('moov', mvhd(5000), track());
  expect((await factsOf(Buffer.concat([ftyp(brand), moov, MDAT]))).container).toBe(container);
});

test.each([
  ['pictures', track({ code: 'encv' })],
  ['sound', Buffer.concat([track(), sound({ code: 'enca' })])],
])('a clip with encrypted %s is not bought with', async (_, tracks) => {
  const { facts, problem } = await read(movie(mvhd(5000), tracks));
  expect(facts.trackSeconds).toBe(5);
  expect(problem).toContain('is encrypted, so no provider can decode it');
});

test('a clip whose last box goes to the end of the file, and is cut off in it, is not bought with', async () => {
  const moov = box('moov', mvhd(5000), track({ chunks: [40, 99_999] }));
  const open = Buffer.concat([ftyp(), moov, u32(0), Buffer.from('mdat'), Buffer.alloc(99)]);
  const { problem } = await read(open);
  expect(problem).toContain('the clip is cut off (frames of track 1 start at byte 99999');
});

test('the enabled video track is the one that counts', async () => {
  const cover = track({ id: 3, flags: 0, code: 'jpeg', coded: [100, 100] });
  expect(await factsOf(movie(mvhd(5000), cover, track()))).toMatchObject({ codec: 'h264' });
});

test('silence is no sound', async () => {
  const facts = await factsOf(movie(mvhd(5000), track(), sound({ samples: [] })));
  expect(facts.hasSound).toBe(false);
});

const NOT_VIDEOS: readonly (readonly [string, Uint8Array, string])[] = [
  [
    'WebM',
    Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
    'WebM or Matroska',
  ],
  ['AVI', Buffer.from('RIFF\x10\0\0\0AVI LIST\0\0', 'latin1'), 'an AVI video'],
  ['text', Buffer.from('just some words'), 'it looks like text'],
  [
    'a web page',
    Buffer.from('<!DOCTYPE html><html></html>'),
    'a web page; its address leads to a page',
  ],
  ['an error answer', Buffer.from('{"error":"expired"}'), 'JSON text; that is how servers answer'],
  ['PNG', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'a PNG image'],
  ['HEIC', Buffer.concat([ftyp('heic'), MDAT]), 'an HEIC image; give a video'],
  ['AVIF', Buffer.concat([ftyp('avif'), MDAT]), 'an AVIF image; give a video'],
  ['an MPEG-4 sound', Buffer.concat([ftyp('M4A '), MDAT]), 'an MPEG-4 sound'],
  ['nothing', new Uint8Array(), 'an empty file'],
  ['noise', Buffer.from('0102030405060708090a0b0c', 'hex'), 'something else'],
];

test.each(NOT_VIDEOS)('%s is refused by its content', async (_, bytes, name) => {
  const message = await messageFor(bytes);
  expect(message).toContain('is not an MP4 or MOV video');
  expect(message).toContain(name);
});

test('a Git LFS pointer is named, with the way out', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 9\n`;
  expect(await messageFor(Buffer.from(pointer))).toContain('set `lfs: true` on actions/checkout');
});

const moovOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([ftyp(), box('moov', ...parts), MDAT]);
const nest = (depth: number): Uint8Array => {
  let inner = box('trak');
  for (let level = 0; level < depth; level++) inner = box('trak', inner);
  return inner;
};

const DAMAGED: readonly (readonly [string, Uint8Array, string])[] = [
  ['no moov', Buffer.concat([ftyp(), MDAT]), 'has no index'],
  ['two moovs', Buffer.concat([whole, box('moov', mvhd(1), track())]), 'two indexes'],
  ['no mvhd', moovOf(track()), 'has no header'],
  ['sound alone', moovOf(mvhd(5000), sound()), 'has no video track'],
  ['no frames', moovOf(mvhd(5000), track({ samples: [] })), 'has no frames'],
  ['frames of no length', moovOf(mvhd(5000), track({ samples: [[150, 0]] })), 'has no frames'],
  ['no size', moovOf(mvhd(5), track({ coded: [0, 0], shown: [0, 0] })), 'has no size'],
  ['timescale 0', moovOf(mvhd(5000, 0), track()), 'a second has 0 ticks'],
  ['track timescale 0', moovOf(mvhd(5000), track({ timescale: 0 })), 'a second has 0 ticks'],
  ['a cut file', whole.subarray(0, whole.length - 1), 'the file is cut off'],
  [
    'a cut header',
    Buffer.concat([ftyp(), box('moov', mvhd(5000), track()), u32(8)]),
    'ends inside a box header',
  ],
  ['size 4', Buffer.concat([whole, u32(4), Buffer.from('free')]), 'impossible size 4'],
  ['size 0 inside', moovOf(u32(0), Buffer.from('free'), new Uint8Array(8)), 'has the size 0'],
  [
    '64-bit size 8',
    Buffer.concat([whole, u32(1), Buffer.from('free'), u64(8)]),
    'impossible size 8',
  ],
  ['64-bit size cut', Buffer.concat([whole, u32(1), Buffer.from('free')]), 'inside the header'],
  [
    '64-bit overflow',
    Buffer.concat([whole, u32(1), Buffer.from('mdat'), u64(2n ** 64n - 1n)]),
    'is too large',
  ],
  [
    '64-bit past the end',
    Buffer.concat([whole, u32(1), Buffer.from('mdat'), u64(2 ** 40)]),
    'cut off',
  ],
  ['a child past its parent', moovOf(u32(9999), Buffer.from('mvhd')), 'past its end'],
  ['deep nesting', moovOf(mvhd(5), nest(30)), 'nested more than 8 deep'],
  [
    'countless boxes',
    Buffer.concat([ftyp(), ...Array(100_001).fill(box('free'))]),
    'more than 100000 boxes',
  ],
  ['a short mvhd', moovOf(full('mvhd', 0, 0, u32(0))), 'is too short'],
  [
    'stts with a lying count',
    moovOf(mvhd(5), box('trak', ...lyingTable('stts'))),
    'lacks some of its 4294967295',
  ],
  ['elst with a lying count', moovOf(mvhd(5), lyingEdits()), 'lacks some of its 4294967295'],
  [
    'a fragment without a header',
    Buffer.concat([whole, box('moof', box('traf'))]),
    'names no track',
  ],
];

function lyingTable(type: string): readonly Uint8Array[] {
  const [tkhd, ...rest] = splitBoxes(track().subarray(8));
  const mdia = rest.at(-1) ?? new Uint8Array();
  const [mdhd = mdia, hdlr = mdia] = splitBoxes(mdia.subarray(8));
  const stbl = box('stbl', full(type, 0, 0, u32(0xffffffff, 1, 512)));
  return [tkhd ?? mdia, box('mdia', mdhd, hdlr, box('minf', stbl))];
}

function lyingEdits(): Uint8Array {
  return box(
    'trak',
    ...splitBoxes(track().subarray(8)),
    box('edts', full('elst', 0, 0, u32(0xffffffff, 1, 2, 3))),
  );
}

function splitBoxes(bytes: Uint8Array): Uint8Array[] {
  const boxes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = Buffer.from(bytes).readUInt32BE(at);
    boxes.push(bytes.subarray(at, at + size));
    at += size;
  }
  return boxes;
}

test.each(DAMAGED)('%s is refused with its reason', async (_, bytes, reason) => {
  expect(await messageFor(bytes)).toContain(reason);
});

test('a last box of size 0 goes to the end of the file', async () => {
  const open = Buffer.concat([
    ftyp(),
    box('moov', mvhd(5000), track()),
    u32(0),
    Buffer.from('mdat'),
    new Uint8Array(99),
  ]);
  expect((await factsOf(open)).trackSeconds).toBe(5);
});

test('a run that claims billions of frames is added up, not unfolded', async () => {
  const facts = await factsOf(
    Buffer.concat([
      movie(mvhd(5000), track(), box('mvex', trex)),
      fragment({ count: 0xffffffff, defaultTicks: 0xffffffff }),
    ]),
  );
  expect(facts.longestSeconds).toBeGreaterThan(1e12);
});
