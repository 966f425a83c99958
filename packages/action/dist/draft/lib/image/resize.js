/** Column (or row) spans that each target cell averages: `starts[i] .. starts[i + 1]`, at least one source cell each. */
function spans(source, target) {
    const edges = new Int32Array(2 * target);
    for (let i = 0; i < target; i++) {
        const start = Math.min(source - 1, Math.floor((i * source) / target));
        edges[2 * i] = start;
        edges[2 * i + 1] = Math.max(start + 1, Math.min(source, Math.floor(((i + 1) * source) / target)));
    }
    return edges;
}
/**
 * Area-averages one plane. `source` is row-major with `stride` bytes per row; the result has `targetWidth` per row.
 * Growing a plane repeats its nearest pixels.
 */
export function resizePlane(source, sourceWidth, sourceHeight, stride, targetWidth, targetHeight, out = new Uint8Array(targetWidth * targetHeight)) {
    const columns = spans(sourceWidth, targetWidth);
    const rows = spans(sourceHeight, targetHeight);
    for (let y = 0, p = 0; y < targetHeight; y++) {
        const top = rows[2 * y];
        const bottom = rows[2 * y + 1];
        for (let x = 0; x < targetWidth; x++, p++) {
            const left = columns[2 * x];
            const right = columns[2 * x + 1];
            let sum = 0;
            for (let sy = top; sy < bottom; sy++) {
                const row = sy * stride;
                for (let sx = left; sx < right; sx++)
                    sum += source[row + sx];
            }
            out[p] = sum / ((bottom - top) * (right - left)) + 0.5;
        }
    }
    return out;
}
/**
 * Samples one plane bilinearly so that target pixel (x, y) shows source point
 * (`originX + x / scaleX`, `originY + y / scaleY`), pixel centres at half integers, edges repeated. When nothing
 * changes, the result is `source` itself.
 */
export function samplePlane(source, sourceWidth, sourceHeight, targetWidth, targetHeight, scaleX, scaleY, originX, originY) {
    const isSame = scaleX === 1 && scaleY === 1 && originX === 0 && originY === 0;
    if (isSame && sourceWidth === targetWidth && sourceHeight === targetHeight)
        return source.subarray(0, targetWidth * targetHeight);
    const out = new Uint8Array(targetWidth * targetHeight);
    for (let y = 0, p = 0; y < targetHeight; y++) {
        const sy = clamp(originY + (y + 0.5) / scaleY - 0.5, 0, sourceHeight - 1);
        const top = Math.floor(sy);
        const fy = sy - top;
        const row = top * sourceWidth;
        const below = Math.min(sourceHeight - 1, top + 1) * sourceWidth;
        for (let x = 0; x < targetWidth; x++, p++) {
            const sx = clamp(originX + (x + 0.5) / scaleX - 0.5, 0, sourceWidth - 1);
            const left = Math.floor(sx);
            const fx = sx - left;
            const right = Math.min(sourceWidth - 1, left + 1);
            const upper = source[row + left] * (1 - fx) + source[row + right] * fx;
            const lower = source[below + left] * (1 - fx) + source[below + right] * fx;
            out[p] = upper * (1 - fy) + lower * fy + 0.5;
        }
    }
    return out;
}
export function clamp(value, low, high) {
    return value < low ? low : value > high ? high : value;
}
/** Turns a row-major plane clockwise. The result of 90 and 270 has `height` columns and `width` rows. */
export function rotatePlane(source, width, height, rotation) {
    if (rotation === 0)
        return source;
    const out = new Uint8Array(width * height);
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            if (rotation === 180)
                out[width * height - 1 - p] = source[p];
            else if (rotation === 90)
                out[x * height + (height - 1 - y)] = source[p];
            else
                out[(width - 1 - x) * height + y] = source[p];
        }
    }
    return out;
}
