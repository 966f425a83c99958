import { boundsOf, positivePixels } from '../image/picture.js';
/** Tracking works on a subject this tall: a forearm is then about 20 pixels long, and one pixel about 3 degrees. */
const SUBJECT_HEIGHT = 110;
/** Room around the subject, as a share of its height, for limbs that the mask missed. */
const MARGIN = 0.12;
/** Lays out the grid for subjects bounded by `boxes` (analysis pixels, null = nothing seen). */
export function createTrackGrid(boxes, analysisWidth, analysisHeight) {
    const seen = boxes.filter((box) => box != null);
    const heights = seen.map((box) => box.bottom - box.top + 1).sort((a, b) => a - b);
    const subjectHeight = heights[heights.length >> 1] ?? analysisHeight;
    const scale = Math.min(1, SUBJECT_HEIGHT / subjectHeight);
    const margin = Math.ceil(MARGIN * subjectHeight) + 2;
    const whole = { left: 0, top: 0, right: analysisWidth - 1, bottom: analysisHeight - 1 };
    const union = seen.length > 0 ? seen.reduce(joinBoxes) : whole;
    const crop = {
        left: Math.max(0, union.left - margin),
        top: Math.max(0, union.top - margin),
        right: Math.min(analysisWidth - 1, union.right + margin),
        bottom: Math.min(analysisHeight - 1, union.bottom + margin),
    };
    const width = Math.max(16, Math.round((crop.right - crop.left + 1) * scale));
    const height = Math.max(16, Math.round((crop.bottom - crop.top + 1) * scale));
    const size = width * height * boxes.length;
    return {
        width,
        height,
        count: boxes.length,
        evidence: new Int8Array(new SharedArrayBuffer(size)),
        y: new Uint8Array(new SharedArrayBuffer(size)),
        u: new Uint8Array(new SharedArrayBuffer(size)),
        v: new Uint8Array(new SharedArrayBuffer(size)),
        crop,
        scale,
    };
}
function joinBoxes(a, b) {
    return {
        left: Math.min(a.left, b.left),
        top: Math.min(a.top, b.top),
        right: Math.max(a.right, b.right),
        bottom: Math.max(a.bottom, b.bottom),
    };
}
/** Fills frame `frame` of the grid from analysis-size evidence and colours. Background outside the analysis picture. */
export function fillTrackGrid(grid, frame, evidence, picture, captionRows) {
    const { width, height, crop } = grid;
    const spanX = (crop.right - crop.left + 1) / width;
    const spanY = (crop.bottom - crop.top + 1) / height;
    const start = frame * width * height;
    for (let y = 0; y < height; y++) {
        const top = crop.top + Math.floor(y * spanY);
        const bottom = Math.max(top + 1, Math.min(picture.height, crop.top + Math.floor((y + 1) * spanY)));
        for (let x = 0; x < width; x++) {
            const left = crop.left + Math.floor(x * spanX);
            const right = Math.max(left + 1, Math.min(picture.width, crop.left + Math.floor((x + 1) * spanX)));
            let sum = 0;
            let sumY = 0;
            let sumU = 0;
            let sumV = 0;
            let count = 0;
            for (let sy = Math.min(top, picture.height - 1); sy < bottom; sy++) {
                for (let sx = Math.min(left, picture.width - 1); sx < right; sx++) {
                    const p = sy * picture.width + sx;
                    sum += evidence[p];
                    sumY += picture.y[p];
                    sumU += picture.u[p];
                    sumV += picture.v[p];
                    count++;
                }
            }
            const q = start + y * width + x;
            grid.evidence[q] = count > 0 ? Math.round(sum / count) : 0;
            grid.y[q] = count > 0 ? sumY / count + 0.5 : 0;
            grid.u[q] = count > 0 ? sumU / count + 0.5 : 128;
            grid.v[q] = count > 0 ? sumV / count + 0.5 : 128;
        }
    }
    // Nothing is known about what a caption hides.
    for (const row of captionRows) {
        const y = Math.floor((row - crop.top) / spanY);
        if (y >= 0 && y < height)
            grid.evidence.fill(0, start + y * width, start + (y + 1) * width);
    }
}
export function evidenceOf(grid, frame) {
    const size = grid.width * grid.height;
    return {
        width: grid.width,
        height: grid.height,
        data: grid.evidence.subarray(frame * size, (frame + 1) * size),
    };
}
export function pictureOf(grid, frame) {
    const { width, height } = grid;
    const size = width * height;
    const plane = (data) => data.subarray(frame * size, (frame + 1) * size);
    return { width, height, y: plane(grid.y), u: plane(grid.u), v: plane(grid.v) };
}
/** The subject's bounds in one frame; the whole grid when nothing is seen. */
export function subjectBox(grid, frame) {
    const { width, height } = grid;
    const mask = positivePixels(evidenceOf(grid, frame).data);
    return boundsOf(mask, width, height) ?? { left: 0, top: 0, right: width - 1, bottom: height - 1 };
}
