import { writeFile } from 'node:fs/promises';
import { createDraftWriter } from '../../src/encode/write-draft.ts';
import { BT601 } from '../../src/image/colour-coding.ts';
import {
  createPerformer,
  HEIGHT,
  type PerformerFrame,
  type PerformerSpec,
  WIDTH,
} from './performer.ts';
import type { SceneDraw } from './scenes.ts';

/** A film of a performer on disk, and the truth about each of its frames. */
export interface Film {
  readonly path: string;
  readonly fps: number;
  readonly frames: readonly Omit<PerformerFrame, 'rgb'>[];
}

/** Films a performer through a real encoder: the tracker sees what a decoder gives it. */
export async function filmPerformer(
  spec: PerformerSpec,
  path: string,
  count: number,
  fps = 24,
): Promise<Film> {
  const draw = createPerformer(spec);
  const frames: Omit<PerformerFrame, 'rgb'>[] = [];
  const keep: SceneDraw = (frame) => {
    const { rgb, ...truth } = draw(frame, fps);
    frames.push(truth);
    return { rgb };
  };
  await filmScene(keep, path, count, fps);
  return { path, fps, frames };
}

/** Films anything that can be drawn. */
export async function filmScene(
  draw: SceneDraw,
  path: string,
  count: number,
  fps = 24,
): Promise<void> {
  const writer = await createDraftWriter({
    width: WIDTH,
    height: HEIGHT,
    fps,
    coding: BT601,
    audio: null,
    endS: count / fps,
    // A phone's camera: about 5 Mbit/s at this size.
    bitsPerPixel: 0.9,
  });
  for (let i = 0; i < count; i++) {
    await writer.add(toI420(draw(i, fps).rgb, WIDTH, HEIGHT), i / fps, 1 / fps);
  }
  await writeFile(path, await writer.finish());
}

/** Limited-range BT.601. */
function toI420(rgb: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const luma = width * height;
  const out = new Uint8Array(luma * 1.5);
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (const p of [
        y * width + x,
        y * width + x + 1,
        (y + 1) * width + x,
        (y + 1) * width + x + 1,
      ]) {
        const r = rgb[3 * p] ?? 0;
        const g = rgb[3 * p + 1] ?? 0;
        const b = rgb[3 * p + 2] ?? 0;
        out[p] = 16.5 + 0.257 * r + 0.504 * g + 0.098 * b;
        red += r / 4;
        green += g / 4;
        blue += b / 4;
      }
      const c = (y >> 1) * (width >> 1) + (x >> 1);
      out[luma + c] = 128.5 - 0.148 * red - 0.291 * green + 0.439 * blue;
      out[luma + luma / 4 + c] = 128.5 + 0.439 * red - 0.368 * green - 0.071 * blue;
    }
  }
  return out;
}
