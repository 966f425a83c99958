import { MotionUnreadableError } from '../errors.ts';
import type { I420 } from '../image/i420.ts';
import { createPicture, type Frame420, type Picture } from '../image/picture.ts';
import { type Rotation, resizePlane, rotatePlane, samplePlane } from '../image/resize.ts';
import type { FrameSize } from './frame-size.ts';
import type { Motion } from './open-motion.ts';

/** Everything kept of a clip: times of all frames, small pictures of the tracked ones, a few at output size. */
export interface Footage {
  /** Start of each frame and its length in seconds. */
  readonly times: Float64Array;
  readonly durations: Float64Array;
  readonly fps: number;
  /** Frame number of each tracked frame. */
  readonly tracked: readonly number[];
  /** Tracked frames at analysis size. */
  readonly pictures: readonly Picture[];
  /** Some tracked frames at output size, for the backdrop. */
  readonly backdrops: readonly { readonly tracked: number; readonly picture: I420 }[];
  /** The clip goes on after `endS`. */
  readonly isCut: boolean;
}

/** Bodies move slowly against 15 pictures a second; frames in between are interpolated. */
const TRACKED_FPS = 15;
/** Size of the pictures that are segmented. A subject over three quarters of the height is then 130 pixels tall. */
const ANALYSIS_PIXELS = 60_000;
const BACKDROP_FRAMES = 13;
/** A frame rate limit keeps a lying file from filling the memory. */
const MOST_FRAMES = 30 * 120;
const FRAMES_PER_REPORT = 24;

export async function readMotion(
  motion: Motion,
  size: FrameSize,
  endS: number,
  onShare: (share: number) => void = () => undefined,
): Promise<Footage> {
  const step = Math.max(1, Math.round(motion.fps / TRACKED_FPS));
  const expected = Math.min(motion.packetCount, Math.ceil(motion.fps * endS), MOST_FRAMES);
  const backdropStep = Math.max(1, Math.floor(expected / step / BACKDROP_FRAMES));
  const scale = Math.min(1, Math.sqrt(ANALYSIS_PIXELS / (motion.width * motion.height)));
  const analysisWidth = Math.max(2, Math.round(motion.width * scale));
  const analysisHeight = Math.max(2, Math.round(motion.height * scale));
  const times: number[] = [];
  const durations: number[] = [];
  const tracked: number[] = [];
  const pictures: Picture[] = [];
  const backdrops: { tracked: number; picture: I420 }[] = [];
  for await (const { timeS, durationS, picture } of motion.frames(endS)) {
    if (times.length >= MOST_FRAMES) break;
    const last = times[times.length - 1];
    // Presentation times must grow; some writers repeat one.
    if (last != null && timeS <= last) continue;
    const index = times.length;
    times.push(timeS);
    durations.push(durationS);
    if (index % FRAMES_PER_REPORT === 0) onShare(index / expected);
    if (index % step !== 0) continue;
    const frame = await picture();
    if (tracked.length % backdropStep === backdropStep >> 1 && backdrops.length < BACKDROP_FRAMES) {
      backdrops.push({ tracked: tracked.length, picture: toOutput(frame, motion, size) });
    }
    tracked.push(index);
    pictures.push(toAnalysis(frame, motion.rotation, analysisWidth, analysisHeight));
    if (backdrops.length === 0 && tracked.length === 1 && expected <= step) {
      backdrops.push({ tracked: 0, picture: toOutput(frame, motion, size) });
    }
  }
  if (pictures.length === 0) {
    throw new MotionUnreadableError(
      'The motion has no frame that can be decoded. Check that the file plays.',
    );
  }
  if (backdrops.length === 0) {
    throw new MotionUnreadableError(
      'The motion ends before its first usable frame. Check that the file plays.',
    );
  }
  const lastTime = times[times.length - 1] + durations[durations.length - 1];
  return {
    times: Float64Array.from(times),
    durations: Float64Array.from(durations, (value, i) =>
      frameDuration(value, i, times, motion.fps),
    ),
    fps: motion.fps,
    tracked,
    pictures,
    backdrops,
    isCut: motion.packetCount > times.length + 1 && lastTime >= endS - 0.1,
  };
}

/** A frame lasts until the next one begins; the last one as the file says. */
function frameDuration(
  value: number,
  index: number,
  times: readonly number[],
  fps: number,
): number {
  const next = times[index + 1];
  if (next != null) return next - times[index];
  return value > 0 ? value : 1 / fps;
}

function toAnalysis(frame: Frame420, rotation: Rotation, width: number, height: number): Picture {
  const isTurned = rotation === 90 || rotation === 270;
  const codedWidth = isTurned ? height : width;
  const codedHeight = isTurned ? width : height;
  const picture = createPicture(width, height);
  const chromaWidth = (frame.width + 1) >> 1;
  const chromaHeight = (frame.height + 1) >> 1;
  const planes = [
    [frame.y, frame.width, frame.height, frame.yStride, picture.y],
    [frame.u, chromaWidth, chromaHeight, frame.uvStride, picture.u],
    [frame.v, chromaWidth, chromaHeight, frame.uvStride, picture.v],
  ] as const;
  for (const [plane, planeWidth, planeHeight, stride, out] of planes) {
    if (rotation === 0) {
      resizePlane(plane, planeWidth, planeHeight, stride, width, height, out);
    } else {
      const small = resizePlane(plane, planeWidth, planeHeight, stride, codedWidth, codedHeight);
      out.set(rotatePlane(small, codedWidth, codedHeight, rotation));
    }
  }
  return picture;
}

/** Turns, crops and scales a frame to the output. */
function toOutput(frame: Frame420, motion: Motion, size: FrameSize): I420 {
  const data = new Uint8Array(new SharedArrayBuffer((size.width * size.height * 3) / 2));
  const luma = size.width * size.height;
  const isTurned = motion.rotation === 90 || motion.rotation === 270;
  const place = (
    plane: Uint8Array,
    width: number,
    height: number,
    stride: number,
    divisor: 1 | 2,
    at: number,
  ) => {
    const tight = tighten(plane, width, height, stride);
    const upright = rotatePlane(tight, width, height, motion.rotation);
    const uprightWidth = isTurned ? height : width;
    const uprightHeight = isTurned ? width : height;
    const out = samplePlane(
      upright,
      uprightWidth,
      uprightHeight,
      size.width / divisor,
      size.height / divisor,
      (size.scale * motion.width) / (uprightWidth * divisor),
      (size.scale * motion.height) / (uprightHeight * divisor),
      (size.cropLeft * uprightWidth) / motion.width,
      (size.cropTop * uprightHeight) / motion.height,
    );
    data.set(out, at);
  };
  const chromaWidth = (frame.width + 1) >> 1;
  const chromaHeight = (frame.height + 1) >> 1;
  place(frame.y, frame.width, frame.height, frame.yStride, 1, 0);
  place(frame.u, chromaWidth, chromaHeight, frame.uvStride, 2, luma);
  place(frame.v, chromaWidth, chromaHeight, frame.uvStride, 2, luma + luma / 4);
  return { width: size.width, height: size.height, data };
}

function tighten(plane: Uint8Array, width: number, height: number, stride: number): Uint8Array {
  if (stride === width) return plane.subarray(0, width * height);
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    out.set(plane.subarray(y * stride, y * stride + width), y * width);
  return out;
}
