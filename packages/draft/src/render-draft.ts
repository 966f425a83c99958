import { availableParallelism } from 'node:os';
import { chooseFrameSize, type FrameRequest } from './decode/frame-size.ts';
import { openMotion } from './decode/open-motion.ts';
import { readCharacter } from './decode/read-character.ts';
import { canCopyAudio, createDraftWriter } from './encode/write-draft.ts';
import { DraftOptionsError } from './errors.ts';
import { describeMisfit } from './gate/gate.ts';
import type { Orientation } from './retarget/retarget.ts';
import { prepareDraft } from './stage/prepare-draft.ts';
import { renderAndEncode } from './stage/render-and-encode.ts';
import { stopIfAborted } from './stage/stop.ts';
import { createStopwatch } from './stage/stopwatch.ts';
import type { DraftOptions, DraftReport } from './types.ts';
import { createPool } from './workers/pool.ts';

/** Longest draft by orientation, the same limits as the providers have. */
export const LONGEST_SECONDS: Readonly<Record<Orientation, number>> = { image: 10, video: 30 };
const MOST_WORKERS = 8;

/**
 * Renders a draft: the character performs the motion. Data flows one way: decode, plate, segment, track; matte, rig;
 * retarget, render, encode. What cannot be articulated moves as a whole, and the report says why.
 *
 * Throws `MotionUnreadableError`, `CharacterUnreadableError`, `CodecMissingError`, `DraftOptionsError`,
 * `DraftNotWrittenError` or `DraftStoppedError`; the output path is then left as it was.
 */
export async function renderDraft(options: DraftOptions): Promise<DraftReport> {
  const { signal } = options;
  const orientation = options.orientation ?? 'image';
  const request = frameRequestOf(options);
  const endS = secondsOf(options, orientation);
  stopIfAborted(signal);
  const watch = createStopwatch(options.onProgress);
  const image = await readCharacter(options.characterPath);
  const motion = await openMotion(options.motionPath);
  const workers = options.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  const pool = createPool(workers, signal);
  try {
    const size = chooseFrameSize(motion.width, motion.height, request);
    const { clip, plate, performance, ...facts } = await prepareDraft({
      image,
      motion,
      motionPath: options.motionPath,
      size,
      endS,
      orientation,
      pool,
      watch,
      signal,
    });
    const warnings = facts.misfits.map(describeMisfit);
    if (clip.isCut) warnings.push(`The motion is longer than ${endS} s; the draft ends there.`);
    const wantsSound = options.keepOriginalSound === true;
    const audio =
      wantsSound && motion.audio != null && canCopyAudio(motion.audio) ? motion.audio : null;
    if (wantsSound && audio == null) {
      warnings.push(
        'The motion has no sound that an MP4 can carry unchanged; the draft is silent.',
      );
    }
    const lastFrame = clip.times.length - 1;
    const durationS = clip.times[lastFrame] + clip.durations[lastFrame];
    const { width, height } = size;
    const file = { path: options.outputPath, width, height, fps: clip.fps, coding: motion.coding };
    const writer = await createDraftWriter({ ...file, audio, endS: durationS });
    const bytes = await renderAndEncode({
      size,
      plate,
      performance,
      clip,
      pool,
      writer,
      watch,
      signal,
    });
    watch.finish('render and encode');
    return {
      draft: true,
      ...facts,
      warnings,
      width,
      height,
      frames: clip.times.length,
      fps: clip.fps,
      durationS,
      hasSound: audio != null,
      bytes,
      timingsMs: watch.timings(),
    };
  } finally {
    await pool.close();
    motion.close();
  }
}

function frameRequestOf(options: DraftOptions): FrameRequest {
  const { width, height, maxSide, shortSide } = options;
  const asked = [width ?? height, maxSide, shortSide].filter((value) => value != null).length;
  if (asked > 1)
    throw new DraftOptionsError('Give only one of width and height, maxSide, or shortSide.');
  if ((width == null) !== (height == null))
    throw new DraftOptionsError('Give width and height together.');
  if (width != null && height != null) return { kind: 'exact', width, height };
  if (maxSide != null) return { kind: 'longest side', pixels: maxSide };
  if (shortSide != null) return { kind: 'shortest side', pixels: shortSide };
  return { kind: 'clip' };
}

function secondsOf({ maxSeconds }: DraftOptions, orientation: Orientation): number {
  if (maxSeconds == null) return LONGEST_SECONDS[orientation];
  if (!(maxSeconds > 0))
    throw new DraftOptionsError(`maxSeconds is ${maxSeconds}; give a positive number.`);
  return Math.min(maxSeconds, LONGEST_SECONDS[orientation]);
}
