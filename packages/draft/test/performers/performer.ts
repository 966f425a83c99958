import { createBellNoise, createRandom } from '../../src/image/random.ts';
import { type Body, type BodyKind, type Colour, generateBody } from './body.ts';
import { generateMotion, type Moment, type MotionKind } from './motion.ts';
import { type Canvas, ellipse, fillPolygon, limb, type Point } from './paint.ts';

export const BACKGROUNDS = ['plain', 'textured'] as const;
type Background = (typeof BACKGROUNDS)[number];

/** Seeds from here on are for evaluation only: nothing is ever tuned on them. */
export const FIRST_EVALUATION_SEED = 1000;

export interface PerformerSpec {
  readonly body: BodyKind;
  readonly motion: MotionKind;
  readonly background: Background;
  readonly seed: number;
}

/** One generated frame and what is true in it. */
export interface PerformerFrame {
  readonly rgb: Uint8ClampedArray;
  /** Subject coverage, 0 to 255. */
  readonly subject: Uint8Array;
  readonly moment: Moment;
  readonly joints: PerformerJoints;
}

interface PerformerJoints {
  readonly pelvis: Point;
  readonly neck: Point;
  readonly head: Point;
  /** Root, middle and tip: left arm, right arm, left leg, right leg. */
  readonly limbs: readonly (readonly [Point, Point, Point])[];
}

export const WIDTH = 640;
export const HEIGHT = 360;
const STANDING = 0.74;

/** A performer in front of a background, frame by frame. */
export function createPerformer(
  spec: PerformerSpec,
  motion = generateMotion(spec.motion, spec.seed),
): (frame: number, fps: number) => PerformerFrame {
  const body = generateBody(spec.body, spec.seed);
  const background = paintBackground(spec, body);
  const height = STANDING * HEIGHT;
  return (frame, fps) => {
    const moment = motion(frame / fps);
    const joints = placeBody(body, moment, height);
    const canvas: Canvas = {
      width: WIDTH,
      height: HEIGHT,
      rgb: background.slice(),
      subject: new Uint8Array(WIDTH * HEIGHT),
    };
    paintBody(canvas, body, joints, moment, height);
    addNoise(canvas.rgb, spec.seed * 1009 + frame);
    return { rgb: canvas.rgb, subject: canvas.subject ?? new Uint8Array(0), moment, joints };
  };
}

/** The performer's background alone, with the camera's noise. */
export function createRoom(spec: PerformerSpec): (frame: number) => { rgb: Uint8ClampedArray } {
  const background = paintBackground(spec, generateBody(spec.body, spec.seed));
  return (frame) => {
    const rgb = background.slice();
    addNoise(rgb, spec.seed * 1013 + frame);
    return { rgb };
  };
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

function placeBody(body: Body, moment: Moment, height: number): PerformerJoints {
  const hang = (from: Point, degrees: number, length: number): Point => [
    from[0] + Math.sin(radians(degrees)) * length,
    from[1] + Math.cos(radians(degrees)) * length,
  ];
  const at = (list: readonly number[], i: number) => list[i] ?? 0;
  const across: Point = [Math.cos(radians(moment.torso)), Math.sin(radians(moment.torso))];
  const up: Point = [Math.sin(radians(moment.torso)), -Math.cos(radians(moment.torso))];
  const pelvisAt = (pelvis: Point): PerformerJoints => {
    const torso = body.torso * moment.torsoLength * height;
    const neck: Point = [pelvis[0] + up[0] * torso, pelvis[1] + up[1] * torso];
    const headAngle = radians(moment.torso + moment.head);
    const toHead = (body.neck + body.headHeight / 2) * height;
    const head: Point = [
      neck[0] + Math.sin(headAngle) * toHead,
      neck[1] - Math.cos(headAngle) * toHead,
    ];
    const limbs = [0, 1, 2, 3].map((i): [Point, Point, Point] => {
      const sign = i % 2 === 0 ? -1 : 1;
      const isArm = i < 2;
      const half = (isArm ? body.shoulders : body.hips) * height * sign;
      const drop = isArm ? 0.028 * height : 0;
      const from = isArm ? neck : pelvis;
      const root: Point = [
        from[0] + across[0] * half - up[0] * drop,
        from[1] + across[1] * half - up[1] * drop,
      ];
      const bone = 2 * i;
      const upper = (isArm ? body.upperArm : body.thigh) * height * at(moment.lengths, bone);
      const lower = (isArm ? body.forearm : body.shin) * height * at(moment.lengths, bone + 1);
      const middle = hang(root, at(moment.angles, bone), upper);
      return [root, middle, hang(middle, at(moment.angles, bone + 1), lower)];
    });
    return { pelvis, neck, head, limbs };
  };
  const x = WIDTH / 2 + moment.x * height;
  const trial = pelvisAt([x, 0]);
  const lowest = Math.max(trial.limbs[2]?.[2][1] ?? 0, trial.limbs[3]?.[2][1] ?? 0);
  const ground = HEIGHT * 0.92 - moment.jump * height;
  return pelvisAt([x, ground - lowest]);
}

function shade(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

function paintBody(
  canvas: Canvas,
  body: Body,
  joints: PerformerJoints,
  moment: Moment,
  height: number,
): void {
  const { pelvis, neck, head, limbs } = joints;
  const [leftArm, rightArm, leftLeg, rightLeg] = limbs;
  if (leftArm == null || rightArm == null || leftLeg == null || rightLeg == null) return;
  const h = height;
  const torsoAngle = radians(moment.torso);
  const across: Point = [Math.cos(torsoAngle), Math.sin(torsoAngle)];
  const up: Point = [Math.sin(torsoAngle), -Math.cos(torsoAngle)];
  const at = (from: Point, a: number, u: number): Point => [
    from[0] + across[0] * a * h + up[0] * u * h,
    from[1] + across[1] * a * h + up[1] * u * h,
  ];
  if (body.hair === 'long') {
    fillPolygon(
      canvas,
      ellipse(
        head[0],
        head[1] + 0.035 * h,
        body.headWidth * 0.62 * h,
        body.headHeight * 0.78 * h,
        torsoAngle,
      ),
      body.hairColour,
    );
  }
  if (body.hair === 'ponytail') {
    const swing = 0.03 * h * Math.sin(radians(moment.torso * 8));
    fillPolygon(
      canvas,
      limb(
        [head[0] + 0.04 * h, head[1] - 0.02 * h],
        [head[0] + 0.075 * h + swing, head[1] + 0.1 * h],
        0.018 * h,
        0.01 * h,
        0.012 * h,
      ),
      body.hairColour,
    );
  }
  const legColour = body.skirtLength > 0 ? body.skin : body.bottom;
  for (const [leg, sign] of [
    [leftLeg, -1],
    [rightLeg, 1],
  ] as const) {
    fillPolygon(
      canvas,
      limb(leg[0], leg[1], body.legWidth * h, body.legWidth * 0.8 * h, 0.006 * h),
      shade(legColour, sign < 0 ? 0.94 : 1),
    );
    fillPolygon(
      canvas,
      limb(leg[1], leg[2], body.legWidth * 0.78 * h, body.legWidth * 0.5 * h, 0.008 * h),
      shade(legColour, sign < 0 ? 0.94 : 1),
    );
    fillPolygon(
      canvas,
      ellipse(leg[2][0] + sign * 0.018 * h, leg[2][1] + 0.016 * h, 0.044 * h, 0.022 * h),
      body.shoes,
    );
  }
  const side = (u: number, half: number): [Point, Point] => [
    at(pelvis, -half, u),
    at(pelvis, half, u),
  ];
  const length = body.torso * moment.torsoLength;
  const rows = [
    side(-0.035, body.hem),
    side(length * 0.3, body.waist),
    side(length * 0.7, body.chest),
    side(length * 0.93, body.shoulders + 0.012),
    side(length + 0.005, body.shoulders * 0.55),
  ];
  if (body.skirtLength > 0) {
    const swing = 0.02 * Math.sin(radians(moment.torso * 6));
    const spread = Math.max(
      body.hem * 1.5,
      Math.abs((leftLeg[1][0] - rightLeg[1][0]) / h) * 0.5 + 0.05,
    );
    const low = -body.skirtLength;
    fillPolygon(
      canvas,
      [
        at(pelvis, -body.waist, 0.04),
        at(pelvis, body.waist, 0.04),
        at(pelvis, spread + swing, low),
        at(pelvis, swing, low - 0.012),
        at(pelvis, -spread + swing, low),
      ],
      body.bottom,
    );
  }
  fillPolygon(
    canvas,
    [...rows.map((row) => row[0]), ...rows.map((row) => row[1]).reverse()],
    body.top,
  );
  fillPolygon(
    canvas,
    limb(
      neck,
      [neck[0] * 0.4 + head[0] * 0.6, neck[1] * 0.4 + head[1] * 0.6],
      0.03 * h,
      0.028 * h,
      0,
    ),
    body.skin,
  );
  const headTilt = radians(moment.torso + moment.head);
  fillPolygon(
    canvas,
    ellipse(head[0], head[1], (body.headWidth / 2) * h, (body.headHeight / 2) * h, headTilt),
    body.skin,
  );
  fillPolygon(
    canvas,
    ellipse(
      head[0] + Math.sin(headTilt) * 0.2 * body.headHeight * h,
      head[1] - 0.24 * body.headHeight * h,
      body.headWidth * 0.52 * h,
      body.headHeight * 0.3 * h,
      headTilt,
    ),
    body.hairColour,
  );
  if (body.hair === 'hat') {
    fillPolygon(
      canvas,
      ellipse(
        head[0],
        head[1] - 0.2 * body.headHeight * h,
        body.headWidth * 0.72 * h,
        body.headHeight * 0.1 * h,
        headTilt,
      ),
      shade(body.top, 0.7),
    );
  }
  for (const arm of [leftArm, rightArm]) {
    const upperColour = body.sleeve === 'none' ? body.skin : body.top;
    const lowerColour = body.sleeve === 'long' ? body.top : body.skin;
    fillPolygon(
      canvas,
      limb(
        arm[1],
        arm[2],
        body.armWidth * 0.9 * h,
        body.armWidth * (body.sleeve === 'long' ? 0.95 : 0.65) * h,
        0.003 * h,
      ),
      shade(lowerColour, 0.96),
    );
    fillPolygon(
      canvas,
      limb(arm[0], arm[1], body.armWidth * 1.15 * h, body.armWidth * 0.92 * h, 0.003 * h),
      shade(upperColour, 0.92),
    );
    const hand = ellipse(
      arm[2][0],
      arm[2][1],
      0.021 * h,
      0.028 * h,
      Math.atan2(arm[2][1] - arm[1][1], arm[2][0] - arm[1][0]) - Math.PI / 2,
    );
    fillPolygon(canvas, hand, body.skin);
  }
}

function paintBackground({ background, seed }: PerformerSpec, body: Body): Uint8ClampedArray {
  const random = createRandom(seed * 31337 + (background === 'plain' ? 1 : 2));
  const rgb = new Uint8ClampedArray(3 * WIDTH * HEIGHT);
  const canvas: Canvas = { width: WIDTH, height: HEIGHT, rgb, subject: null };
  const any = (): Colour => [40 + 190 * random(), 40 + 190 * random(), 40 + 190 * random()];
  let wall = any();
  // A plain wall in the colour of the clothes hides the performer from anyone.
  for (
    let tries = 0;
    tries < 50 && [body.top, body.bottom, body.skin].some((c) => contrast(c, wall) < 90);
    tries++
  )
    wall = any();
  const floor = shade(wall, 0.72);
  for (let y = 0, p = 0; y < HEIGHT; y++) {
    const colour = shade(y < HEIGHT * 0.84 ? wall : floor, 1 - 0.12 * (y / HEIGHT));
    for (let x = 0; x < WIDTH; x++, p += 3) rgb.set(colour, p);
  }
  if (background === 'plain') return rgb;
  for (let i = 0; i < 180; i++) {
    const size = 5 + random() * HEIGHT * 0.1;
    const x = random() * WIDTH;
    const y = random() * HEIGHT * 0.95;
    const shape: Point[] =
      random() < 0.5
        ? [
            [x, y],
            [x + size, y + size * 0.2],
            [x + size * 0.8, y + size * (0.5 + random())],
            [x - size * 0.1, y + size * 0.7],
          ]
        : ellipse(x, y, size * 0.5, size * 0.5);
    fillPolygon(canvas, shape, any());
  }
  return rgb;
}

function contrast(a: Colour, b: Colour): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
}

/** Sensor noise: about 1.4 levels, the same on all channels of a pixel. */
function addNoise(rgb: Uint8ClampedArray, seed: number): void {
  const noise = createBellNoise(createRandom(seed));
  for (let p = 0; p < rgb.length; p += 3) {
    const value = 2 * noise();
    for (let c = 0; c < 3; c++) rgb[p + c] = (rgb[p + c] ?? 0) + value;
  }
}
