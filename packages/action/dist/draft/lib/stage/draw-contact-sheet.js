import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openMotion } from '../decode/open-motion.js';
import { pickFrames } from '../decode/pick-frames.js';
const WIDEST_CELL = 0.8;
/** Writes a PNG with frames of each clip, one clip per row, the same moments below each other while all of them last. */
export async function drawContactSheet({ clips, output, columns, cellHeight }, { enter }) {
    let shortestS = Number.POSITIVE_INFINITY;
    for (const path of clips) {
        enter({ kind: 'motion', path });
        shortestS = Math.min(shortestS, await durationOf(path));
    }
    const moments = Array.from({ length: columns }, (_, i) => ((i + 0.5) * shortestS) / columns);
    const rows = [];
    for (const path of clips) {
        enter({ kind: 'motion', path });
        rows.push(await framesOf(path, moments, cellHeight));
    }
    enter({ kind: 'output', path: output });
    const cellWidth = Math.max(...rows.flat().map((cell) => cell.width));
    const layers = rows.flatMap((cells, row) => cells.map((cell, column) => ({
        input: cell.data,
        raw: { width: cell.width, height: cell.height, channels: 3 },
        left: column * cellWidth,
        top: row * cellHeight,
    })));
    const { default: sharp } = await import('sharp');
    await mkdir(dirname(output), { recursive: true });
    await sharp({
        create: {
            width: columns * cellWidth,
            height: rows.length * cellHeight,
            channels: 3,
            background: 'white',
        },
    })
        .composite(layers)
        .png()
        .toFile(output);
    return null;
}
async function durationOf(path) {
    const motion = await openMotion(path);
    motion.close();
    return motion.packetCount / motion.fps;
}
async function framesOf(path, moments, height) {
    const motion = await openMotion(path);
    try {
        // The middle of a wide clip, the whole of a tall one.
        const shape = Math.min(WIDEST_CELL, motion.width / motion.height);
        return await pickFrames(motion, moments, { width: Math.round(height * shape), height });
    }
    finally {
        motion.close();
    }
}
