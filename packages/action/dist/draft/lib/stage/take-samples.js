import { openMotion } from '../decode/open-motion.js';
import { resizePlane } from '../image/resize.js';
/** The luma of the pictures that are shown at evenly spread moments, averaged over cells. */
export async function takeSamples({ path, count, cellsPerSide }, { enter, alive }) {
    enter({ kind: 'motion', path });
    const motion = await openMotion(path);
    try {
        const seconds = motion.packetCount / motion.fps;
        const samples = [];
        for await (const { timeS, durationS, picture } of motion.frames(seconds)) {
            if (timeS + durationS <= ((samples.length + 0.5) * seconds) / count)
                continue;
            const { y, width, height, yStride } = await picture();
            samples.push(resizePlane(y, width, height, yStride, cellsPerSide, cellsPerSide));
            alive();
            if (samples.length === count)
                break;
        }
        return samples;
    }
    finally {
        motion.close();
    }
}
