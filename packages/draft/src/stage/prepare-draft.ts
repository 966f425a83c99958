import type { FrameSize } from '../decode/frame-size.ts';
import type { Motion } from '../decode/open-motion.ts';
import { type Footage, readMotion } from '../decode/read-motion.ts';
import { checkCharacter, checkMotion, checkTrack, type Misfit } from '../gate/gate.ts';
import { signsOfTrack } from '../gate/signs.ts';
import type { CharacterImage } from '../image/character-image.ts';
import type { I420 } from '../image/i420.ts';
import { evenExposure } from '../plate/exposure.ts';
import { facingOfCharacter, facingOfPerformer, mirrorImage } from '../retarget/facing.ts';
import type { Orientation } from '../retarget/retarget.ts';
import { type TrackedMotion, trackMotion } from '../track/track.ts';
import type { FacingReport } from '../types.ts';
import type { Pool } from '../workers/task.ts';
import { analyse } from './analyse.ts';
import { paintStage } from './paint-stage.ts';
import { performPuppet } from './perform-puppet.ts';
import { performWholeBody } from './perform-whole-body.ts';
import { type StagedCharacter, stageCharacter } from './stage-character.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Performance } from './views.ts';

export interface DraftJob {
  readonly image: CharacterImage;
  readonly motion: Motion;
  readonly size: FrameSize;
  readonly endS: number;
  readonly orientation: Orientation;
  readonly pool: Pool;
  readonly watch: Stopwatch;
}

/** When each frame is shown; what is left of the footage when its pictures are gone. */
export type Clip = Pick<Footage, 'times' | 'durations' | 'fps' | 'isCut'>;

/** A draft that only needs drawing. */
export interface PreparedDraft {
  readonly clip: Clip;
  readonly plate: I420;
  readonly performance: Performance;
  readonly method: 'puppet' | 'whole body';
  readonly misfits: readonly Misfit[];
  readonly facing: FacingReport;
  readonly characterFit: number | null;
  readonly motionFit: number | null;
}

/**
 * Reads, understands and stages: everything from decode to retarget. The pictures of the clip, the largest thing in
 * memory, die with this call, before anything is drawn.
 */
export async function prepareDraft(job: DraftJob): Promise<PreparedDraft> {
  const { image, motion, size, pool, watch } = job;
  const character = pool.runBeside(stageCharacter, null, [image]);
  character.catch(() => undefined);
  const filmed = await readMotion(motion, size, job.endS, (share) =>
    watch.advance('decode', share),
  );
  const footage: Footage = { ...filmed, backdrops: evenExposure(filmed) };
  watch.finish('decode');
  const analysis = await analyse(footage, pool, watch.finish);
  const [staged] = await character;
  watch.finish('character');

  const early = [...checkCharacter(staged.signs), ...checkMotion(analysis.signs)];
  const tracked =
    early.length === 0 ? await trackMotion(analysis.grid, analysis.trackedFps, pool) : null;
  const motionFit = tracked != null ? medianOf(tracked.fits) : null;
  const misfits =
    tracked != null && motionFit != null
      ? checkTrack(signsOfTrack(tracked, motionFit, analysis.trackedFps))
      : early;
  watch.finish('track');

  const shown = { width: motion.width, height: motion.height };
  const views = { ...analysis, footage, size, shown };
  const isPuppet = tracked != null && misfits.length === 0;
  // The plate is painted by a worker while the character is dressed here.
  const painting = paintStage(views, isPuppet ? tracked : null, misfits, pool);
  painting.catch(() => undefined);
  const turn = isPuppet ? await turnCharacter(job, staged, tracked) : null;
  const performance = isPuppet
    ? performPuppet(
        views,
        tracked,
        turn?.staged ?? staged,
        turn?.image ?? image,
        job.orientation,
        motion.coding,
      )
    : performWholeBody(views, staged, image, motion.coding, misfits);
  const plate = await painting;
  watch.finish('backdrop');
  const { times, durations, fps, isCut } = footage;
  return {
    clip: { times, durations, fps, isCut },
    plate,
    performance,
    method: isPuppet ? 'puppet' : 'whole body',
    misfits,
    facing: turn?.facing ?? UNKNOWN_FACING,
    characterFit: staged.fit?.fit ?? null,
    motionFit,
  };
}

const UNKNOWN_FACING: FacingReport = { character: 'front', performer: 'front', isMirrored: false };

/** With orientation `video` a character drawn to one side is mirrored for a performer who faces the other. */
async function turnCharacter(
  { image, orientation, pool }: DraftJob,
  staged: StagedCharacter,
  tracked: TrackedMotion,
): Promise<{ facing: FacingReport; staged: StagedCharacter; image: CharacterImage }> {
  const performer = facingOfPerformer(tracked.poses, tracked.shape);
  const character = staged.fit != null ? facingOfCharacter(staged.fit) : 'front';
  const isOpposite = character !== 'front' && performer !== 'front' && character !== performer;
  const isMirrored = isOpposite && orientation === 'video';
  const facing = { character, performer, isMirrored };
  if (!isMirrored) return { facing, staged, image };
  const mirrored = mirrorImage(image);
  const [restaged] = await pool.run(stageCharacter, null, [mirrored]);
  return { facing, staged: restaged, image: mirrored };
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
