import type { FrameSize } from '../decode/frame-size.ts';
import type { DraftWriter } from '../encode/write-draft.ts';
import { type I420, i420Size } from '../image/i420.ts';
import { renderFrames } from '../render/render.ts';
import type { Pool } from '../workers/task.ts';
import type { Clip } from './prepare-draft.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Performance } from './views.ts';

export interface RenderJob {
  readonly size: FrameSize;
  readonly plate: I420;
  readonly performance: Performance;
  readonly clip: Clip;
  readonly pool: Pool;
  readonly writer: DraftWriter;
  readonly watch: Stopwatch;
}

/** Frames drawn at a time; the batch before is encoded meanwhile. */
const BATCH = 8;

/** Draws and encodes all frames in order; returns the file. */
export async function renderAndEncode(job: RenderJob): Promise<Uint8Array> {
  const { size, plate, performance, clip, pool, writer } = job;
  const bytes = i420Size(size.width, size.height);
  const count = clip.times.length;
  const slots = new Uint8Array(new SharedArrayBuffer(2 * BATCH * bytes));
  const draw = (start: number) => {
    const half = ((start / BATCH) % 2) * BATCH;
    const items = performance.joints
      .slice(start, start + BATCH)
      .map((joints, i) => ({ slot: half + i, joints }));
    return pool.runBeside(
      renderFrames,
      {
        width: size.width,
        height: size.height,
        plate: plate.data,
        meshes: performance.meshes,
        drawn: performance.drawn,
        scale: performance.scale,
        slots,
      },
      items,
    );
  };
  try {
    let drawn = draw(0);
    for (let start = 0; start < count; start += BATCH) {
      await drawn;
      if (start + BATCH < count) {
        drawn = draw(start + BATCH);
        drawn.catch(() => undefined);
      }
      const half = ((start / BATCH) % 2) * BATCH;
      for (let frame = start; frame < Math.min(count, start + BATCH); frame++) {
        const slot = half + frame - start;
        const data = slots.subarray(slot * bytes, (slot + 1) * bytes);
        await writer.add(data, clip.times[frame], clip.durations[frame]);
      }
      job.watch.advance('render and encode', (start + BATCH) / count);
    }
    return await writer.finish();
  } catch (error) {
    await writer.cancel();
    throw error;
  }
}
