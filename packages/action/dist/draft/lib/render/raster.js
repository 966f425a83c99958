/** Pixels on a shared edge belong to both triangles; drawing them twice leaves no crack. */
const EDGE_SLACK = -1e-4;
/**
 * Draws textured triangles in order. `positions` are output pixels, `textureAt` texture pixels, both x, y pairs by
 * vertex. Sampling is bilinear, blending "over" with premultiplied alpha.
 */
export function drawTriangles(surface, texture, positions, textureAt, triangles) {
    const { width, height, left, top, yuv } = surface;
    const { width: textureWidth, height: textureHeight, yuva } = texture;
    const rowBytes = 4 * textureWidth;
    const lastColumn = textureWidth - 2;
    const lastRow = textureHeight - 2;
    if (lastColumn < 0 || lastRow < 0)
        return;
    for (let i = 0; i < triangles.length; i += 3) {
        const a = 2 * triangles[i];
        const b = 2 * triangles[i + 1];
        const c = 2 * triangles[i + 2];
        const x0 = positions[a] - left;
        const y0 = positions[a + 1] - top;
        const x1 = positions[b] - left;
        const y1 = positions[b + 1] - top;
        const x2 = positions[c] - left;
        const y2 = positions[c + 1] - top;
        const area = (y1 - y2) * (x0 - x2) + (x2 - x1) * (y0 - y2);
        if (Math.abs(area) < 1e-6)
            continue;
        const firstX = Math.max(0, Math.ceil(Math.min(x0, x1, x2) - 0.5));
        const lastX = Math.min(width - 1, Math.floor(Math.max(x0, x1, x2) + 0.5));
        const firstY = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5));
        const lastY = Math.min(height - 1, Math.floor(Math.max(y0, y1, y2) + 0.5));
        if (firstX > lastX || firstY > lastY)
            continue;
        const stepA = (y1 - y2) / area;
        const stepB = (y2 - y0) / area;
        const u0 = textureAt[a];
        const v0 = textureAt[a + 1];
        const u1 = textureAt[b];
        const v1 = textureAt[b + 1];
        const u2 = textureAt[c];
        const v2 = textureAt[c + 1];
        const stepU = stepA * (u0 - u2) + stepB * (u1 - u2);
        const stepV = stepA * (v0 - v2) + stepB * (v1 - v2);
        for (let y = firstY; y <= lastY; y++) {
            const dy = y + 0.5 - y2;
            let shareA = stepA * (firstX + 0.5 - x2) + ((x2 - x1) / area) * dy;
            let shareB = stepB * (firstX + 0.5 - x2) + ((x0 - x2) / area) * dy;
            let u = u2 + shareA * (u0 - u2) + shareB * (u1 - u2) - 0.5;
            let v = v2 + shareA * (v0 - v2) + shareB * (v1 - v2) - 0.5;
            let o = 3 * (y * width + firstX);
            for (let x = firstX; x <= lastX; x++, shareA += stepA, shareB += stepB, u += stepU, v += stepV, o += 3) {
                if (shareA < EDGE_SLACK || shareB < EDGE_SLACK || 1 - shareA - shareB < EDGE_SLACK)
                    continue;
                let column = Math.floor(u);
                let row = Math.floor(v);
                let fu = u - column;
                let fv = v - row;
                if (column < 0) {
                    column = 0;
                    fu = 0;
                }
                else if (column > lastColumn) {
                    column = lastColumn;
                    fu = 1;
                }
                if (row < 0) {
                    row = 0;
                    fv = 0;
                }
                else if (row > lastRow) {
                    row = lastRow;
                    fv = 1;
                }
                const q = row * rowBytes + 4 * column;
                const r = q + rowBytes;
                const w11 = fu * fv;
                const w10 = fu - w11;
                const w01 = fv - w11;
                const w00 = 1 - fu - w01;
                const alpha = yuva[q + 3] * w00 + yuva[q + 7] * w10 + yuva[r + 3] * w01 + yuva[r + 7] * w11;
                if (alpha < 1)
                    continue;
                const rest = 1 - alpha / 255;
                yuv[o] =
                    yuv[o] * rest +
                        yuva[q] * w00 +
                        yuva[q + 4] * w10 +
                        yuva[r] * w01 +
                        yuva[r + 4] * w11 +
                        0.5;
                yuv[o + 1] =
                    yuv[o + 1] * rest +
                        yuva[q + 1] * w00 +
                        yuva[q + 5] * w10 +
                        yuva[r + 1] * w01 +
                        yuva[r + 5] * w11 +
                        0.5;
                yuv[o + 2] =
                    yuv[o + 2] * rest +
                        yuva[q + 2] * w00 +
                        yuva[q + 6] * w10 +
                        yuva[r + 2] * w01 +
                        yuva[r + 6] * w11 +
                        0.5;
            }
        }
    }
}
