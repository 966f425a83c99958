import type { Pose } from './body.ts';

/** A pose that is reached at `at` seconds and held for `hold`. */
interface Key {
  readonly at: number;
  readonly hold: number;
  readonly pose: Pose;
}

export type Choreography = readonly Key[];

const STAND: Pose = {
  x: 0,
  crouch: 0,
  lean: 0,
  headTilt: 0,
  leftArm: { upper: -20, fore: -12 },
  rightArm: { upper: 20, fore: 12 },
  leftFoot: { x: -0.085, lift: 0 },
  rightFoot: { x: 0.085, lift: 0 },
};

const ARMS_UP: Pose = {
  ...STAND,
  headTilt: -3,
  leftArm: { upper: -140, fore: -168 },
  rightArm: { upper: 140, fore: 168 },
};

const STEP_RIGHT: Pose = {
  x: 0.1,
  crouch: 0.03,
  lean: -7,
  headTilt: 10,
  leftArm: { upper: -46, fore: 42 },
  rightArm: { upper: 128, fore: 132 },
  leftFoot: { x: -0.12, lift: 0 },
  rightFoot: { x: 0.24, lift: 0 },
};

const KICK: Pose = {
  x: -0.05,
  crouch: 0.012,
  lean: -14,
  headTilt: 8,
  leftArm: { upper: -104, fore: -112 },
  rightArm: { upper: 78, fore: 86 },
  leftFoot: { x: -0.07, lift: 0 },
  rightFoot: { x: 0.42, lift: 0.28 },
};

/** One forearm up, the other down. */
const TURNED_ARMS: Pose = {
  x: 0,
  crouch: 0.05,
  lean: 4,
  headTilt: -6,
  leftArm: { upper: -92, fore: -178 },
  rightArm: { upper: 88, fore: 6 },
  leftFoot: { x: -0.19, lift: 0 },
  rightFoot: { x: 0.19, lift: 0 },
};

const BOW: Pose = {
  x: 0.01,
  crouch: 0.05,
  lean: -38,
  headTilt: -12,
  leftArm: { upper: -52, fore: 22 },
  rightArm: { upper: 108, fore: 118 },
  leftFoot: { x: -0.04, lift: 0 },
  rightFoot: { x: 0.31, lift: 0 },
};

export const DANCE: Choreography = [
  { at: 0, hold: 0.12, pose: STAND },
  { at: 0.45, hold: 0.12, pose: ARMS_UP },
  { at: 0.95, hold: 0.12, pose: STEP_RIGHT },
  { at: 1.5, hold: 0.12, pose: mirror(STEP_RIGHT) },
  { at: 2.05, hold: 0.14, pose: KICK },
  { at: 2.55, hold: 0.1, pose: TURNED_ARMS },
  { at: 2.95, hold: 0.1, pose: mirror(TURNED_ARMS) },
  { at: 3.45, hold: 0.2, pose: BOW },
  { at: 3.96, hold: 0, pose: STAND },
];

/** Waves with the arm on the right of the picture, stepping across the stage, in `seconds`. */
export function wave(seconds: number): Choreography {
  const raised = (fore: number, sway: number): Pose => ({
    ...STAND,
    x: 0.035 * sway,
    crouch: sway < 0 ? 0.018 : 0.004,
    lean: -5 * sway,
    headTilt: 8 * sway,
    leftArm: { upper: -30 + 10 * sway, fore: -14 + 14 * sway },
    rightArm: { upper: 116, fore },
  });
  const [begin, end, beat] = [0.6, seconds - 0.6, 0.36];
  const swings = Math.floor((end - begin) / beat);
  return [
    { at: 0, hold: 0.1, pose: shift(STAND, -STEP) },
    ...Array.from({ length: swings + 1 }, (_, i) => ({
      at: begin + i * beat,
      hold: 0,
      pose: shift(
        i % 2 === 0 ? raised(148, 1) : raised(198, -1),
        STEP * (Math.round((2 * i) / swings) - 1),
      ),
    })),
    { at: seconds, hold: 0, pose: shift(STAND, STEP) },
  ];
}

/** Wide enough that the wall behind the performer is seen at other times. */
const STEP = 0.17;

/** Between two keys, limbs ease out of one and into the other; forearms follow a little later. */
export function poseAt(keys: Choreography, seconds: number): Pose {
  const now = blendKeys(keys, seconds);
  const late = blendKeys(keys, Math.max(0, seconds - 0.05));
  return {
    ...now,
    headTilt: late.headTilt,
    leftArm: { upper: now.leftArm.upper, fore: late.leftArm.fore },
    rightArm: { upper: now.rightArm.upper, fore: late.rightArm.fore },
  };
}

function blendKeys(keys: Choreography, seconds: number): Pose {
  const next = keys.findIndex(({ at }) => at > seconds);
  const [from, to] = [keys.at(next < 0 ? -1 : next - 1), keys.at(next)];
  if (from == null || to == null) throw new Error('a choreography begins with a pose at 0');
  const start = from.at + from.hold;
  const share = next < 0 ? 1 : Math.max(0, Math.min(1, (seconds - start) / (to.at - start)));
  const eased = share * share * (3 - 2 * share);
  const mix = (a: number, b: number) => a + (b - a) * eased;
  const [a, b] = [from.pose, to.pose];
  const arm = (side: 'leftArm' | 'rightArm') => ({
    upper: mix(a[side].upper, b[side].upper),
    fore: mix(a[side].fore, b[side].fore),
  });
  // A foot that is set elsewhere leaves the floor on the way.
  const foot = (side: 'leftFoot' | 'rightFoot') => ({
    x: mix(a[side].x, b[side].x),
    lift:
      mix(a[side].lift, b[side].lift) +
      0.16 * Math.abs(a[side].x - b[side].x) * Math.sin(Math.PI * eased),
  });
  return {
    x: mix(a.x, b.x),
    crouch: mix(a.crouch, b.crouch),
    lean: mix(a.lean, b.lean),
    headTilt: mix(a.headTilt, b.headTilt),
    leftArm: arm('leftArm'),
    rightArm: arm('rightArm'),
    leftFoot: foot('leftFoot'),
    rightFoot: foot('rightFoot'),
  };
}

function shift(pose: Pose, x: number): Pose {
  const foot = (it: Pose['leftFoot']) => ({ ...it, x: it.x + x });
  return {
    ...pose,
    x: pose.x + x,
    leftFoot: foot(pose.leftFoot),
    rightFoot: foot(pose.rightFoot),
  };
}

function mirror(pose: Pose): Pose {
  const arm = ({ upper, fore }: Pose['leftArm']) => ({ upper: -upper, fore: -fore });
  const foot = ({ x, lift }: Pose['leftFoot']) => ({ x: -x, lift });
  return {
    x: -pose.x,
    crouch: pose.crouch,
    lean: -pose.lean,
    headTilt: -pose.headTilt,
    leftArm: arm(pose.rightArm),
    rightArm: arm(pose.leftArm),
    leftFoot: foot(pose.rightFoot),
    rightFoot: foot(pose.leftFoot),
  };
}
