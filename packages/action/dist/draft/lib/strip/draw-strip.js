import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openMotion } from '../decode/open-motion.js';
import { pickFrames } from '../decode/pick-frames.js';
import { readCharacter } from '../decode/read-character.js';
import { encodeWebp } from '../encode/write-animation.js';
import { DraftNotWrittenError } from '../errors.js';
import { createCanvas, paint, writeCaption } from './canvas.js';
import { layOutStrip } from './layout.js';
/** Long enough to recognise a motion, short enough to be small. */
const LONGEST_S = 3;
const FPS = 8;
/** Behind a character without a background, light as most drawings expect. */
const PAPER = [234, 238, 242];
/** Writes a WebP that shows pictures and clips side by side, the clips at the same moments, over and over. */
export async function drawStrip({ cells, output, maxBytes }, { enter, alive }) {
    const opened = [];
    try {
        for (const cell of cells) {
            enter({ kind: cell.kind === 'image' ? 'character' : 'motion', path: cell.path });
            opened.push(await open(cell));
        }
        const layout = layOutStrip(opened.map(({ shape }) => shape));
        const longestS = Math.max(0, ...opened.map(({ seconds }) => seconds));
        const count = Math.max(1, Math.round(Math.min(LONGEST_S, longestS) * FPS));
        const moments = Array.from({ length: count }, (_, index) => index / FPS);
        const columns = [];
        for (const [index, { cell, pictures }] of opened.entries()) {
            const place = layout.cells[index] ?? { left: 0, top: 0, width: 1, height: 1 };
            enter({ kind: cell.kind === 'image' ? 'character' : 'motion', path: cell.path });
            columns.push({ place, pictures: await pictures(place, moments) });
            alive();
        }
        enter({ kind: 'output', path: output });
        const base = createCanvas(layout);
        for (const [index, { role }] of cells.entries()) {
            const place = layout.cells[index];
            if (place == null)
                continue;
            const caption = { word: role.toUpperCase(), standsOut: role === 'draft' };
            writeCaption(base, place, caption);
        }
        const frames = moments.map((_, index) => compose(base, columns, index));
        const { width, height } = layout;
        const encoded = await encodeWebp({ width, height, frames, frameMs: 1_000 / FPS }, maxBytes);
        if (encoded == null)
            throw new DraftNotWrittenError(`The strip ${output} does not fit into ${maxBytes} bytes.`);
        await mkdir(dirname(output), { recursive: true });
        await writeFile(output, encoded.bytes);
        return { width, height, frames: encoded.frames, bytes: encoded.bytes.length };
    }
    finally {
        for (const { close } of opened)
            close();
    }
}
function open(cell) {
    return cell.kind === 'image' ? openImage(cell) : openVideo(cell);
}
async function openImage(cell) {
    const { width, height, rgba } = await readCharacter(cell.path);
    return {
        cell,
        shape: width / height,
        seconds: 0,
        async pictures(place) {
            const { default: sharp } = await import('sharp');
            const [r, g, b] = PAPER;
            // A character is shown whole.
            return [
                await sharp(rgba, { raw: { width, height, channels: 4 } })
                    .resize({
                    width: place.width,
                    height: place.height,
                    fit: 'contain',
                    background: { r, g, b, alpha: 1 },
                })
                    .flatten({ background: { r, g, b } })
                    .raw()
                    .toBuffer(),
            ];
        },
        close: () => undefined,
    };
}
async function openVideo(cell) {
    const motion = await openMotion(cell.path);
    return {
        cell,
        shape: motion.width / motion.height,
        seconds: motion.packetCount / motion.fps,
        pictures: async ({ width, height }, moments) => (await pickFrames(motion, moments, { width, height })).map(({ data }) => data),
        close: () => motion.close(),
    };
}
/** A clip that is over shows its last picture. */
function compose(base, columns, index) {
    const canvas = { ...base, data: Buffer.from(base.data) };
    for (const { place, pictures } of columns) {
        const picture = pictures[Math.min(index, pictures.length - 1)];
        if (picture != null)
            paint(canvas, place, picture);
    }
    return canvas.data;
}
