import type { FrameSize } from '../decode/frame-size.ts';
import type { Footage } from '../decode/read-motion.ts';
import type { Box } from '../image/picture.ts';
import type { Scene } from '../plate/scene.ts';
import type { Mesh } from '../rig/mesh.ts';
import type { TrackGrid } from '../track/grid.ts';

/** What the stages before have seen. Evidence holds one segmented analysis picture per tracked frame. */
export interface Views {
  readonly footage: Footage;
  readonly size: FrameSize;
  readonly scene: Scene;
  readonly evidence: Int8Array;
  readonly boxes: readonly (Box | null)[];
  readonly grid: TrackGrid;
  readonly trackedFps: number;
  /** Size of the clip as shown. */
  readonly shown: { readonly width: number; readonly height: number };
}

/** Meshes and where they go, frame by frame; joints in output pixels. */
export interface Performance {
  readonly meshes: readonly Mesh[];
  /** Drawn joints in texture pixels. */
  readonly drawn: Float64Array;
  /** Output pixels per texture pixel. */
  readonly scale: number;
  readonly joints: readonly Float64Array[];
}

/** Where an analysis picture lies in the draft. */
type Placement = Pick<Views, 'scene' | 'shown' | 'size'>;

export function analysisToOutput({
  scene,
  shown,
  size,
}: Placement): (x: number, y: number) => [number, number] {
  return (x, y) => [
    ((x * shown.width) / scene.width - size.cropLeft) * size.scale,
    ((y * shown.height) / scene.height - size.cropTop) * size.scale,
  ];
}

export function outputToAnalysis({
  scene,
  shown,
  size,
}: Placement): (x: number, y: number) => [number, number] {
  return (x, y) => [
    ((x / size.scale + size.cropLeft) * scene.width) / shown.width,
    ((y / size.scale + size.cropTop) * scene.height) / shown.height,
  ];
}

/** From tracking pixels to analysis pixels. */
export function gridToAnalysis({
  grid,
}: Pick<Views, 'grid'>): (x: number, y: number) => [number, number] {
  const spanX = (grid.crop.right - grid.crop.left + 1) / grid.width;
  const spanY = (grid.crop.bottom - grid.crop.top + 1) / grid.height;
  return (x, y) => [grid.crop.left + x * spanX, grid.crop.top + y * spanY];
}
