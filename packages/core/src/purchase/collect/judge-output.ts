import type { VideoFacts } from '../../model/media/media.ts';
import type { OutputWarning } from '../../model/media/output-warning.ts';
import { SHORT_SIDE_PIXELS, type Tier } from '../../model/transfer.ts';
import type { PictureSample } from '../../ports.ts';

/** What was asked for, as far as it is known: a purchase that no plan is about any more has no clip. */
export interface Expected {
  readonly tier: Tier;
  readonly keepOriginalSound: boolean;
  readonly durationSeconds: number | null;
  readonly clip: Pick<
    VideoFacts,
    'trackSeconds' | 'longestSeconds' | 'framesPerSecond' | 'hasSound'
  > | null;
}

export type Found = Pick<
  VideoFacts,
  'trackSeconds' | 'framesPerSecond' | 'hasSound' | 'width' | 'height'
>;

/** What the container of a bought video says against it. */
export function judgeOutput(expected: Expected, found: Found): OutputWarning[] {
  const { clip } = expected;
  return [
    ...judgeLength(expected, found),
    ...judgeSize(expected, found),
    ...(expected.keepOriginalSound && clip?.hasSound === true && !found.hasSound
      ? [{ kind: 'silent' } as const]
      : []),
  ];
}

/** Sound comes in frames of up to this length: whoever ends the pictures with the sound leaves off as much. */
const SOUND_FRAME_SECONDS = 0.05;
/** Coding anew at another rate may lose the frame that is not whole, at either end. */
const LOST_FRAMES = 2;
/** The slowest rate that providers take, where none is known. */
const USUAL_FRAMES_PER_SECOND = 24;

function judgeLength({ clip, durationSeconds }: Expected, found: Found): OutputWarning[] {
  if (clip == null) return [];
  const rates = [clip, found].map(
    ({ framesPerSecond }) => framesPerSecond ?? USUAL_FRAMES_PER_SECOND,
  );
  const slackSeconds = SOUND_FRAME_SECONDS + LOST_FRAMES / Math.min(...rates);
  const clipSeconds = Math.min(clip.trackSeconds, durationSeconds ?? Number.POSITIVE_INFINITY);
  const lengths = { clipSeconds, videoSeconds: found.trackSeconds };
  if (lengths.videoSeconds < clipSeconds - slackSeconds) return [{ kind: 'shorter', ...lengths }];
  // Providers that count in whole seconds may fill up the last one; what an edit list leaves out may be shown.
  const longest = Math.ceil(Math.max(clip.longestSeconds, durationSeconds ?? 0));
  return lengths.videoSeconds > longest + slackSeconds ? [{ kind: 'longer', ...lengths }] : [];
}

/** Codecs cut sides to multiples of 16, and 1080 is sold as 1072 or 1088. */
const SIZE_SHARE = 0.95;

/**
 * Assumed: a tier is its shorter side, or as many pixels in another shape (Kling's square pictures are 960 and 1440
 * wide). Pages say 720p and 1080p and nothing about shapes, so that only what is below both is small.
 */
function judgeSize({ tier }: Expected, { width, height }: Found): OutputWarning[] {
  const shortSide = SHORT_SIDE_PIXELS[tier];
  const pixels = shortSide * shortSide * (16 / 9);
  const isSmall =
    Math.min(width, height) < SIZE_SHARE * shortSide &&
    width * height < SIZE_SHARE * SIZE_SHARE * pixels;
  return isSmall ? [{ kind: 'smaller', tier, width, height }] : [];
}

/** Luma of black is 0 or 16 by the coding; this is 6 % above the latter, and is seen by nobody. */
const BLACK_LUMA = 32;
/** The key frames of a film of one picture differ by less: rounding, and what the coder leaves out. Clips of people change some cell by 38 and more. */
const STILL_LUMA = 3;

/** What some of its pictures say against it; nothing where there are less than two. */
export function judgePictures(samples: readonly PictureSample[]): OutputWarning[] {
  const [first, ...others] = samples;
  if (first == null || others.length === 0) return [];
  const pictures = samples.length;
  if (samples.every(({ luma }) => luma.every((level) => level <= BLACK_LUMA)))
    return [{ kind: 'black', pictures }];
  const isStill = others.every(({ luma }) =>
    luma.every((level, cell) => Math.abs(level - (first.luma[cell] ?? level)) <= STILL_LUMA),
  );
  return isStill ? [{ kind: 'still', pictures }] : [];
}
