import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseFrameSize } from '../../src/decode/frame-size.ts';
import { openMotion } from '../../src/decode/open-motion.ts';
import { readMotion } from '../../src/decode/read-motion.ts';
import { checkMotion, checkTrack } from '../../src/gate/gate.ts';
import { signsOfTrack } from '../../src/gate/signs.ts';
import { resizePlane } from '../../src/image/resize.ts';
import { ALL_CAPSULES } from '../../src/puppet/coverage.ts';
import type { Pose } from '../../src/puppet/pose.ts';
import { markParts } from '../../src/puppet/residual.ts';
import { analyse } from '../../src/stage/analyse.ts';
import { motionInOutput } from '../../src/stage/perform-puppet.ts';
import { trackMotion } from '../../src/track/track.ts';
import type { Pool } from '../../src/workers/task.ts';
import { type Film, filmPerformer } from './film.ts';
import { HEIGHT, type PerformerSpec, WIDTH } from './performer.ts';

/** How well one performer was tracked. Angles in degrees. */
export interface Score {
  readonly spec: PerformerSpec;
  /** Absolute error of every limb bone in every frame whose direction can be seen. */
  readonly errors: readonly number[];
  readonly errorsByBone: readonly (readonly number[])[];
  /** Median intersection over union of puppet and true silhouette. */
  readonly overlap: number;
  /** Median change of the angle error from frame to frame. */
  readonly jitter: number;
  /** Share of frames in which arms or legs are exchanged. */
  readonly swapShare: number;
  readonly isFallback: boolean;
  readonly fit: number;
}

/** A bone that points at the camera has no direction in the picture. */
const SHORTEST_SCORED = 0.4;

export async function scorePerformer(
  spec: PerformerSpec,
  pool: Pool,
  frames: number,
): Promise<Score> {
  const name = `${spec.body}-${spec.motion}-${spec.background}-${spec.seed}`.replaceAll(' ', '-');
  const path = join(tmpdir(), `performer-${process.pid}-${name}.mp4`);
  try {
    return await scoreFilm(spec, await filmPerformer(spec, path, frames), pool);
  } finally {
    await rm(path, { force: true });
  }
}

async function scoreFilm(spec: PerformerSpec, film: Film, pool: Pool): Promise<Score> {
  const motion = await openMotion(film.path);
  try {
    const size = chooseFrameSize(motion.width, motion.height, { kind: 'clip' });
    const footage = await readMotion(motion, size, 30);
    const analysis = await analyse(footage, pool);
    const tracked = await trackMotion(analysis.grid, analysis.trackedFps, pool);
    const fits = [...tracked.fits].sort((a, b) => a - b);
    const fit = fits[fits.length >> 1] ?? 0;
    const views = { ...analysis, footage, size, shown: motion };
    const { poses, shape } = motionInOutput(views, tracked);
    const signs = signsOfTrack(tracked, fit, analysis.trackedFps);
    const misfits = [...checkMotion(analysis.signs), ...checkTrack(signs)];
    return {
      spec,
      ...compare(film, poses),
      overlap: overlapOf(film, poses, shape),
      isFallback: misfits.length > 0,
      fit,
    };
  } finally {
    motion.close();
  }
}

const toDegrees = (radians: number) => (radians * 180) / Math.PI;

function difference(a: number, b: number): number {
  return a - b - 360 * Math.round((a - b) / 360);
}

type Comparison = Pick<Score, 'errors' | 'errorsByBone' | 'jitter' | 'swapShare'>;

function compare(film: Film, poses: readonly Pose[]): Comparison {
  const errorsByBone: number[][] = Array.from({ length: 8 }, () => []);
  const shakes: number[] = [];
  let swaps = 0;
  let before: number[] | null = null;
  film.frames.forEach(({ moment }, f) => {
    const pose = poses[Math.min(f, poses.length - 1)];
    if (pose == null) return;
    const found = Array.from(pose.angles, toDegrees);
    const signed = found.map((angle, bone) => difference(angle, moment.angles[bone] ?? 0));
    signed.forEach((error, bone) => {
      if ((moment.lengths[bone] ?? 1) >= SHORTEST_SCORED) errorsByBone[bone]?.push(Math.abs(error));
    });
    if (before != null) {
      for (const [bone, error] of signed.entries())
        shakes.push(Math.abs(difference(error, before[bone] ?? 0)));
    }
    before = signed;
    if (isSwapped(found, moment.angles, 0) || isSwapped(found, moment.angles, 4)) swaps++;
  });
  return {
    errors: errorsByBone.flat(),
    errorsByBone,
    jitter: quantile(shakes, 0.5),
    swapShare: swaps / film.frames.length,
  };
}

/** Exchanging left and right would explain the pair of limbs far better. */
function isSwapped(found: readonly number[], truth: readonly number[], first: number): boolean {
  const sum = (offset: number) => {
    let total = 0;
    for (let i = 0; i < 4; i++) {
      const partner = first + ((i + offset) % 4);
      total += Math.abs(difference(found[first + i] ?? 0, truth[partner] ?? 0));
    }
    return total;
  };
  const straight = sum(0);
  const exchanged = sum(2);
  return straight > 60 && exchanged < 0.5 * straight;
}

function overlapOf(
  film: Film,
  poses: readonly Pose[],
  shape: Parameters<typeof markParts>[4],
): number {
  const width = WIDTH / 2;
  const height = HEIGHT / 2;
  const half = { ...shape, height: shape.height / 2 };
  const values: number[] = [];
  for (let f = 0; f < film.frames.length; f += 4) {
    const truth = film.frames[f];
    const pose = poses[Math.min(f, poses.length - 1)];
    if (truth == null || pose == null) continue;
    const mask = resizePlane(truth.subject, WIDTH, HEIGHT, WIDTH, width, height);
    const puppet = new Uint8Array(width * height);
    markParts(
      puppet,
      width,
      height,
      { ...pose, x: pose.x / 2, y: pose.y / 2 },
      half,
      ALL_CAPSULES,
      1,
    );
    let both = 0;
    let either = 0;
    for (let p = 0; p < mask.length; p++) {
      const isSubject = (mask[p] ?? 0) > 127;
      const isPuppet = puppet[p] !== 0;
      if (isSubject && isPuppet) both++;
      if (isSubject || isPuppet) either++;
    }
    values.push(both / Math.max(1, either));
  }
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
