import { dotsWide, isDot, SMALL_FONT } from '../render/letters.js';
import { CAPTION_HEIGHT } from './layout.js';
/** Between the white and the near black of GitHub's themes: captions can be read on both. */
const GROUND = [36, 41, 47];
const TEXT = [230, 237, 243];
/** A draft is no video that was bought: its caption is a plate in another colour. */
const PLATE = [255, 199, 64];
const TEXT_ON_PLATE = [36, 28, 0];
const PIXELS_PER_DOT = 2;
const PLATE_MARGIN = 5;
export function createCanvas({ width, height }) {
    const canvas = { width, height, data: Buffer.alloc(3 * width * height) };
    fill(canvas, { left: 0, top: 0, width, height }, GROUND);
    return canvas;
}
export function fill(canvas, place, colour) {
    for (let y = place.top; y < place.top + place.height; y++) {
        for (let x = place.left; x < place.left + place.width; x++) {
            canvas.data.set(colour, 3 * (y * canvas.width + x));
        }
    }
}
/** `picture` has the size of the place. */
export function paint(canvas, { left, top, width, height }, picture) {
    for (let row = 0; row < height; row++) {
        const from = 3 * row * width;
        canvas.data.set(picture.subarray(from, from + 3 * width), 3 * ((top + row) * canvas.width + left));
    }
}
/** Writes the word in capitals below the middle of a cell, on a plate when it has to stand out. */
export function writeCaption(canvas, { left, top, width, height }, { word, standsOut }) {
    const textWidth = dotsWide(SMALL_FONT, word) * PIXELS_PER_DOT;
    const textHeight = SMALL_FONT.dotsHigh * PIXELS_PER_DOT;
    const x = left + Math.round((width - textWidth) / 2);
    const y = top + height + Math.round((CAPTION_HEIGHT - textHeight) / 2);
    if (standsOut) {
        fill(canvas, {
            left: x - 2 * PLATE_MARGIN,
            top: y - PLATE_MARGIN,
            width: textWidth + 4 * PLATE_MARGIN,
            height: textHeight + 2 * PLATE_MARGIN,
        }, PLATE);
    }
    const colour = standsOut ? TEXT_ON_PLATE : TEXT;
    for (let row = 0; row < textHeight; row++) {
        for (let column = 0; column < textWidth; column++) {
            const [dotColumn, dotRow] = [column, row].map((at) => Math.floor(at / PIXELS_PER_DOT));
            if (isDot(SMALL_FONT, word, dotColumn ?? 0, dotRow ?? 0))
                canvas.data.set(colour, 3 * ((y + row) * canvas.width + x + column));
        }
    }
}
