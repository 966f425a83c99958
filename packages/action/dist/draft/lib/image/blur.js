export function createBlurScratch(width, height) {
    const plane = () => new Float32Array(width * height);
    return {
        a: plane(),
        b: plane(),
        c: plane(),
        d: plane(),
        e: plane(),
        f: plane(),
        columns: new Float64Array(width),
    };
}
/** Mean over a (2 * radius + 1) square, edges repeated. `temporary` and `out` are row-major like `source`. */
export function boxBlur(source, width, height, radius, out, temporary, columns = new Float64Array(width)) {
    const scale = 1 / (2 * radius + 1);
    for (let y = 0; y < height; y++) {
        const row = y * width;
        let sum = source[row] * radius;
        for (let x = 0; x < radius; x++)
            sum += source[row + Math.min(width - 1, x)];
        for (let x = 0; x < width; x++) {
            sum += source[row + Math.min(width - 1, x + radius)];
            temporary[row + x] = sum * scale;
            sum -= source[row + Math.max(0, x - radius)];
        }
    }
    // Whole rows at a time: walking down single columns misses the cache on every step.
    for (let x = 0; x < width; x++)
        columns[x] = temporary[x] * radius;
    for (let y = 0; y < radius; y++) {
        const row = Math.min(height - 1, y) * width;
        for (let x = 0; x < width; x++)
            columns[x] += temporary[row + x];
    }
    for (let y = 0; y < height; y++) {
        const row = y * width;
        const entering = Math.min(height - 1, y + radius) * width;
        const leaving = Math.max(0, y - radius) * width;
        for (let x = 0; x < width; x++) {
            const sum = columns[x] + temporary[entering + x];
            out[row + x] = sum * scale;
            columns[x] = sum - temporary[leaving + x];
        }
    }
}
/**
 * Edge-preserving smoothing of `input` along the edges of `guide` (He, Sun and Tang 2010), both row-major.
 * `guide` is in [0, 1]; `epsilon` is the guide variance below which an area counts as flat.
 */
export function guidedFilter(guide, input, width, height, radius, epsilon, scratch, out) {
    const { a, b, c, d, e, f, columns } = scratch;
    const size = width * height;
    boxBlur(guide, width, height, radius, a, f, columns);
    boxBlur(input, width, height, radius, b, f, columns);
    for (let p = 0; p < size; p++)
        e[p] = guide[p] * guide[p];
    boxBlur(e, width, height, radius, c, f, columns);
    for (let p = 0; p < size; p++)
        e[p] = guide[p] * input[p];
    boxBlur(e, width, height, radius, d, f, columns);
    for (let p = 0; p < size; p++) {
        const slope = (d[p] - a[p] * b[p]) / (c[p] - a[p] * a[p] + epsilon);
        c[p] = slope;
        d[p] = b[p] - slope * a[p];
    }
    boxBlur(c, width, height, radius, a, f, columns);
    boxBlur(d, width, height, radius, b, f, columns);
    for (let p = 0; p < size; p++)
        out[p] = a[p] * guide[p] + b[p];
}
