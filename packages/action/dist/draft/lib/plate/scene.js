import { binOf, COLOUR_BINS, logRatio, normalise, smoothHistogram } from '../image/colour-bins.js';
import { distanceTo } from '../image/distance.js';
import { colourDistance, createPicture } from '../image/picture.js';
import { dilate } from '../image/regions.js';
import { growBackground, LEAST_SHARE, measureMobility } from './grow.js';
import { medianPicture, spread } from './median.js';
import { collectModes, countBits, MODES } from './modes.js';
import { findSweptRegion, measureMotion } from './motion.js';
/** Frames looked at for the median; a pixel needs its background in half of them. */
const MEDIAN_FRAMES = 25;
const MOTION_FRAMES = 48;
/** Frames in which colours come and go; one bit each. */
const COLOUR_FRAMES = 32;
/** Learns background and colours from the whole clip. `pictures` are frames in order, all of one size. */
export function learnScene(pictures) {
    const { width, height } = pictures[0];
    const some = (count) => spread(pictures.length, count).map((i) => pictures[i]);
    const median = medianPicture(some(MEDIAN_FRAMES));
    const motion = measureMotion(some(MOTION_FRAMES), median);
    const swept = findSweptRegion(motion, width, height);
    const region = dilate(swept.mask, width, height, 2);
    const outside = distanceTo(region, width, height, 'set');
    const inside = distanceTo(region, width, height, 'unset');
    const samples = some(COLOUR_FRAMES);
    const reach = Math.max(12, height * 0.18);
    const isNear = (p) => region[p] === 0 && outside[p] < reach;
    const plate = createPicture(width, height);
    plate.y.set(median.y);
    plate.u.set(median.u);
    plate.v.set(median.v);
    const certain = Uint8Array.from(region, (value) => (value === 0 ? 1 : 0));
    const visible = Uint32Array.from(certain, (value) => (value !== 0 ? 2 ** samples.length - 1 : 0));
    const modes = collectModes(samples, region);
    const growth = { plate, certain, visible };
    // First what motion alone proves; its hidden moments show the subject's colours without any background in them.
    const mobility = measureMobility(samples, modes, region);
    growBackground(growth, samples, modes, region, mobility, null);
    let colours = learnColours(samples, growth, region, isNear, null);
    growBackground(growth, samples, modes, region, mobility, logRatio(colours.subject, colours.background, 20));
    colours = learnColours(samples, growth, region, isNear, null);
    const known = certain.slice();
    const ratio = logRatio(colours.subject, colours.background, 20);
    chooseBackgrounds({ samples, modes, ratio, certain, inside, height }, plate, known);
    colours = learnColours(samples, growth, region, isNear, ratio);
    return {
        width,
        height,
        plate,
        region,
        known,
        certain,
        subjectRatio: logRatio(colours.subject, colours.background, 3),
        noise: motion.noise,
        captionRows: swept.captionRows,
        movingShare: swept.movingShare,
        besideShare: swept.besideShare,
    };
}
/**
 * Gives each pixel of the region the colour that is frequent and unlike the subject. Deep inside the region the body
 * may never move away, so more proof is asked for there.
 */
function chooseBackgrounds(choice, plate, known) {
    const { samples, modes, ratio, certain, inside, height } = choice;
    for (let p = 0; p < certain.length; p++) {
        if (certain[p] !== 0)
            continue;
        let best = -1;
        let bestScore = -1.2 + 2.4 * Math.min(1, inside[p] / (0.07 * height));
        for (let mode = 0; mode < MODES; mode++) {
            const share = countBits(modes.seen[p * MODES + mode]) / samples.length;
            if (share < LEAST_SHARE)
                continue;
            const picture = modes.picture[p * MODES + mode];
            const score = -ratio[binOf(samples[picture], p)] + 1.2 * Math.log(share);
            if (score > bestScore) {
                bestScore = score;
                best = picture;
            }
        }
        known[p] = best >= 0 ? 1 : 0;
        if (best >= 0)
            copyPixel(samples[best], p, plate);
    }
}
function copyPixel(from, p, to) {
    to.y[p] = from.y[p];
    to.u[p] = from.u[p];
    to.v[p] = from.v[p];
}
/** This far from a known background, a pixel shows the subject. */
const SUBJECT_DISTANCE = 26;
/**
 * Colours of the subject and of the background around it. The subject is what hides certain background; with `ratio`,
 * also what has its colours where the background was never seen.
 */
function learnColours(samples, { plate, certain }, region, isNear, ratio) {
    const subject = new Float32Array(COLOUR_BINS);
    const background = new Float32Array(COLOUR_BINS);
    for (let p = 0; p < region.length; p++) {
        if (region[p] === 0) {
            if (isNear(p))
                for (const picture of samples)
                    background[binOf(picture, p)]++;
        }
        else if (certain[p] !== 0) {
            for (const picture of samples) {
                const isSubject = colourDistance(picture, plate, p) > SUBJECT_DISTANCE;
                (isSubject ? subject : background)[binOf(picture, p)]++;
            }
        }
        else if (ratio != null) {
            for (const picture of samples) {
                const bin = binOf(picture, p);
                if (ratio[bin] > 0)
                    subject[bin]++;
            }
        }
    }
    return {
        subject: normalise(smoothHistogram(subject)),
        background: normalise(smoothHistogram(background)),
    };
}
