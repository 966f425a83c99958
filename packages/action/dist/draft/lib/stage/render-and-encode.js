import { i420Size } from '../image/i420.js';
import { renderFrames } from '../render/render.js';
/** Frames drawn at a time; the batch before is encoded meanwhile. */
const BATCH = 8;
/** Draws and encodes all frames in order; returns the file. */
export async function renderAndEncode(job) {
    const { size, plate, performance, clip, pool, writer } = job;
    const bytes = i420Size(size.width, size.height);
    const count = clip.times.length;
    const slots = new Uint8Array(new SharedArrayBuffer(2 * BATCH * bytes));
    const draw = (start) => {
        const half = ((start / BATCH) % 2) * BATCH;
        const items = performance.joints
            .slice(start, start + BATCH)
            .map((joints, i) => ({ slot: half + i, joints }));
        return pool.runBeside(renderFrames, {
            width: size.width,
            height: size.height,
            plate: plate.data,
            meshes: performance.meshes,
            drawn: performance.drawn,
            scale: performance.scale,
            slots,
        }, items);
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
    }
    catch (error) {
        await writer.cancel();
        throw error;
    }
}
