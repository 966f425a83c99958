import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseFrameSize } from '../../src/decode/frame-size.ts';
import { openMotion } from '../../src/decode/open-motion.ts';
import { readMotion } from '../../src/decode/read-motion.ts';
import { JOINT, placeJoints } from '../../src/puppet/pose.ts';
import { analyse } from '../../src/stage/analyse.ts';
import { motionInOutput } from '../../src/stage/perform-puppet.ts';
import { startPool } from '../../src/stage/start-pool.ts';
import { trackMotion } from '../../src/track/track.ts';
import { inTemporaryFolder } from '../helpers/media.ts';
import { type BodyKind, generateBody } from '../performers/body.ts';
import { filmScene } from '../performers/film.ts';
import { generateMotion, type Moment, squatOnTheSpot } from '../performers/motion.ts';
import { createPerformer, HEIGHT, type PerformerFrame } from '../performers/performer.ts';

const FRAMES = 36;

interface Tracked {
  readonly truth: readonly PerformerFrame['joints'][];
  readonly found: readonly Float64Array[];
}

async function film(
  body: BodyKind,
  seed: number,
  motion: (seconds: number) => Moment,
): Promise<Tracked> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'performer.mp4');
    const draw = createPerformer({ body, motion: 'squats', background: 'plain', seed }, motion);
    const truth: PerformerFrame['joints'][] = [];
    await filmScene(
      (frame, fps) => {
        const drawn = draw(frame, fps);
        truth.push(drawn.joints);
        return drawn;
      },
      path,
      FRAMES,
    );
    const pool = startPool(0);
    const shown = await openMotion(path);
    try {
      const size = chooseFrameSize(shown.width, shown.height, { kind: 'clip' });
      const footage = await readMotion(shown, size, 30);
      const analysis = await analyse(footage, pool);
      const tracked = await trackMotion(analysis.grid, analysis.trackedFps, pool);
      const { poses, shape } = motionInOutput({ ...analysis, footage, size, shown }, tracked);
      return { truth, found: poses.map((pose) => placeJoints(pose, shape)) };
    } finally {
      shown.close();
    }
  });
}

const TALL = 0.74 * HEIGHT;
const middle = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

test('wide clothes and big heads do not change where neck and hips are', async () => {
  for (const [body, seed] of [
    ['loose clothes', 1],
    ['big head', 1],
    ['stocky', 1],
  ] as const) {
    const { truth, found } = await film(body, seed, generateMotion('dancing', seed));
    const below = (joint: number, of: (frame: PerformerFrame['joints']) => readonly number[]) =>
      middle(
        found.map((joints, f) => {
          const frame = truth[f];
          return frame == null
            ? Number.NaN
            : ((joints[2 * joint + 1] ?? 0) - (of(frame)[1] ?? 0)) / TALL;
        }),
      );
    expect(Math.abs(below(JOINT.neck, ({ neck }) => neck))).toBeLessThan(0.03);
    expect(Math.abs(below(JOINT.pelvis, ({ pelvis }) => pelvis))).toBeLessThan(0.05);
  }
});

test('feet that never move, in white shoes too, are found on the ground', async () => {
  const seeds = [6, 7];
  expect(generateBody('casual', 6).shoes).toEqual([235, 235, 235]);
  for (const seed of seeds) {
    const { truth, found } = await film(
      'casual',
      seed,
      squatOnTheSpot(generateBody('casual', seed)),
    );
    [JOINT.leftAnkle, JOINT.rightAnkle].forEach((ankle, side) => {
      const ankles = truth.map((joints) => joints.limbs[2 + side]?.[2] ?? [Number.NaN, Number.NaN]);
      // The performer itself stands still.
      expect(Math.abs((ankles[0]?.[0] ?? 0) - (ankles[20]?.[0] ?? 0))).toBeLessThan(1e-6);
      const low = middle(
        found.map((joints, f) => ((joints[2 * ankle + 1] ?? 0) - (ankles[f]?.[1] ?? 0)) / TALL),
      );
      expect(Math.abs(low)).toBeLessThan(0.025);
    });
  }
});
