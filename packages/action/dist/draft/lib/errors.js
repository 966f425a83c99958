/** Base of everything the draft engine throws on purpose: the message names the thing, the reason and the next step. */
export class DraftError extends Error {
    name = 'DraftError';
}
/** The motion cannot be read as a video: missing, damaged, empty, or in a codec that cannot be decoded here. */
export class MotionUnreadableError extends DraftError {
    name = 'MotionUnreadableError';
}
/** The character cannot be read as an image, or has nothing in it to animate. */
export class CharacterUnreadableError extends DraftError {
    name = 'CharacterUnreadableError';
}
/** The native codec package (node-av) is not installed or does not load on this platform. */
export class CodecMissingError extends DraftError {
    name = 'CodecMissingError';
}
/** The draft was computed but could not be encoded or written to its path. */
export class DraftNotWrittenError extends DraftError {
    name = 'DraftNotWrittenError';
}
/** The poster, WebP, WebM or GIF of a video could not be encoded or written to its path. */
export class WebFileNotWrittenError extends DraftError {
    name = 'WebFileNotWrittenError';
}
/** The options contradict each other or are out of range. */
export class DraftOptionsError extends DraftError {
    name = 'DraftOptionsError';
}
/** The caller's signal was aborted. */
export class DraftStoppedError extends DraftError {
    name = 'DraftStoppedError';
}
export function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
