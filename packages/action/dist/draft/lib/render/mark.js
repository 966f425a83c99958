import { dotsWide, isDot, LARGE_FONT } from './letters.js';
const WORD = 'DRAFT';
/** Of the plate, which the letters leave two dots of on every side. */
const DOTS_WIDE = dotsWide(LARGE_FONT, WORD) + 4;
const DOTS_HIGH = LARGE_FONT.dotsHigh + 4;
/** So that the word is read, and not guessed, in a thumbnail of 170 pixels. */
const SHARE_OF_WIDTH = 0.22;
/** Luma codes of plate and letters, and how much of the picture shows through the plate. */
const DARK = 40;
const LIGHT = 225;
const SEE_THROUGH = 0.2;
/** Writes the word DRAFT on a dark plate into the lower right corner, about a fifth of the width wide. */
export function drawMark({ width, height, data }) {
    const dot = Math.max(1, Math.floor(Math.min(height / (DOTS_HIGH * 4), (width * SHARE_OF_WIDTH) / DOTS_WIDE)));
    const left = (width - DOTS_WIDE * dot - 2 * dot) & ~1;
    const top = (height - DOTS_HIGH * dot - 2 * dot) & ~1;
    if (left < 0 || top < 0)
        return;
    for (let row = 0; row < DOTS_HIGH * dot; row++) {
        for (let column = 0; column < DOTS_WIDE * dot; column++) {
            const p = (top + row) * width + left + column;
            const isLetter = isDot(LARGE_FONT, WORD, Math.floor(column / dot) - 2, Math.floor(row / dot) - 2);
            data[p] = isLetter ? LIGHT : data[p] * SEE_THROUGH + DARK * (1 - SEE_THROUGH);
        }
    }
    const luma = width * height;
    for (let row = top >> 1; row < (top + DOTS_HIGH * dot) >> 1; row++) {
        for (let column = left >> 1; column < (left + DOTS_WIDE * dot) >> 1; column++) {
            data[luma + row * (width >> 1) + column] = 128;
            data[luma + luma / 4 + row * (width >> 1) + column] = 128;
        }
    }
}
