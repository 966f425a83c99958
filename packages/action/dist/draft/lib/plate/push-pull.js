/**
 * Fills pixels of weight 0 smoothly from the known ones (Gortler et al. 1996): averages into halves until something is
 * known everywhere, then interpolates back. `values` is row-major, changed in place; `weights` are 0 to 1.
 */
export function pushPull(values, weights, width, height) {
    if (width <= 2 || height <= 2) {
        fillWithMean(values, weights);
        return;
    }
    const halfWidth = (width + 1) >> 1;
    const halfHeight = (height + 1) >> 1;
    const half = new Float32Array(halfWidth * halfHeight);
    const halfWeights = new Float32Array(halfWidth * halfHeight);
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            const q = (y >> 1) * halfWidth + (x >> 1);
            half[q] += values[p] * weights[p];
            halfWeights[q] += weights[p];
        }
    }
    for (let q = 0; q < half.length; q++) {
        if (halfWeights[q] === 0)
            continue;
        half[q] /= halfWeights[q];
        halfWeights[q] = Math.min(1, halfWeights[q]);
    }
    pushPull(half, halfWeights, halfWidth, halfHeight);
    for (let y = 0, p = 0; y < height; y++) {
        const sy = Math.max(0, y / 2 - 0.25);
        const top = Math.floor(sy);
        const fy = sy - top;
        const below = Math.min(halfHeight - 1, top + 1);
        for (let x = 0; x < width; x++, p++) {
            if (weights[p] >= 1)
                continue;
            const sx = Math.max(0, x / 2 - 0.25);
            const left = Math.floor(sx);
            const fx = sx - left;
            const right = Math.min(halfWidth - 1, left + 1);
            const upper = half[top * halfWidth + left] * (1 - fx) + half[top * halfWidth + right] * fx;
            const lower = half[below * halfWidth + left] * (1 - fx) + half[below * halfWidth + right] * fx;
            values[p] = values[p] * weights[p] + (upper * (1 - fy) + lower * fy) * (1 - weights[p]);
            weights[p] = 1;
        }
    }
}
function fillWithMean(values, weights) {
    let sum = 0;
    let total = 0;
    for (let p = 0; p < values.length; p++) {
        sum += values[p] * weights[p];
        total += weights[p];
    }
    const mean = total > 0 ? sum / total : 128;
    for (let p = 0; p < values.length; p++) {
        if (weights[p] === 0)
            values[p] = mean;
        weights[p] = 1;
    }
}
