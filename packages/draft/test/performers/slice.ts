import type { PerformerSpec } from './performer.ts';

/** A slice that is quick to score; seeds below the evaluation range, so that looking at it spoils nothing. */
export const SLICE: readonly PerformerSpec[] = [
  { body: 'casual', motion: 'waving', background: 'plain', seed: 2 },
  { body: 'skirt', motion: 'jumping jacks', background: 'plain', seed: 2 },
  { body: 'loose clothes', motion: 'squats', background: 'textured', seed: 2 },
  { body: 'stocky', motion: 'waving', background: 'textured', seed: 3 },
];

/** Frames of each performer in the slice. */
export const SLICE_FRAMES = 36;
