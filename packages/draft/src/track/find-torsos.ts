import { distanceTo } from '../image/distance.ts';
import { positivePixels } from '../image/picture.ts';
import { createCanvas, type EvidenceMap } from '../puppet/coverage.ts';
import type { Proportions } from '../puppet/pose.ts';
import { fitStill, type StillFit } from '../puppet/still.ts';
import {
  searchTorso,
  type TorsoCandidate,
  type TorsoColours,
  TRACKING_SEARCH,
} from '../puppet/torso.ts';
import { evidenceOf, pictureOf, subjectBox, type TrackGrid } from './grid.ts';

/** Distance to the outline inside the subject. */
export function depthOf(map: EvidenceMap): Float32Array {
  return distanceTo(positivePixels(map.data), map.width, map.height, 'unset');
}

export interface TorsoTask {
  readonly grid: TrackGrid;
  readonly shape: Proportions;
  readonly colours: TorsoColours | null;
}

/** Torso candidates of one frame; never empty. */
export function findTorsos({
  grid,
  shape,
  colours,
}: TorsoTask): (frame: number) => TorsoCandidate[] {
  return (frame) => {
    const map = evidenceOf(grid, frame);
    const box = subjectBox(grid, frame);
    const evidence = { map, depth: depthOf(map), picture: pictureOf(grid, frame) };
    const found = searchTorso(shape, evidence, colours, box, TRACKING_SEARCH);
    if (found.length > 0) return found;
    const x = (box.left + box.right) / 2;
    const y = (box.top + box.bottom) / 2;
    return [{ x, y, torsoAngle: 0, torsoLength: 1, headAngle: 0, score: -1 }];
  };
}

export interface HeightTask {
  readonly grid: TrackGrid;
  readonly frames: readonly number[];
}

export interface HeightFit {
  readonly shape: Proportions;
  readonly fits: readonly (StillFit | null)[];
  readonly score: number;
}

/** Fits one body to several frames, without changing it. */
export function fitHeight({ grid, frames }: HeightTask): (shape: Proportions) => HeightFit {
  const canvas = createCanvas(grid.width, grid.height);
  const views = frames.map((frame) => {
    const map = evidenceOf(grid, frame);
    const evidence = { map, depth: depthOf(map), picture: null };
    return { evidence, box: subjectBox(grid, frame) };
  });
  return (shape) => {
    const fits = views.map(({ evidence, box }) => fitStill(canvas, evidence, shape, box));
    const score = fits.reduce((sum, fit) => sum + (fit?.score ?? 0), 0) / frames.length;
    return { shape, fits, score };
  };
}
