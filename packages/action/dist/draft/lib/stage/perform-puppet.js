import { clonePose } from '../puppet/pose.js';
import { retarget } from '../retarget/retarget.js';
import { paintLayers, shownTextureScale } from '../rig/layers.js';
import { buildMeshes } from '../rig/mesh.js';
import { resamplePoses } from '../track/series.js';
import { analysisToOutput, gridToAnalysis } from './views.js';
/** The performer's poses for every frame of the clip, in output pixels. */
export function motionInOutput(views, tracked) {
    const { footage } = views;
    const times = Float64Array.from(footage.tracked, (frame) => footage.times[frame]);
    const poses = resamplePoses(tracked.poses, times, footage.times);
    const toAnalysis = gridToAnalysis(views);
    const toOutput = analysisToOutput(views);
    const place = (x, y) => toOutput(...toAnalysis(x, y));
    const [, top] = place(0, 0);
    const [, bottom] = place(0, 1000);
    const scale = (bottom - top) / 1000;
    return {
        poses: poses.map((pose) => {
            const [x, y] = place(pose.x, pose.y);
            return { ...clonePose(pose), x, y };
        }),
        shape: { ...tracked.shape, height: tracked.shape.height * scale },
        times: footage.times,
    };
}
/** Dresses the puppet in the character and gives it the performer's motion. */
export function performPuppet(views, tracked, staged, image, orientation, coding) {
    if (staged.fit == null || staged.parts == null)
        throw new Error('A puppet needs a fitted character.');
    const { size } = views;
    const motion = retarget(motionInOutput(views, tracked), staged.fit, orientation, size.width, size.height);
    // Textures are painted at the size at which they are shown, so that sampling neither blurs nor flickers.
    const textureScale = shownTextureScale(motion.scale);
    const textures = paintLayers(image, staged.matte, staged.fit, staged.parts, textureScale, coding);
    return {
        meshes: buildMeshes(textures, staged.fit, staged.parts, textureScale),
        drawn: staged.fit.joints.map((value) => value * textureScale),
        scale: motion.scale / textureScale,
        joints: motion.joints,
    };
}
