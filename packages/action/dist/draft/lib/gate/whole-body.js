import { JOINT, JOINT_COUNT } from '../puppet/pose.js';
import { HINGES, INFLUENCE } from '../rig/mesh.js';
import { gaussianSmooth } from '../track/series.js';
/** Leans beyond this come from arms and shadows, not from bodies. */
const LARGEST_LEAN = 0.35;
/** Box and axis of one frame's mask; null when it is empty. Evidence as in `segmentFrame`. */
export function measureLump(evidence, width, box) {
    if (box == null)
        return null;
    let count = 0;
    let sumX = 0;
    let sumY = 0;
    let sumXY = 0;
    let sumYY = 0;
    for (let y = box.top; y <= box.bottom; y++) {
        for (let x = box.left; x <= box.right; x++) {
            if (evidence[y * width + x] <= 0)
                continue;
            count++;
            sumX += x;
            sumY += y;
            sumXY += x * y;
            sumYY += y * y;
        }
    }
    if (count === 0)
        return null;
    const centreX = sumX / count;
    const centreY = sumY / count;
    const spread = sumYY / count - centreY * centreY;
    const slope = spread > 1e-6 ? (sumXY / count - centreX * centreY) / spread : 0;
    return {
        centreX,
        centreY,
        top: box.top,
        bottom: box.bottom,
        lean: Math.max(-LARGEST_LEAN, Math.min(LARGEST_LEAN, -Math.atan(slope))),
    };
}
const SMOOTH_SECONDS = 0.12;
const LEAST_STRETCH = 0.72;
const MOST_STRETCH = 1.12;
/** Without a measured subject the figure stands in the middle, this tall, and sways a little. */
const DEFAULT_HEIGHT = 0.72;
const FRAME_MARGIN = 0.03;
/**
 * Turns lumps into a calm motion of the whole figure that stays inside the frame: place, lean and squash follow the
 * subject. `toOutput` converts analysis to output pixels; `fps` counts lumps per second. `isTrusted` false ignores the
 * lumps' size and place and keeps the figure centred.
 */
export function followLumps(lumps, fps, figure, frame, toOutput, isTrusted) {
    const seen = lumps.filter((lump) => lump != null);
    const room = 1 - 2 * FRAME_MARGIN;
    const heights = seen.map((lump) => toOutput(0, lump.bottom)[1] - toOutput(0, lump.top)[1]);
    const usual = seen.length > 0 ? median(heights) : DEFAULT_HEIGHT * frame.height;
    const wanted = isTrusted ? Math.min(usual, room * frame.height) : DEFAULT_HEIGHT * frame.height;
    // Lean and stretch need room as well.
    const scale = Math.min(wanted / figure.height, (0.85 * frame.width) / figure.width, (0.86 * frame.height) / figure.height);
    const height = scale * figure.height;
    const half = (scale * figure.width) / 2;
    const lowest = frame.height * (1 - FRAME_MARGIN);
    const sigma = SMOOTH_SECONDS * fps;
    const follow = (value, fallback) => {
        let last = seen.length > 0 ? value(seen[0]) : fallback;
        const series = Float64Array.from(lumps, (lump) => {
            if (lump != null)
                last = value(lump);
            return last;
        });
        return [...gaussianSmooth(series, sigma)];
    };
    const middle = frame.width / 2;
    const x = follow((lump) => toOutput(lump.centreX, 0)[0], middle);
    const ground = follow((lump) => toOutput(0, lump.bottom)[1], lowest);
    const stretch = follow((lump) => (toOutput(0, lump.bottom)[1] - toOutput(0, lump.top)[1]) / usual, 1);
    const lean = follow((lump) => 0.6 * lump.lean, 0);
    const centre = median(x);
    return {
        x: x.map((value) => {
            const place = isTrusted
                ? value
                : middle + Math.max(-0.1, Math.min(0.1, (value - centre) / frame.width)) * frame.width;
            return Math.max(Math.min(half, middle), Math.min(Math.max(frame.width - half, middle), place));
        }),
        ground: ground.map((value) => Math.max(Math.min(lowest, 1.1 * height), Math.min(lowest, isTrusted ? value : lowest))),
        lean,
        stretch: stretch.map((value) => Math.max(LEAST_STRETCH, Math.min(Math.min(MOST_STRETCH, (room * frame.height) / height), value))),
        scale,
    };
}
function median(values) {
    return [...values].sort((a, b) => a - b)[values.length >> 1];
}
/** Joints of a figure that is one stiff bone, from the middle of its feet to the middle of its top. */
export function lumpJoints(x, ground, height, lean) {
    const joints = new Float64Array(2 * JOINT_COUNT);
    for (let j = 0; j < JOINT_COUNT; j++) {
        joints[2 * j] = x;
        joints[2 * j + 1] = ground;
    }
    joints[2 * JOINT.neck] = x + Math.sin(lean) * height;
    joints[2 * JOINT.neck + 1] = ground - Math.cos(lean) * height;
    // The head bone needs a length; nothing hangs on it.
    joints[2 * JOINT.headTop] = joints[2 * JOINT.neck] + Math.sin(lean);
    joints[2 * JOINT.headTop + 1] = joints[2 * JOINT.neck + 1] - Math.cos(lean);
    return joints;
}
/** The whole texture as two triangles that follow the torso bone. */
export function stiffMesh(texture) {
    const { width, height } = texture;
    const influences = new Float32Array(4 * HINGES * INFLUENCE);
    for (let vertex = 0; vertex < 4; vertex++) {
        const at = vertex * HINGES * INFLUENCE;
        influences[at + 1] = 1;
        influences[at + 2] = JOINT.pelvis;
        influences[at + 4] = 1;
    }
    return {
        texture,
        positions: Float32Array.from([0, 0, width, 0, 0, height, width, height]),
        triangles: Int32Array.from([0, 1, 3, 0, 3, 2]),
        influences,
    };
}
