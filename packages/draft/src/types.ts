import type { Misfit } from './gate/gate.ts';
import type { Facing } from './retarget/facing.ts';
import type { Orientation } from './retarget/retarget.ts';

/** Longest draft by orientation, the same limits as the providers have. */
export const LONGEST_SECONDS: Readonly<Record<Orientation, number>> = { image: 10, video: 30 };

export interface DraftOptions {
  /** PNG or WebP with alpha, or any image of one character on a plain background. */
  readonly characterPath: string;
  /** MP4 or MOV with H.264 or HEVC. */
  readonly motionPath: string;
  /** MP4 to write; folders are made. */
  readonly outputPath: string;
  /**
   * `image` (default) keeps the drawn direction and lean, up to 10 s; `video` follows the performer's lean, and mirrors
   * a character that is drawn to the other side, up to 30 s.
   */
  readonly orientation?: Orientation;
  /** Copies the motion's audio. Default false. */
  readonly keepOriginalSound?: boolean;
  /** Exact frame size; both or none. Another shape is filled, cutting off equal margins. */
  readonly width?: number;
  readonly height?: number;
  /** Longest side; larger clips are shrunk to it. Default 1280. */
  readonly maxSide?: number;
  /** Shortest side, shrinking or enlarging: 720 for 720p, 1080 for 1080p. */
  readonly shortSide?: number;
  /** Cuts the clip; never beyond the orientation's own limit. */
  readonly maxSeconds?: number;
  /** Threads beside the calling one; 0 uses only that. Default: one per further core, at most 3. The result is the same. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DraftProgress) => void;
}

export const PHASES = [
  'decode',
  'plate',
  'segment',
  'character',
  'track',
  'backdrop',
  'render and encode',
] as const;
export type Phase = (typeof PHASES)[number];

export interface DraftProgress {
  readonly phase: Phase;
  /** Of the whole draft, 0 to 1. */
  readonly done: number;
}

/** Sides of the picture, as far as outlines show them; `front` also when they do not. */
export interface FacingReport {
  readonly character: Facing;
  readonly performer: Facing;
  /** The character was drawn the other way round, to face as the performer does. */
  readonly isMirrored: boolean;
}

export interface DraftReport {
  readonly draft: true;
  /** `whole body`: the figure could not be articulated; `misfits` says why. */
  readonly method: 'puppet' | 'whole body';
  readonly misfits: readonly Misfit[];
  readonly facing: FacingReport;
  /** Sentences for a person: the misfits and everything else worth knowing. */
  readonly warnings: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly fps: number;
  readonly durationS: number;
  readonly hasSound: boolean;
  /** Silhouette fits, 0 to 1, null when not measured. */
  readonly characterFit: number | null;
  readonly motionFit: number | null;
  readonly bytes: number;
  readonly timingsMs: Readonly<Record<Phase, number>>;
  /** What drawing it cost in processor seconds of all threads and in memory (resident, at its highest). */
  readonly processorS: number;
  readonly peakMemoryMb: number;
}
