/** Measures a row-major mask. */
export function measureOutline(mask, width, height) {
    const points = [];
    let area = 0;
    let left = width;
    let right = -1;
    let top = height;
    let bottom = -1;
    for (let y = 0; y < height; y++) {
        const row = mask.subarray(y * width, (y + 1) * width);
        const first = row.indexOf(1);
        if (first < 0)
            continue;
        const last = row.lastIndexOf(1);
        for (let x = first; x <= last; x++)
            area += row[x];
        left = Math.min(left, first);
        right = Math.max(right, last);
        top = Math.min(top, y);
        bottom = y;
        // Pixels are squares: both their upper and lower corners bound the hull.
        points.push([first, y], [first, y + 1], [last + 1, y], [last + 1, y + 1]);
    }
    if (area === 0)
        return { solidity: 0, aspect: 1, cutWidth: 0 };
    const tall = bottom + 1 - top;
    return {
        solidity: area / hullArea(points),
        aspect: (right + 1 - left) / tall,
        cutWidth: longestRun(mask.subarray((height - 1) * width)) / tall,
    };
}
function longestRun(row) {
    let longest = 0;
    let run = 0;
    for (const value of row) {
        run = value !== 0 ? run + 1 : 0;
        longest = Math.max(longest, run);
    }
    return longest;
}
/** Andrew's monotone chain, then the shoelace formula. */
function hullArea(points) {
    const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    const chain = (list) => {
        const hull = [];
        for (const point of list) {
            while (hull.length > 1 && turn(hull[hull.length - 2], hull[hull.length - 1], point) <= 0)
                hull.pop();
            hull.push(point);
        }
        return hull.slice(0, -1);
    };
    const hull = [...chain(sorted), ...chain(sorted.toReversed())];
    let twice = 0;
    hull.forEach(([x, y], i) => {
        const [nextX, nextY] = hull[(i + 1) % hull.length];
        twice += x * nextY - nextX * y;
    });
    return Math.abs(twice) / 2;
}
function turn(a, b, c) {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
