import { readMotion } from '../decode/read-motion.js';
import { checkCharacter, checkMotion, checkTrack } from '../gate/gate.js';
import { signsOfTrack } from '../gate/signs.js';
import { evenExposure } from '../plate/exposure.js';
import { facingOfCharacter, facingOfPerformer, mirrorImage } from '../retarget/facing.js';
import { trackMotion } from '../track/track.js';
import { analyse } from './analyse.js';
import { paintStage } from './paint-stage.js';
import { performPuppet } from './perform-puppet.js';
import { performWholeBody } from './perform-whole-body.js';
import { stageCharacter } from './stage-character.js';
/**
 * Reads, understands and stages: everything from decode to retarget. The pictures of the clip, the largest thing in
 * memory, die with this call, before anything is drawn.
 */
export async function prepareDraft(job) {
    const { image, motion, size, pool, watch } = job;
    const character = pool.runBeside(stageCharacter, null, [image]);
    character.catch(() => undefined);
    const filmed = await readMotion(motion, size, job.endS, (share) => watch.advance('decode', share));
    const footage = { ...filmed, backdrops: evenExposure(filmed) };
    watch.finish('decode');
    const analysis = await analyse(footage, pool, watch.finish);
    const [staged] = await character;
    watch.finish('character');
    const early = [...checkCharacter(staged.signs), ...checkMotion(analysis.signs)];
    const tracked = early.length === 0 ? await trackMotion(analysis.grid, analysis.trackedFps, pool) : null;
    const motionFit = tracked != null ? medianOf(tracked.fits) : null;
    const misfits = tracked != null && motionFit != null
        ? checkTrack(signsOfTrack(tracked, motionFit, analysis.trackedFps))
        : early;
    watch.finish('track');
    const shown = { width: motion.width, height: motion.height };
    const views = { ...analysis, footage, size, shown };
    const isPuppet = tracked != null && misfits.length === 0;
    // The plate is painted by a worker while the character is dressed here.
    const painting = paintStage(views, isPuppet ? tracked : null, misfits, pool);
    painting.catch(() => undefined);
    const turn = isPuppet ? await turnCharacter(job, staged, tracked) : null;
    const performance = isPuppet
        ? performPuppet(views, tracked, turn?.staged ?? staged, turn?.image ?? image, job.orientation, motion.coding)
        : performWholeBody(views, staged, image, motion.coding, misfits);
    const plate = await painting;
    watch.finish('backdrop');
    const { times, durations, fps, isCut } = footage;
    return {
        clip: { times, durations, fps, isCut },
        plate,
        performance,
        method: isPuppet ? 'puppet' : 'whole body',
        misfits,
        facing: turn?.facing ?? UNKNOWN_FACING,
        characterFit: staged.fit?.fit ?? null,
        motionFit,
    };
}
const UNKNOWN_FACING = { character: 'front', performer: 'front', isMirrored: false };
/** With orientation `video` a character drawn to one side is mirrored for a performer who faces the other. */
async function turnCharacter({ image, orientation, pool }, staged, tracked) {
    const performer = facingOfPerformer(tracked.poses, tracked.shape);
    const character = staged.fit != null ? facingOfCharacter(staged.fit) : 'front';
    const isOpposite = character !== 'front' && performer !== 'front' && character !== performer;
    const isMirrored = isOpposite && orientation === 'video';
    const facing = { character, performer, isMirrored };
    if (!isMirrored)
        return { facing, staged, image };
    const mirrored = mirrorImage(image);
    const [restaged] = await pool.run(stageCharacter, null, [mirrored]);
    return { facing, staged: restaged, image: mirrored };
}
function medianOf(values) {
    return [...values].sort((a, b) => a - b)[values.length >> 1];
}
