const FAR = 1e12;
/**
 * Exact Euclidean distance, in pixels, from every pixel to the nearest pixel whose set-ness equals `target`
 * (Felzenszwalb and Huttenlocher 2012: two passes of one-dimensional lower envelopes).
 * A mask without any such pixel gives about 1e6 everywhere.
 */
export function distanceTo(mask, width, height, target) {
    const longest = Math.max(width, height);
    const squares = new Float32Array(width * height);
    const line = new Float64Array(longest);
    const result = new Float64Array(longest);
    const envelope = createEnvelope(longest);
    for (let x = 0; x < width; x++) {
        for (let y = 0; y < height; y++) {
            line[y] = (mask[y * width + x] !== 0) === (target === 'set') ? 0 : FAR;
        }
        transformLine(line, height, envelope, result);
        for (let y = 0; y < height; y++)
            squares[y * width + x] = result[y];
    }
    for (let y = 0; y < height; y++) {
        const row = y * width;
        for (let x = 0; x < width; x++)
            line[x] = squares[row + x];
        transformLine(line, width, envelope, result);
        for (let x = 0; x < width; x++)
            squares[row + x] = Math.sqrt(result[x]);
    }
    return squares;
}
function createEnvelope(length) {
    return { vertex: new Int32Array(length), boundary: new Float64Array(length + 1) };
}
/** Lower envelope of the parabolas `line[q] + (x - q)^2`, sampled at every x. */
function transformLine(line, length, { vertex, boundary }, out) {
    let k = 0;
    vertex[0] = 0;
    boundary[0] = -Infinity;
    boundary[1] = Infinity;
    for (let q = 1; q < length; q++) {
        let crossing = 0;
        for (;;) {
            const v = vertex[k];
            crossing = (line[q] + q * q - (line[v] + v * v)) / (2 * (q - v));
            if (crossing > boundary[k])
                break;
            k--;
        }
        k++;
        vertex[k] = q;
        boundary[k] = crossing;
        boundary[k + 1] = Infinity;
    }
    k = 0;
    for (let x = 0; x < length; x++) {
        while (boundary[k + 1] < x)
            k++;
        const offset = x - vertex[k];
        out[x] = offset * offset + line[vertex[k]];
    }
}
/**
 * For each set pixel how many square rings away the nearest unset one is (1 = beside it), 0 for unset pixels. The
 * picture's edges are no end. Without any unset pixel about 1e6.
 */
export function boxReach(mask, width, height) {
    const reach = new Int32Array(width * height);
    for (let p = 0; p < reach.length; p++)
        if (mask[p] !== 0)
            reach[p] = 1e6;
    for (let y = 0, p = 0; y < height; y++) {
        for (let x = 0; x < width; x++, p++) {
            let least = reach[p] - 1;
            if (least < 0)
                continue;
            if (x > 0 && reach[p - 1] < least)
                least = reach[p - 1];
            if (y > 0) {
                if (reach[p - width] < least)
                    least = reach[p - width];
                if (x > 0 && reach[p - width - 1] < least)
                    least = reach[p - width - 1];
                if (x < width - 1 && reach[p - width + 1] < least)
                    least = reach[p - width + 1];
            }
            reach[p] = least + 1;
        }
    }
    for (let y = height - 1, p = width * height - 1; y >= 0; y--) {
        for (let x = width - 1; x >= 0; x--, p--) {
            let least = reach[p] - 1;
            if (least < 0)
                continue;
            if (x < width - 1 && reach[p + 1] < least)
                least = reach[p + 1];
            if (y < height - 1) {
                if (reach[p + width] < least)
                    least = reach[p + width];
                if (x < width - 1 && reach[p + width + 1] < least)
                    least = reach[p + width + 1];
                if (x > 0 && reach[p + width - 1] < least)
                    least = reach[p + width - 1];
            }
            reach[p] = least + 1;
        }
    }
    return reach;
}
