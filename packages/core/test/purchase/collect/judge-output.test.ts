import { describe, expect, test } from 'vitest';
import {
  type Expected,
  type Found,
  judgeOutput,
  judgePictures,
} from '../../../src/purchase/collect/judge-output.ts';

const clip = { trackSeconds: 4, longestSeconds: 4, framesPerSecond: 24, hasSound: true };
const expected: Expected = {
  tier: 'standard',
  keepOriginalSound: true,
  durationSeconds: null,
  clip,
};
const found: Found = {
  trackSeconds: 4,
  framesPerSecond: 24,
  hasSound: true,
  width: 1280,
  height: 720,
};
const kinds = (wanted: Partial<Expected>, made: Partial<Found>) =>
  judgeOutput({ ...expected, ...wanted }, { ...found, ...made }).map(({ kind }) => kind);

describe('the length of a video', () => {
  test.each([
    [4, []],
    // Two frames and one of sound.
    [3.87, []],
    [3.86, ['shorter']],
    [2.1, ['shorter']],
    [4.1, []],
    [4.2, ['longer']],
  ])('of %d s for a clip of 4 s at 24 frames a second', (trackSeconds, warned) => {
    expect(kinds({}, { trackSeconds })).toEqual(warned);
  });

  test.each([
    ['at the lower frame rate of both', { trackSeconds: 3.8, framesPerSecond: 12 }, {}, []],
    [
      'up to the whole second that is sent',
      { trackSeconds: 4.3 },
      { trackSeconds: 3.4 },
      ['longer'],
    ],
    ['of the whole second', { trackSeconds: 4 }, { trackSeconds: 3.4, longestSeconds: 3.4 }, []],
    ['of what an edit list leaves out', { trackSeconds: 6 }, { longestSeconds: 6 }, []],
  ] as const)('may differ by that: %s', (_title, made, ofClip, warned) => {
    expect(kinds({ clip: { ...clip, ...ofClip } }, made)).toEqual(warned);
  });

  test('is that which was asked for, where it is less than the clip', () => {
    expect(kinds({ durationSeconds: 3 }, { trackSeconds: 3 })).toEqual([]);
    expect(kinds({ durationSeconds: 3 }, { trackSeconds: 2 })).toEqual(['shorter']);
  });

  test('is not judged where the clip is not known', () => {
    expect(kinds({ clip: null }, { trackSeconds: 1, hasSound: false })).toEqual([]);
  });
});

test.each([
  ['standard', 1280, 720, []],
  ['standard', 720, 1280, []],
  ['standard', 704, 1280, []],
  // As many pixels, in other shapes.
  ['standard', 960, 960, []],
  ['standard', 1680, 560, []],
  ['standard', 854, 480, ['smaller']],
  ['standard', 640, 640, ['smaller']],
  ['pro', 1920, 1080, []],
  ['pro', 1920, 1072, []],
  ['pro', 1440, 1440, []],
  ['pro', 1280, 720, ['smaller']],
] as const)('the size that is sold as %s is not above %ix%i', (tier, width, height, warned) => {
  expect(kinds({ tier }, { width, height })).toEqual(warned);
});

test.each([
  [true, true, false, ['silent']],
  [true, true, true, []],
  [true, false, false, []],
  [false, true, false, []],
])(
  'sound: to be kept %j, in the clip %j, in the video %j',
  (keepOriginalSound, hasSound, isThere, warned) => {
    expect(
      kinds({ keepOriginalSound, clip: { ...clip, hasSound } }, { hasSound: isThere }),
    ).toEqual(warned);
  },
);

describe('some pictures of a video', () => {
  const picture = (...luma: readonly number[]) => ({ luma: Uint8Array.from(luma) });

  test.each([
    ['one cell that changes', [picture(60, 60, 60), picture(60, 64, 60)], []],
    ['noise', [picture(60, 60, 60), picture(61, 58, 63)], ['still']],
    ['a change in the last of three alone', [picture(60), picture(60), picture(90)], []],
    ['black, whichever the coding says', [picture(0, 16), picture(16, 17)], ['black']],
    ['black that becomes a picture', [picture(16, 16), picture(16, 120)], []],
    ['one light cell in the dark that moves', [picture(16, 80, 16), picture(16, 16, 80)], []],
    ['one picture', [picture(16, 16)], []],
    ['none', [], []],
  ])('%s', (_title, samples, warned) => {
    expect(judgePictures(samples).map(({ kind }) => kind)).toEqual(warned);
  });
});
