/** Drawings fit at 0.85 to 0.95, a child's pen figure at 0.8; a bug, a dog's bust and bare sticks at 0.74 to 0.76. */
const LEAST_CHARACTER_FIT = 0.77;
/** A puppet covers a blob or a house well. People fill up to 0.75 of their hull, also in loose clothes or a gown. */
const MOST_SOLIDITY = 0.83;
/** People with arms spread are about as wide as tall, with wide sleeves a little wider; animals on four legs more. */
const MOST_ASPECT = 1.4;
/** Gowns leave a fifth of the height to the legs; a puppet laid over a cat or a bust has hardly any. */
const LEAST_LEGS = 0.15;
/**
 * A drawing cut at the waist ends in one stretch this wide at the picture's edge. A gown may as well, under a smaller head;
 * but then the figure is taller than a bust, which is about as wide as tall.
 */
const CUT = { width: 0.25, headShare: 0.26, aspect: 0.65 };
/** Hand-held clips and slow zooms drift by 0.2 to 3 pixels a frame, tripods by less than 0.1. */
const MOST_DRIFT = 0.17;
const MOST_MOVING = 0.75;
const LEAST_SEEN = 0.6;
const MOST_CUT = 0.5;
const MOST_SECOND = 0.35;
/** A swinging arm beside a dancer sweeps over a sixth of the dancer's area; flicker and shadows over less. */
const MOST_BESIDE = 0.12;
/** Legs measure half the height, 0.43 under the largest heads; of bodies cut at thighs or knees mostly 0.2 to 0.36 is found. */
const LEAST_LEG_REACH = 0.37;
/** Who hops or slides to the side glides for moments only. */
const MOST_GLIDE = 0.6;
/** Good tracks fit at 0.71 and above even on textured backgrounds; two people as one at 0.63. */
const LEAST_MOTION_FIT = 0.69;
export function checkCharacter(signs) {
    if (!signs.isSeparable) {
        return [{ kind: 'no separable character' }];
    }
    const { solidity, aspect, cutWidth } = signs.outline;
    const isCut = cutWidth > CUT.width && (signs.headShare > CUT.headShare || aspect > CUT.aspect);
    const isFigure = signs.fit >= LEAST_CHARACTER_FIT &&
        solidity <= MOST_SOLIDITY &&
        aspect <= MOST_ASPECT &&
        signs.legShare >= LEAST_LEGS &&
        !isCut;
    return isFigure ? [] : [{ kind: 'character is not humanoid', fit: signs.fit }];
}
export function checkMotion(signs) {
    const misfits = [];
    if (signs.cameraDrift > MOST_DRIFT || signs.movingShare > MOST_MOVING) {
        misfits.push({ kind: 'moving camera', pixelsPerFrame: signs.cameraDrift });
    }
    if (signs.seenShare < LEAST_SEEN)
        return [...misfits, { kind: 'nothing moves' }];
    if (signs.cutShare > MOST_CUT)
        misfits.push({ kind: 'half body', share: signs.cutShare });
    if (signs.secondShare > MOST_SECOND || signs.besideShare > MOST_BESIDE)
        misfits.push({ kind: 'several people', share: Math.max(signs.secondShare, signs.besideShare) });
    return misfits;
}
export function checkTrack({ fit, legReach, glideShare }) {
    if (fit < LEAST_MOTION_FIT)
        return [{ kind: 'motion does not fit', fit }];
    if (glideShare > MOST_GLIDE)
        return [{ kind: 'panning camera', share: glideShare }];
    return legReach < LEAST_LEG_REACH ? [{ kind: 'legs not seen', reach: legReach }] : [];
}
/** The motion is fine: its subject's box can be believed, and its background is seen. */
export function isAboutCharacter({ kind }) {
    return kind === 'no separable character' || kind === 'character is not humanoid';
}
const percent = (share) => `${Math.round(100 * share)} %`;
/** One sentence for a person. */
export function describeMisfit(misfit) {
    switch (misfit.kind) {
        case 'nothing moves':
            return 'The motion shows no moving subject that can be distinguished from the background.';
        case 'moving camera':
            return `The camera of the motion moves (${misfit.pixelsPerFrame.toFixed(1)} pixels between frames); drafts need a fixed camera.`;
        case 'panning camera':
            return `The performer glides sideways without a standing foot in ${percent(misfit.share)} of the frames, so the camera of the motion seems to pan; drafts need a fixed camera.`;
        case 'half body':
            return `The performer is cut off by the lower edge in ${percent(misfit.share)} of the frames; drafts need the whole body.`;
        case 'several people':
            return 'More than one person or thing moves; drafts follow one person.';
        case 'legs not seen':
            return 'The legs of the performer are not seen apart from the background; drafts need the whole body.';
        case 'motion does not fit':
            return `The performer's outline does not fit a human figure well enough (${misfit.fit.toFixed(2)}).`;
        case 'no separable character':
            return 'The character cannot be separated from its background; use a transparent or plain background.';
        case 'character is not humanoid':
            return 'The outline of the character does not show a head, two arms and two legs apart from each other.';
    }
}
