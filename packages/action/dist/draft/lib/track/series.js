import { restPose } from '../puppet/pose.js';
const TORSO_ANGLE = 2;
const TORSO_LENGTH = 3;
const HEAD_ANGLE = 4;
const FIRST_ANGLE = 5;
const FIRST_LENGTH = 13;
const SERIES = 21;
function isAngle(series) {
    return series === TORSO_ANGLE || (series >= HEAD_ANGLE && series < FIRST_LENGTH);
}
function toSeries(poses) {
    const all = Array.from({ length: SERIES }, () => new Float64Array(poses.length));
    poses.forEach((pose, f) => {
        all[0][f] = pose.x;
        all[1][f] = pose.y;
        all[TORSO_ANGLE][f] = pose.torsoAngle;
        all[TORSO_LENGTH][f] = pose.torsoLength;
        all[HEAD_ANGLE][f] = pose.headAngle;
        for (let bone = 0; bone < 8; bone++) {
            all[FIRST_ANGLE + bone][f] = pose.angles[bone];
            all[FIRST_LENGTH + bone][f] = pose.lengths[bone];
        }
    });
    all.forEach((series, i) => {
        if (isAngle(i))
            unwrap(series);
    });
    return all;
}
function fromSeries(all) {
    return Array.from(all[0], (x, f) => {
        const pose = restPose(x, all[1][f]);
        pose.torsoAngle = all[TORSO_ANGLE][f];
        pose.torsoLength = all[TORSO_LENGTH][f];
        pose.headAngle = all[HEAD_ANGLE][f];
        for (let bone = 0; bone < 8; bone++) {
            pose.angles[bone] = all[FIRST_ANGLE + bone][f];
            pose.lengths[bone] = all[FIRST_LENGTH + bone][f];
        }
        return pose;
    });
}
/** Adds whole turns so that no step is longer than half a turn. */
function unwrap(series) {
    for (let f = 1; f < series.length; f++) {
        const turns = Math.round((series[f] - series[f - 1]) / (2 * Math.PI));
        series[f] -= turns * 2 * Math.PI;
    }
}
/** Median of three: removes single wrong frames and keeps every real edge. */
function medianOfThree(series) {
    return series.map((value, f) => {
        if (f === 0 || f === series.length - 1)
            return value;
        const low = Math.min(series[f - 1], series[f + 1]);
        const high = Math.max(series[f - 1], series[f + 1]);
        return Math.max(low, Math.min(high, value));
    });
}
/** Weighted mean over neighbours; `sigma` in frames. The weights are renormalised at both ends. */
export function gaussianSmooth(series, sigma) {
    if (sigma < 0.3)
        return series;
    const reach = Math.ceil(2.5 * sigma);
    return series.map((_, f) => {
        let sum = 0;
        let weights = 0;
        for (let offset = -reach; offset <= reach; offset++) {
            const at = f + offset;
            if (at < 0 || at >= series.length)
                continue;
            const weight = Math.exp(-(offset * offset) / (2 * sigma * sigma));
            sum += series[at] * weight;
            weights += weight;
        }
        return sum / weights;
    });
}
/** Smoothing time constants in seconds: limbs are quick, bodies and foreshortening slow. */
const PLACE_SECONDS = 0.035;
const TORSO_SECONDS = 0.052;
const TORSO_LENGTH_SECONDS = 0.07;
const HEAD_SECONDS = 0.072;
const LIMB_SECONDS = 0.042;
const LIMB_LENGTH_SECONDS = 0.07;
function smoothingSeconds(series) {
    if (series < TORSO_ANGLE)
        return PLACE_SECONDS;
    if (series === TORSO_ANGLE)
        return TORSO_SECONDS;
    if (series === TORSO_LENGTH)
        return TORSO_LENGTH_SECONDS;
    if (series === HEAD_ANGLE)
        return HEAD_SECONDS;
    return series < FIRST_LENGTH ? LIMB_SECONDS : LIMB_LENGTH_SECONDS;
}
/** Removes jitter. `parts` 'root' leaves the limbs alone. */
export function smoothPoses(poses, fps, parts) {
    const all = toSeries(poses).map((series, i) => parts === 'root' && i >= HEAD_ANGLE
        ? series
        : gaussianSmooth(medianOfThree(series), smoothingSeconds(i) * fps));
    return fromSeries(all);
}
/**
 * Poses at other times: Catmull-Rom between neighbours, constant beyond the ends. `times` (seconds, increasing) belong
 * to `poses`.
 */
export function resamplePoses(poses, times, wanted) {
    if (poses.length === 1)
        return Array.from(wanted, () => poses[0]);
    const all = toSeries(poses);
    const last = poses.length - 1;
    const out = all.map(() => new Float64Array(wanted.length));
    let at = 0;
    wanted.forEach((time, i) => {
        while (at < last - 1 && times[at + 1] <= time)
            at++;
        const span = times[at + 1] - times[at] || 1;
        const t = Math.max(0, Math.min(1, (time - times[at]) / span));
        all.forEach((series, s) => {
            const p1 = series[at];
            const p2 = series[at + 1];
            const p0 = series[Math.max(0, at - 1)];
            const p3 = series[Math.min(last, at + 2)];
            const m1 = (p2 - p0) / 2;
            const m2 = (p3 - p1) / 2;
            out[s][i] = p1 + t * (m1 + t * (3 * (p2 - p1) - 2 * m1 - m2 + t * (2 * (p1 - p2) + m1 + m2)));
        });
    });
    return fromSeries(out);
}
