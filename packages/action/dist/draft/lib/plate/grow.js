import { binOf, COLOUR_BINS, smoothHistogram } from '../image/colour-bins.js';
import { CHROMA_WEIGHT } from '../image/picture.js';
import { countBits, MODES } from './modes.js';
/** Neighbouring backgrounds this close are one surface. */
const CONTINUES = 9;
/** A surface that continues its neighbour must be seen in this share of the samples. */
const SURFACE_SHARE = 0.12;
/** Another surface is background as well if it appears and disappears together with its neighbour. */
const OBJECT_AGREEMENT = 0.88;
/** Samples in which the neighbour must be hidden before its disappearing proves anything. */
const LEAST_HIDDEN = 2;
/** Of those, the share in which the pixel must be hidden too: a swaying body's edge hides wall, never itself. */
const HIDDEN_TOGETHER = 0.55;
/** Surfaces that never move are background when their colour is not the subject's: log-odds. */
const STILL_SHARE = 0.9;
const NOT_SUBJECT = -0.3;
const CLEARLY_SUBJECT = 0.7;
/** Legs that swing in step hide and show the wall like a picture on it; their colour turns up in too many places. */
const MOST_MOBILE_OBJECT = 0.03;
/** Once the subject's colours are known they say more. */
const MOST_MOBILE_FOREIGN = 0.25;
const MOST_MOBILE_SURFACE = 0.3;
/** A background colour is seen in at least this share of the samples. */
export const LEAST_SHARE = 0.08;
/**
 * Grows certain background into the region, from neighbour to neighbour. An arm that passes in front of a picture on
 * the wall hides the picture and the wall beside it at the same moments; a body's edge hides the wall while the body
 * itself stays visible. So a colour that comes and goes together with its neighbour's background is background.
 * `subjectRatio` (log-odds by colour bin), when known, also decides about what never changes. Changes `growth`.
 */
export function growBackground(growth, samples, modes, region, mobility, subjectRatio) {
    const { plate, certain, visible } = growth;
    const { width, height } = plate;
    const queue = [];
    for (let p = 0; p < certain.length; p++) {
        if (certain[p] !== 0 && hasOpenNeighbour(certain, p, width, height))
            queue.push(p);
    }
    for (let i = 0; i < queue.length; i++) {
        const from = queue[i];
        const x = from % width;
        const y = (from / width) | 0;
        if (x > 0)
            visit(from - 1, from);
        if (x < width - 1)
            visit(from + 1, from);
        if (y > 0)
            visit(from - width, from);
        if (y < height - 1)
            visit(from + width, from);
    }
    function visit(p, from) {
        if (certain[p] !== 0 || region[p] === 0)
            return;
        let continues = false;
        for (let mode = 0; mode < MODES; mode++) {
            const seen = modes.seen[p * MODES + mode];
            if (countBits(seen) < SURFACE_SHARE * samples.length)
                continue;
            const sample = samples[modes.picture[p * MODES + mode]];
            if (surfaceStep(sample, p, from) >= CONTINUES || isSubject(sample, p, MOST_MOBILE_SURFACE))
                continue;
            accept(sample, p, seen);
            return;
        }
        // What at times shows its neighbour's surface has that as its background, now or from another neighbour.
        for (let mode = 0; mode < MODES && !continues; mode++) {
            const seen = modes.seen[p * MODES + mode];
            continues =
                seen !== 0 &&
                    surfaceStep(samples[modes.picture[p * MODES + mode]], p, from) < 2 * CONTINUES;
        }
        if (continues)
            return;
        const seen = modes.seen[p * MODES];
        const sample = samples[modes.picture[p * MODES]];
        if (belongs(sample, p, from, seen))
            accept(sample, p, seen);
    }
    function accept(sample, p, seen) {
        plate.y[p] = sample.y[p];
        plate.u[p] = sample.u[p];
        plate.v[p] = sample.v[p];
        certain[p] = 1;
        visible[p] = seen;
        queue.push(p);
    }
    function surfaceStep(sample, p, from) {
        return (Math.abs(sample.y[p] - plate.y[from]) +
            CHROMA_WEIGHT *
                (Math.abs(sample.u[p] - plate.u[from]) + Math.abs(sample.v[p] - plate.v[from])));
    }
    function isSubject(sample, p, mostMobile) {
        const bin = binOf(sample, p);
        return (mobility[bin] > mostMobile || (subjectRatio != null && subjectRatio[bin] > CLEARLY_SUBJECT));
    }
    /** Whether another surface comes and goes with the neighbour's. */
    function belongs(sample, p, from, seen) {
        const count = samples.length;
        const agreement = 1 - countBits(seen ^ visible[from]) / count;
        const hidden = count - countBits(visible[from]);
        const together = count - countBits(visible[from] | seen);
        if (isSubject(sample, p, subjectRatio == null ? MOST_MOBILE_OBJECT : MOST_MOBILE_FOREIGN))
            return false;
        const ratio = subjectRatio?.[binOf(sample, p)];
        if (hidden >= LEAST_HIDDEN) {
            return agreement >= OBJECT_AGREEMENT && together >= HIDDEN_TOGETHER * hidden;
        }
        return ratio != null && ratio < NOT_SUBJECT && countBits(seen) >= STILL_SHARE * count;
    }
}
function hasOpenNeighbour(certain, p, width, height) {
    const x = p % width;
    const y = (p / width) | 0;
    return ((x > 0 && certain[p - 1] === 0) ||
        (x < width - 1 && certain[p + 1] === 0) ||
        (y > 0 && certain[p - width] === 0) ||
        (y < height - 1 && certain[p + width] === 0));
}
/**
 * For each colour bin, the share of its sightings in `region` at pixels that usually show something else. Background
 * shows its colours where they belong; a moving subject shows its own all over.
 */
export function measureMobility(samples, modes, region) {
    const passing = new Float32Array(COLOUR_BINS);
    const usual = new Float32Array(COLOUR_BINS);
    for (let p = 0; p < region.length; p++) {
        if (region[p] === 0)
            continue;
        for (let mode = 0; mode < MODES; mode++) {
            const count = countBits(modes.seen[p * MODES + mode]);
            if (count === 0)
                break;
            const bin = binOf(samples[modes.picture[p * MODES + mode]], p);
            if (mode === 0)
                usual[bin] += count;
            else
                passing[bin] += count;
        }
    }
    const passingSmooth = smoothHistogram(passing);
    return smoothHistogram(usual).map((value, bin) => passingSmooth[bin] / (value + passingSmooth[bin] + 1e-6));
}
