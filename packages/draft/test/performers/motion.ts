import { createRandom } from '../../src/image/random.ts';
import type { Body } from './body.ts';

export const MOTIONS = ['waving', 'jumping jacks', 'dancing', 'squats', 'side steps'] as const;
export type MotionKind = (typeof MOTIONS)[number];

/**
 * What a performer does at one moment. Angles in degrees as in `Pose` (0 = down, positive to the right of the picture;
 * torso and head 0 = up). Limb bones in the order of `Pose.angles`. `x` and `jump` are shares of the standing height.
 */
export interface Moment {
  readonly x: number;
  readonly jump: number;
  readonly torso: number;
  readonly torsoLength: number;
  readonly head: number;
  readonly angles: readonly number[];
  readonly lengths: readonly number[];
}

const FULL = [1, 1, 1, 1, 1, 1, 1, 1];

/** A motion as a function of time in seconds; the same seed gives the same motion. */
export function generateMotion(kind: MotionKind, seed: number): (seconds: number) => Moment {
  const random = createRandom(seed * 104729 + MOTIONS.indexOf(kind) * 31 + 5);
  const between = (low: number, high: number) => low + (high - low) * random();
  const turn = 2 * Math.PI;
  const start = between(0, 1);
  switch (kind) {
    case 'waving':
      return wave(between, random() < 0.5 ? 1 : -1, random() < 0.3);
    case 'jumping jacks': {
      const rate = between(0.6, 1);
      const arms = between(120, 150);
      const legs = between(13, 24);
      return (t) => {
        const open = (1 - Math.cos(turn * (rate * t + start))) / 2;
        return {
          x: 0,
          jump: 0.05 * Math.abs(Math.sin(turn * (rate * t + start))),
          torso: 0,
          torsoLength: 1,
          head: 0,
          angles: [
            -14 - arms * open,
            -10 - (arms + 14) * open,
            14 + arms * open,
            10 + (arms + 14) * open,
            -5 - legs * open,
            -3 - legs * 0.9 * open,
            5 + legs * open,
            3 + legs * 0.9 * open,
          ],
          lengths: FULL,
        };
      };
    }
    case 'dancing':
      return dance(between);
    case 'squats':
      return squat(between, random() < 0.5);
    case 'side steps': {
      const rate = between(0.45, 0.7);
      const width = between(0.12, 0.24);
      const swing = between(6, 18);
      const elbows = between(5, 75);
      return (t) => {
        const phase = turn * (rate * t + start);
        // Legs close at both ends of the path and open in its middle.
        const open = Math.abs(Math.sin(phase)) ** 1.5;
        return {
          x: -width * Math.cos(phase),
          jump: 0.012 * open,
          torso: 4 * Math.sin(phase),
          torsoLength: 1,
          head: -3 * Math.sin(phase),
          angles: [
            -20 - swing * Math.sin(2 * phase),
            -20 + elbows - 20 * open,
            20 - swing * Math.sin(2 * phase),
            20 - elbows + 20 * open,
            -4 - 17 * open,
            -2 - 15 * open,
            4 + 17 * open,
            2 + 15 * open,
          ],
          lengths: FULL,
        };
      };
    }
  }
}

type Between = (low: number, high: number) => number;

/** `side` 1 waves with the arm on the right of the picture. */
function wave(between: Between, side: 1 | -1, isHandOnHip: boolean): (t: number) => Moment {
  const raise = between(75, 115);
  const forearm = between(150, 178);
  const swing = between(18, 34);
  const rate = between(1, 1.7);
  const begins = between(0.1, 0.5);
  const turn = 2 * Math.PI;
  const rest = isHandOnHip ? [-48, 42] : [-17, -10];
  return (t) => {
    const up = smooth((t - begins) / 0.6);
    const sway = Math.sin(turn * 0.5 * t);
    const raised = [
      16 + up * (raise - 16),
      10 + up * (forearm - 10 + swing * Math.sin(turn * rate * t)),
    ];
    const other = [rest[0] ?? 0, rest[1] ?? 0].map((angle) => angle + 3 * sway);
    const left = side === 1 ? other : raised.map((angle) => -angle);
    const right = side === 1 ? raised : other.map((angle) => -angle);
    return {
      x: 0.012 * sway,
      jump: 0,
      torso: 3 * sway,
      torsoLength: 1,
      head: 7 * Math.sin(turn * 0.8 * t) * up,
      angles: [...left, ...right, -7, -3, 7, 3],
      lengths: FULL,
    };
  };
}

function dance(between: Between): (t: number) => Moment {
  const rate = between(0.7, 1.1);
  const lean = between(4, 9);
  const travel = between(0.03, 0.12);
  const bounce = between(0.01, 0.03);
  const upper = [between(45, 75), between(30, 55), between(0, 6)];
  const lower = [between(75, 110), between(45, 75), between(0, 6)];
  const side = between(0, 1.5);
  const knees = between(6, 14);
  const shortening = between(0, 0.25);
  const turn = 2 * Math.PI;
  return (t) => {
    const beat = turn * rate * t;
    const s = Math.sin;
    const [u0 = 0, u1 = 0, u2 = 0] = upper;
    const [l0 = 0, l1 = 0, l2 = 0] = lower;
    return {
      x: travel * s(beat / 2),
      jump: Math.max(0, bounce * s(2 * beat)),
      torso: lean * s(beat),
      torsoLength: 1,
      head: -lean * s(beat + 0.5),
      angles: [
        -u0 - u1 * s(beat + u2),
        -l0 - l1 * s(beat + 0.7 + l2),
        u0 - u1 * s(beat + u2 + side),
        l0 - l1 * s(beat + 1.1 + l2 + side),
        -11 - knees * s(beat),
        -2 + 10 * s(beat),
        11 - knees * s(beat),
        2 + 10 * s(beat),
      ],
      lengths: [
        1,
        1 - shortening * (0.5 + 0.5 * s(beat)),
        1,
        1 - shortening * (0.5 - 0.5 * s(beat)),
        1,
        1,
        1,
        1,
      ],
    };
  };
}

/** Knees open to the sides and towards the camera; arms rise to the sides or to the front. */
function squat(between: Between, isArmsForward: boolean): (t: number) => Moment {
  const rate = between(0.35, 0.55);
  const open = between(30, 48);
  const depth = between(0.3, 0.5);
  const arms = between(55, 85);
  const turn = 2 * Math.PI;
  return (t) => {
    const down = (1 - Math.cos(turn * rate * t)) / 2;
    const reach = isArmsForward ? 1 - 0.4 * down : 1;
    return {
      x: 0,
      jump: 0,
      torso: 1.5 * Math.sin(turn * rate * t),
      torsoLength: 1 - 0.1 * down,
      head: 0,
      angles: [
        -16 - (arms - 16) * down,
        -10 - (arms + 10) * down,
        16 + (arms - 16) * down,
        10 + (arms + 10) * down,
        -8 - open * down,
        -4 + 10 * down,
        8 + open * down,
        4 - 10 * down,
      ],
      lengths: [
        reach,
        reach,
        reach,
        reach,
        1 - depth * down,
        1 - 0.12 * down,
        1 - depth * down,
        1 - 0.12 * down,
      ],
    };
  };
}

function smooth(t: number): number {
  const x = Math.max(0, Math.min(1, t));
  return x * x * (3 - 2 * x);
}

/**
 * Squats in which the feet do not move at all: each ankle stays below its hip, whatever the lengths of thigh and shin.
 */
export function squatOnTheSpot({ thigh, shin }: Body): (seconds: number) => Moment {
  return (t) => {
    const down = (1 - Math.cos(2 * Math.PI * 0.6 * t)) / 2;
    const open = 42 * down;
    const shortened = 1 - 0.35 * down;
    // How far the knee goes out, the shin comes back.
    const back = Math.asin(Math.sin((open * Math.PI) / 180) * shortened * (thigh / shin));
    const inward = (back * 180) / Math.PI;
    const arms = [-20 - 50 * down, -12 - 60 * down, 20 + 50 * down, 12 + 60 * down];
    return {
      x: 0,
      jump: 0,
      torso: 0,
      torsoLength: 1 - 0.06 * down,
      head: 0,
      angles: [...arms, -open, inward, open, -inward],
      lengths: [1, 1, 1, 1, shortened, 1, shortened, 1],
    };
  };
}

/** Seen from the side, from one edge of the picture towards the other; `side` 1 goes to the right. */
export function walkPast(side: 1 | -1): (seconds: number) => Moment {
  const turn = 2 * Math.PI;
  return (t) => {
    const stride = Math.sin(turn * 0.9 * t);
    const lift = (phase: number) => Math.max(0, Math.cos(turn * 0.9 * t + phase));
    // A knee bends forwards: the thigh swings to the front, the shin hangs back.
    const leg = (swing: number, lifted: number) => [
      side * (24 * swing + 12 * lifted),
      side * (24 * swing - 26 * lifted),
    ];
    return {
      x: side * (-0.55 + 0.5 * t),
      jump: 0,
      torso: side * 3,
      torsoLength: 1,
      head: 0,
      angles: [
        side * -22 * stride,
        side * (-22 * stride + 15),
        side * 22 * stride,
        side * (22 * stride + 15),
        ...leg(stride, lift(0)),
        ...leg(-stride, lift(Math.PI)),
      ],
      lengths: FULL,
    };
  };
}
