import { spread } from '../plate/median.js';
import { JOINT, placeJoints } from '../puppet/pose.js';
import { pictureOf } from './grid.js';
import { findStands } from './standing.js';
/** Sightings of standing feet that are looked at, at most. */
const SIGHTINGS = 40;
const LEAST_SIGHTINGS = 6;
/** All lengths in heights. Shoes, and ankles between them and the trousers, reach no further below a shin. */
const LONGEST_FOOT = 0.18;
/** Bare ankles may look like the floor. */
const LONGEST_GAP = 0.045;
/** A foot is looked for this far to both sides of its ankle, the floor beyond it up to the second distance. */
const FOOT_SIDES = 0.05;
const FLOOR_FROM = 0.1;
const FLOOR_TO = 0.24;
/** Of the pixels across a foot, what must not be floor. */
const LEAST_SHARE = 0.3;
/** Colours this far from the floor's are no floor: above shadows; on a patterned floor more. */
const LEAST_DIFFERENCE = 30;
const SPREADS = 3;
/** Shorter feet than this are the rounding of the shin's end. */
const SHORTEST_FOOT = 0.012;
/**
 * Feet that never move belong to the background, and the shins that were found end above them. Looks below the ankles
 * of standing feet for what differs from the floor beside them, and returns the body with shins that reach its lower
 * end. On a floor too patterned to tell, and where the feet were found, the shins stay.
 */
export function reachStillFeet(grid, poses, shape, fps) {
    const joints = poses.map((pose) => placeJoints(pose, shape));
    const times = Float64Array.from(poses, (_, f) => f / fps);
    const track = (joint, axis) => Float64Array.from(joints, (frame) => frame[2 * joint + axis] / shape.height);
    const ankles = [JOINT.leftAnkle, JOINT.rightAnkle];
    const heights = ankles.map((ankle) => track(ankle, 1));
    const lowest = heights[0].map((y, f) => Math.max(y, heights[1][f]));
    const standing = ankles.flatMap((ankle, side) => findStands(track(ankle, 0), heights[side], lowest, times).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => ({ frame: first + i, ankle }))));
    const found = spread(standing.length, SIGHTINGS).map((i) => {
        const { frame, ankle } = standing[i];
        const [x, y] = joints[frame].subarray(2 * ankle, 2 * ankle + 2);
        const end = y + 0.8 * shape.shinRadius * shape.height;
        return footBelow(pictureOf(grid, frame), x, end, shape.height);
    });
    const known = found.filter((foot) => foot != null).sort((a, b) => a - b);
    if (known.length < LEAST_SIGHTINGS)
        return shape;
    const foot = known[known.length >> 1] / shape.height;
    return foot < SHORTEST_FOOT ? shape : { ...shape, shinLength: shape.shinLength + foot };
}
/** How many rows below `y` a foot goes on; null where the floor cannot be found. */
function footBelow(picture, x, y, height) {
    const top = Math.ceil(y);
    const bottom = Math.min(picture.height - 1, Math.floor(y + LONGEST_FOOT * height));
    let end = top;
    for (let row = top; row <= bottom && row - end <= LONGEST_GAP * height; row++) {
        const isFoot = isFootRow(picture, x, row, height);
        if (isFoot == null)
            return null;
        if (isFoot)
            end = row + 1;
    }
    // What never ends is no foot.
    return end > bottom ? null : end - top;
}
function isFootRow(picture, x, row, height) {
    const from = Math.round(FLOOR_FROM * height);
    const to = Math.round(FLOOR_TO * height);
    const floor = [];
    for (let d = from; d <= to; d++) {
        for (const column of [Math.floor(x) - d, Math.floor(x) + d]) {
            if (column >= 0 && column < picture.width)
                floor.push(row * picture.width + column);
        }
    }
    if (floor.length < to - from)
        return null;
    const colour = [picture.y, picture.u, picture.v].map((plane) => medianOf(floor.map((p) => plane[p])));
    const differs = (p) => Math.abs(picture.y[p] - colour[0]) +
        1.6 * (Math.abs(picture.u[p] - colour[1]) + Math.abs(picture.v[p] - colour[2]));
    const least = Math.max(LEAST_DIFFERENCE, SPREADS * medianOf(floor.map(differs)));
    const sides = Math.max(2, Math.round(FOOT_SIDES * height));
    let foot = 0;
    let count = 0;
    for (let column = Math.floor(x) - sides; column <= Math.floor(x) + sides; column++) {
        if (column < 0 || column >= picture.width)
            continue;
        count++;
        if (differs(row * picture.width + column) > least)
            foot++;
    }
    return count > 0 && foot >= LEAST_SHARE * count;
}
function medianOf(values) {
    return values.sort((a, b) => a - b)[values.length >> 1];
}
