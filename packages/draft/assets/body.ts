/** Pixels, y downwards. */
export type Point = readonly [x: number, y: number];

/** Degrees from straight down, towards the right of the picture. */
type Angle = number;

interface Arm {
  readonly upper: Angle;
  readonly fore: Angle;
}

interface Foot {
  /** From the middle of the stage, shares of the height. */
  readonly x: number;
  /** Above the floor, shares of the height. */
  readonly lift: number;
}

/** What the performer does at one moment; left and right as in the picture. */
export interface Pose {
  /** Of the hips, from the middle of the stage, shares of the height. */
  readonly x: number;
  /** How far the hips are below those of a standing performer, shares of the height. */
  readonly crouch: number;
  /** Degrees to the right. */
  readonly lean: number;
  readonly headTilt: number;
  readonly leftArm: Arm;
  readonly rightArm: Arm;
  readonly leftFoot: Foot;
  readonly rightFoot: Foot;
}

export interface Limb {
  readonly root: Point;
  /** Elbow or knee. */
  readonly joint: Point;
  /** Wrist or ankle. */
  readonly end: Point;
}

export interface Joints {
  readonly hips: Point;
  /** From the hips towards the neck, and across it to the right; both of length 1. */
  readonly up: Point;
  readonly across: Point;
  readonly head: Point;
  readonly headAngle: number;
  readonly leftArm: Limb;
  readonly rightArm: Limb;
  readonly leftLeg: Limb;
  readonly rightLeg: Limb;
}

/** Shares of the height. */
export const SIZES = {
  hipWidth: 0.052,
  shoulderWidth: 0.098,
  shoulder: 0.272,
  neck: 0.3,
  head: 0.39,
  upperArm: 0.155,
  forearm: 0.155,
  thigh: 0.235,
  shin: 0.235,
  ankle: 0.045,
} as const;

/** Where everything is in a picture whose floor is at `floor` under `middle`, for a performer `height` pixels tall. */
export function placeJoints(pose: Pose, height: number, middle: number, floor: number): Joints {
  const standing = SIZES.thigh + SIZES.shin + SIZES.ankle - 0.0017;
  const hips: Point = [middle + pose.x * height, floor - (standing - pose.crouch) * height];
  const lean = (pose.lean * Math.PI) / 180;
  const up: Point = [Math.sin(lean), -Math.cos(lean)];
  const across: Point = [Math.cos(lean), Math.sin(lean)];
  const onTorso = (side: number, above: number): Point => [
    hips[0] + height * (side * across[0] + above * up[0]),
    hips[1] + height * (side * across[1] + above * up[1]),
  ];
  const arm = (root: Point, { upper, fore }: Arm): Limb => {
    const joint = along(root, upper, SIZES.upperArm * height);
    return { root, joint, end: along(joint, fore, SIZES.forearm * height) };
  };
  const leg = (side: 1 | -1, { x, lift }: Foot): Limb => {
    // The pelvis leans less than the trunk.
    const root: Point = [hips[0] + side * SIZES.hipWidth * height, hips[1]];
    const ankle: Point = [middle + x * height, floor - (SIZES.ankle + lift) * height];
    return bendKnee(root, ankle, SIZES.thigh * height, SIZES.shin * height, side);
  };
  const tilt = ((pose.lean * 0.5 + pose.headTilt) * Math.PI) / 180;
  const neck = onTorso(0, SIZES.neck);
  const aboveNeck = (SIZES.head - SIZES.neck) * height;
  return {
    hips,
    up,
    across,
    head: [neck[0] + aboveNeck * Math.sin(tilt), neck[1] - aboveNeck * Math.cos(tilt)],
    headAngle: (tilt * 180) / Math.PI,
    leftArm: arm(onTorso(-SIZES.shoulderWidth, SIZES.shoulder), pose.leftArm),
    rightArm: arm(onTorso(SIZES.shoulderWidth, SIZES.shoulder), pose.rightArm),
    leftLeg: leg(-1, pose.leftFoot),
    rightLeg: leg(1, pose.rightFoot),
  };
}

function along([x, y]: Point, angle: Angle, length: number): Point {
  const radians = (angle * Math.PI) / 180;
  return [x + length * Math.sin(radians), y + length * Math.cos(radians)];
}

/** The knee points outwards; a foot out of reach is pulled in. */
function bendKnee(root: Point, foot: Point, thigh: number, shin: number, side: 1 | -1): Limb {
  const [dx, dy] = [foot[0] - root[0], foot[1] - root[1]];
  const distance = Math.hypot(dx, dy);
  const reach = Math.min(distance, thigh + shin - 0.01);
  const direction = Math.atan2(dx, dy);
  const bend = Math.acos((thigh ** 2 + reach ** 2 - shin ** 2) / (2 * thigh * reach));
  const angle = direction + side * bend;
  const joint: Point = [root[0] + thigh * Math.sin(angle), root[1] + thigh * Math.cos(angle)];
  const end: Point = [root[0] + reach * Math.sin(direction), root[1] + reach * Math.cos(direction)];
  return { root, joint, end };
}
