import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { registerCodecs } from '../decode/codecs.js';
import { chooseFrameSize } from '../decode/frame-size.js';
import { openMotion } from '../decode/open-motion.js';
import { readCharacter } from '../decode/read-character.js';
import { canCopyAudio, createDraftWriter } from '../encode/write-draft.js';
import { DraftError, DraftNotWrittenError, DraftOptionsError, messageOf } from '../errors.js';
import { describeMisfit } from '../gate/gate.js';
import { LONGEST_SECONDS } from '../types.js';
import { prepareDraft } from './prepare-draft.js';
import { renderAndEncode } from './render-and-encode.js';
import { startPool } from './start-pool.js';
import { createStopwatch } from './stopwatch.js';
/** A thread costs up to 50 MB and the time to warm up, which more than a few do not win back in half a minute of film. */
const MOST_WORKERS = 3;
/**
 * Data flows one way: decode, plate, segment, track; matte, rig; retarget, render, encode.
 *
 * Throws `MotionUnreadableError`, `CharacterUnreadableError`, `CodecMissingError`, `DraftOptionsError` or
 * `DraftNotWrittenError`.
 */
export async function drawDraft(options, { enter, progress, alive }) {
    const orientation = options.orientation ?? 'image';
    const request = frameRequestOf(options);
    const endS = secondsOf(options, orientation);
    const watch = createStopwatch(progress);
    // The calling thread works too, as one of the cores' threads.
    const workers = options.workers ?? Math.min(MOST_WORKERS, availableParallelism() - 1);
    // Threads and codecs take their time to start; the character is read meanwhile.
    const pool = startPool(workers, alive);
    registerCodecs().catch(() => undefined);
    let opened = null;
    try {
        enter({ kind: 'character', path: options.characterPath });
        const image = await readCharacter(options.characterPath);
        enter({ kind: 'motion', path: options.motionPath });
        const motion = await openMotion(options.motionPath);
        opened = motion;
        const size = chooseFrameSize(motion.width, motion.height, request);
        const job = { image, motion, size, endS, orientation, pool, watch };
        const { clip, plate, performance, ...facts } = await prepareDraft(job);
        const warnings = facts.misfits.map(describeMisfit);
        if (clip.isCut)
            warnings.push(`The motion is longer than ${endS} s; the draft ends there.`);
        const { character, performer, isMirrored } = facts.facing;
        if (!isMirrored && character !== 'front' && performer !== 'front' && character !== performer) {
            warnings.push(`The performer faces ${performer}, the character ${character}; orientation video turns the character.`);
        }
        const wantsSound = options.keepOriginalSound === true;
        const audio = wantsSound && motion.audio != null && canCopyAudio(motion.audio) ? motion.audio : null;
        if (wantsSound && audio == null) {
            warnings.push('The motion has no sound that an MP4 can carry unchanged; the draft is silent.');
        }
        const lastFrame = clip.times.length - 1;
        const durationS = clip.times[lastFrame] + clip.durations[lastFrame];
        const { width, height } = size;
        enter({ kind: 'output', path: options.outputPath });
        const bytes = await failAs(options.outputPath, async () => {
            const file = { width, height, fps: clip.fps, coding: motion.coding, audio, endS: durationS };
            const writer = await createDraftWriter(file);
            const content = await renderAndEncode({
                size,
                plate,
                performance,
                clip,
                pool,
                writer,
                watch,
            });
            await mkdir(dirname(options.partPath), { recursive: true });
            await writeFile(options.partPath, content);
            return content.length;
        });
        watch.finish('render and encode');
        return {
            draft: true,
            ...facts,
            warnings,
            width,
            height,
            frames: clip.times.length,
            fps: clip.fps,
            durationS,
            hasSound: audio != null,
            bytes,
            timingsMs: watch.timings(),
            ...resourcesUsed(),
        };
    }
    finally {
        await pool.close();
        opened?.close();
    }
}
/** Of this process, which draws one draft and ends. */
function resourcesUsed() {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    return {
        processorS: (userCPUTime + systemCPUTime) / 1e6,
        peakMemoryMb: Math.round(maxRSS / 1024),
    };
}
async function failAs(path, write) {
    try {
        return await write();
    }
    catch (cause) {
        if (cause instanceof DraftError)
            throw cause;
        throw new DraftNotWrittenError(`The draft ${path} could not be written: ${messageOf(cause)}.`, {
            cause,
        });
    }
}
function frameRequestOf(options) {
    const { width, height, maxSide, shortSide } = options;
    const asked = [width ?? height, maxSide, shortSide].filter((value) => value != null).length;
    if (asked > 1)
        throw new DraftOptionsError('Give only one of width and height, maxSide, or shortSide.');
    if ((width == null) !== (height == null))
        throw new DraftOptionsError('Give width and height together.');
    if (width != null && height != null)
        return { kind: 'exact', width, height };
    if (maxSide != null)
        return { kind: 'longest side', pixels: maxSide };
    if (shortSide != null)
        return { kind: 'shortest side', pixels: shortSide };
    return { kind: 'clip' };
}
function secondsOf({ maxSeconds }, orientation) {
    if (maxSeconds == null)
        return LONGEST_SECONDS[orientation];
    if (!(maxSeconds > 0))
        throw new DraftOptionsError(`maxSeconds is ${maxSeconds}; give a positive number.`);
    return Math.min(maxSeconds, LONGEST_SECONDS[orientation]);
}
