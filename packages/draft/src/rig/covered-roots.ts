import { BONES, JOINT } from '../puppet/pose.ts';
import { LEFT_ARM, RIGHT_ARM, TRUNK } from './owner.ts';
import type { Source } from './source.ts';

/** Past this share of the upper arm everything shown is the arm. */
const ARM_PROPER = 0.6;
/** Colours are compared in this many steps per channel. */
const STEPS = 12;
/** A colour that covers this share of the arm is one of its colours. */
const OWN_SHARE = 0.01;
/** Sum of RGB differences within one material. */
const SAME_MATERIAL = 55;

/** On a shoulder, what has the head's colours and none of the arm's is hair, which stays. Changes `owner`. */
export function uncoverRoots(owner: Uint8Array, source: Source, joints: Float64Array): void {
  const neck = joints[2 * JOINT.neck + 1];
  const head = coloursOf(source, (p) => owner[p] === TRUNK && Math.floor(p / source.width) < neck);
  const isAmong = (colours: readonly Colour[], p: number) =>
    colours.some((colour) => difference(colour, source.rgba, p) < SAME_MATERIAL);
  for (const [arm, bone] of [
    [LEFT_ARM, 2],
    [RIGHT_ARM, 4],
  ] as const) {
    const along = alongBone(bone, joints, source.width);
    const colours = coloursOf(source, (p) => owner[p] === arm && along(p) > ARM_PROPER);
    if (colours.length === 0) continue;
    for (let p = 0; p < owner.length; p++) {
      if (owner[p] !== arm || along(p) > ARM_PROPER) continue;
      if (!isAmong(colours, p) && isAmong(head, p)) owner[p] = TRUNK;
    }
  }
}

/** Place along a bone, 0 at its root and 1 at its tip. */
function alongBone(bone: number, joints: Float64Array, width: number): (p: number) => number {
  const [from, to] = BONES[bone];
  const x = joints[2 * from];
  const y = joints[2 * from + 1];
  const dx = joints[2 * to] - x;
  const dy = joints[2 * to + 1] - y;
  const square = dx * dx + dy * dy || 1e-6;
  return (p) => (((p % width) - x) * dx + (Math.floor(p / width) - y) * dy) / square;
}

type Colour = readonly [red: number, green: number, blue: number];

function coloursOf({ rgba }: Source, isIncluded: (p: number) => boolean): Colour[] {
  const bins = new Map<number, [red: number, green: number, blue: number, count: number]>();
  let total = 0;
  for (let p = 0; 4 * p < rgba.length; p++) {
    if (!isIncluded(p)) continue;
    total++;
    const step = (c: number) => Math.floor((rgba[4 * p + c] * STEPS) / 256);
    const key = (step(0) * STEPS + step(1)) * STEPS + step(2);
    const bin = bins.get(key) ?? [0, 0, 0, 0];
    for (let c = 0; c < 3; c++) bin[c] += rgba[4 * p + c];
    bin[3]++;
    bins.set(key, bin);
  }
  return [...bins.values()]
    .filter(([, , , count]) => count > OWN_SHARE * total)
    .map(([red, green, blue, count]): Colour => [red / count, green / count, blue / count]);
}

function difference([red, green, blue]: Colour, rgba: Uint8Array, p: number): number {
  return (
    Math.abs(red - rgba[4 * p]) +
    Math.abs(green - rgba[4 * p + 1]) +
    Math.abs(blue - rgba[4 * p + 2])
  );
}
