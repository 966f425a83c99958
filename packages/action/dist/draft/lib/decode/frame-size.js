import { DraftOptionsError } from '../errors.js';
const SMALLEST_SIDE = 16;
const LARGEST_SIDE = 4096;
/** A draft is a preview: without a request it is not larger than this. */
const DEFAULT_LONGEST_SIDE = 1280;
/** Chooses the output frame. An exact frame of another shape is filled, cutting off equal margins. */
export function chooseFrameSize(clipWidth, clipHeight, request) {
    if (request.kind === 'exact') {
        const { width, height } = request;
        checkSide('width', width);
        checkSide('height', height);
        const evenWidth = even(width);
        const evenHeight = even(height);
        const scale = Math.max(evenWidth / clipWidth, evenHeight / clipHeight);
        return {
            width: evenWidth,
            height: evenHeight,
            scale,
            cropLeft: (clipWidth - evenWidth / scale) / 2,
            cropTop: (clipHeight - evenHeight / scale) / 2,
        };
    }
    const longest = Math.max(clipWidth, clipHeight);
    const shortest = Math.min(clipWidth, clipHeight);
    let scale = Math.min(1, DEFAULT_LONGEST_SIDE / longest);
    if (request.kind === 'longest side') {
        checkSide('maxSide', request.pixels);
        scale = Math.min(1, request.pixels / longest);
    }
    else if (request.kind === 'shortest side') {
        checkSide('shortSide', request.pixels);
        scale = Math.min(request.pixels / shortest, LARGEST_SIDE / longest);
    }
    // The side that was asked for is exact; the other one follows.
    const sideOf = (side) => request.kind === 'shortest side' && side > shortest ? usual(side * scale) : even(side * scale);
    const width = Math.max(SMALLEST_SIDE, sideOf(clipWidth));
    const height = Math.max(SMALLEST_SIDE, sideOf(clipHeight));
    // Rounded sides change the shape by less than half a percent: fill the frame, lose the margin.
    const filled = Math.max(width / clipWidth, height / clipHeight);
    return {
        width,
        height,
        scale: filled,
        cropLeft: (clipWidth - width / filled) / 2,
        cropTop: (clipHeight - height / filled) / 2,
    };
}
/** 480p clips are 854 wide because 853.3 is not even; enlarged to 720p they are meant to be 1280, not 1281. */
const BLOCK = 16;
const NEAR_BLOCK = 3;
const NEAR_SHARE = 0.005;
/** The nearest multiple of 16 when it is within 3 pixels and half a percent, else the nearest even size. */
function usual(value) {
    const block = BLOCK * Math.round(value / BLOCK);
    const away = Math.abs(block - value);
    return away <= NEAR_BLOCK && away <= NEAR_SHARE * value ? block : even(value);
}
function even(value) {
    return 2 * Math.max(1, Math.round(value / 2));
}
function checkSide(name, value) {
    if (Number.isInteger(value) && value >= SMALLEST_SIDE && value <= LARGEST_SIDE)
        return;
    throw new DraftOptionsError(`${name} is ${value}; give whole pixels from ${SMALLEST_SIDE} to ${LARGEST_SIDE}.`);
}
