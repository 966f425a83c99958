import { CharacterUnreadableError, CodecMissingError, DraftError, DraftNotWrittenError, DraftOptionsError, DraftStoppedError, MotionUnreadableError, WebFileNotWrittenError, } from '../errors.js';
const ERRORS = [
    CharacterUnreadableError,
    CodecMissingError,
    DraftNotWrittenError,
    DraftOptionsError,
    DraftStoppedError,
    MotionUnreadableError,
    WebFileNotWrittenError,
];
/** The typed error that the other process threw; anything else it threw is a mistake of ours, and still typed. */
export function errorNamed(name, message) {
    const known = ERRORS.find((candidate) => candidate.name === name);
    if (known != null)
        return new known(message);
    return new DraftError(`The draft failed (${message}). Try another clip or character, and report this.`);
}
/** Sentences for a person; `file` is what the process was busy with. */
export function errorOfDeath(death, file) {
    const how = describe(death);
    const cause = new Error(death.lastWords.trim() || how);
    if (death.signal === 'SIGINT' || death.signal === 'SIGTERM') {
        return new DraftStoppedError(`The draft was stopped (${death.signal}).`, { cause });
    }
    if (death.signal === 'SIGKILL') {
        return new DraftError('The process that draws the draft was killed from outside (SIGKILL), usually because the machine ran out of memory. Give a shorter or smaller clip.', { cause });
    }
    switch (file?.kind) {
        case 'character':
            return new CharacterUnreadableError(`The character ${file.path} cannot be used: the image library crashed on it (${how}). Save it again as PNG.`, { cause });
        case 'motion':
            return new MotionUnreadableError(`The motion ${file.path} cannot be used: the codec crashed on this clip (${how}). ` +
                'Encode it again, for example with `ffmpeg -i clip.mp4 -c:v libx264 -c:a aac again.mp4`.', { cause });
        case 'output':
            return new DraftNotWrittenError(`The draft ${file.path} could not be written: the codec crashed (${how}). Try again, or give another size.`, { cause });
        case 'web file':
            return new WebFileNotWrittenError(`The codec crashed (${how}). Check that the video plays, or leave this file out.`, { cause });
        default:
            return new DraftError(`The process that draws drafts did not start (${how}: ${lastLineOf(death.lastWords)}).`, { cause });
    }
}
function describe({ code, signal }) {
    if (signal != null)
        return signal;
    return code === 0 ? 'it stopped answering' : `exit code ${code}`;
}
/** The line that names an error, else the last one. */
function lastLineOf(text) {
    const lines = text.trim().split('\n');
    return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '';
}
