/** Of a comment on GitHub, about as much as it shows without shrinking. */
const WIDEST_STRIP = 600;
const TALLEST_CELL = 320;
export const GAP = 8;
export const CAPTION_HEIGHT = 30;
/** Beyond these a picture is cut at its edges: the figure is in the middle. */
const NARROWEST_SHAPE = 0.5;
const WIDEST_SHAPE = 1;
/** Cells side by side, equally tall, each with room for a caption below; `shapes` are widths over heights. */
export function layOutStrip(shapes) {
    const clamped = shapes.map((shape) => Math.max(NARROWEST_SHAPE, Math.min(WIDEST_SHAPE, shape)));
    const sum = clamped.reduce((total, shape) => total + shape, 0);
    const room = WIDEST_STRIP - GAP * (clamped.length + 1);
    const height = Math.min(TALLEST_CELL, Math.floor(room / sum));
    const cells = [];
    let left = GAP;
    for (const shape of clamped) {
        const width = Math.floor(height * shape);
        cells.push({ left, top: GAP, width, height });
        left += width + GAP;
    }
    return { width: left, height: GAP + height + CAPTION_HEIGHT, cells };
}
