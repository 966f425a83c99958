import { distanceTo } from './distance.js';
export function createRegionScratch(size) {
    return { labels: new Int32Array(size), stack: new Int32Array(size) };
}
export function findRegions(mask, width, height, { labels, stack } = createRegionScratch(width * height)) {
    const size = width * height;
    labels.fill(0);
    const sizes = [0];
    const boxes = [{ left: 0, top: 0, right: -1, bottom: -1 }];
    let count = 0;
    for (let start = 0; start < size; start++) {
        if (mask[start] === 0 || labels[start] !== 0)
            continue;
        count++;
        let depth = 1;
        let area = 0;
        let left = width;
        let right = 0;
        let top = height;
        let bottom = 0;
        stack[0] = start;
        labels[start] = count;
        while (depth > 0) {
            const p = stack[--depth];
            const x = p % width;
            const y = (p / width) | 0;
            area++;
            if (x < left)
                left = x;
            if (x > right)
                right = x;
            if (y < top)
                top = y;
            if (y > bottom)
                bottom = y;
            if (x > 0 && mask[p - 1] !== 0 && labels[p - 1] === 0) {
                labels[p - 1] = count;
                stack[depth++] = p - 1;
            }
            if (x < width - 1 && mask[p + 1] !== 0 && labels[p + 1] === 0) {
                labels[p + 1] = count;
                stack[depth++] = p + 1;
            }
            if (y > 0 && mask[p - width] !== 0 && labels[p - width] === 0) {
                labels[p - width] = count;
                stack[depth++] = p - width;
            }
            if (y < height - 1 && mask[p + width] !== 0 && labels[p + width] === 0) {
                labels[p + width] = count;
                stack[depth++] = p + width;
            }
        }
        sizes.push(area);
        boxes.push({ left, top, right, bottom });
    }
    return { labels, count, sizes, boxes };
}
/** Label of the largest region, 0 when there is none. */
export function largestRegion(regions) {
    let best = 0;
    for (let label = 1; label <= regions.count; label++) {
        if (best === 0 || regions.sizes[label] > regions.sizes[best])
            best = label;
    }
    return best;
}
export function touchesBorder(box, width, height) {
    return box.left === 0 || box.top === 0 || box.right === width - 1 || box.bottom === height - 1;
}
export function dilate(mask, width, height, radius) {
    return distanceTo(mask, width, height, 'set').reduce((out, distance, p) => {
        if (distance <= radius)
            out[p] = 1;
        return out;
    }, new Uint8Array(width * height));
}
export function erode(mask, width, height, radius) {
    return distanceTo(mask, width, height, 'unset').reduce((out, distance, p) => {
        if (distance > radius)
            out[p] = 1;
        return out;
    }, new Uint8Array(width * height));
}
export function closeGaps(mask, width, height, radius) {
    return erode(dilate(mask, width, height, radius), width, height, radius);
}
export function dropSpecks(mask, width, height, radius) {
    return dilate(erode(mask, width, height, radius), width, height, radius);
}
/** 3x3 cross opening in place of `dropSpecks(.., 1)`: the same result without distance maps, for use on every frame. */
export function dropThinSpecks(mask, width, height, scratch) {
    scratch.fill(0);
    for (let y = 1; y < height - 1; y++) {
        for (let p = y * width + 1, end = p + width - 2; p < end; p++) {
            scratch[p] = mask[p] & mask[p - 1] & mask[p + 1] & mask[p - width] & mask[p + width] & 1;
        }
    }
    mask.fill(0);
    for (let y = 1; y < height - 1; y++) {
        for (let p = y * width + 1, end = p + width - 2; p < end; p++) {
            mask[p] =
                scratch[p] | scratch[p - 1] | scratch[p + 1] | scratch[p - width] | scratch[p + width];
        }
    }
}
/** Sets every enclosed hole of at most `largestArea` pixels. */
export function fillHoles(mask, width, height, largestArea = Number.POSITIVE_INFINITY) {
    const regions = findRegions(invert(mask), width, height);
    const out = mask.map((value) => (value !== 0 ? 1 : 0));
    for (let p = 0; p < out.length; p++) {
        const label = regions.labels[p];
        if (label === 0 || regions.sizes[label] > largestArea)
            continue;
        if (!touchesBorder(regions.boxes[label], width, height))
            out[p] = 1;
    }
    return out;
}
function invert(mask) {
    return mask.map((value) => (value === 0 ? 1 : 0));
}
