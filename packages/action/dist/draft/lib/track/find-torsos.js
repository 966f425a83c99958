import { distanceTo } from '../image/distance.js';
import { positivePixels } from '../image/picture.js';
import { createCanvas } from '../puppet/coverage.js';
import { fitStill } from '../puppet/still.js';
import { searchTorso, TRACKING_SEARCH, } from '../puppet/torso.js';
import { evidenceOf, pictureOf, subjectBox } from './grid.js';
/** Distance to the outline inside the subject. */
export function depthOf(map) {
    return distanceTo(positivePixels(map.data), map.width, map.height, 'unset');
}
/** Torso candidates of one frame; never empty. */
export function findTorsos({ grid, shape, colours, }) {
    return (frame) => {
        const map = evidenceOf(grid, frame);
        const box = subjectBox(grid, frame);
        const evidence = { map, depth: depthOf(map), picture: pictureOf(grid, frame) };
        const found = searchTorso(shape, evidence, colours, box, TRACKING_SEARCH);
        if (found.length > 0)
            return found;
        const x = (box.left + box.right) / 2;
        const y = (box.top + box.bottom) / 2;
        return [{ x, y, torsoAngle: 0, torsoLength: 1, headAngle: 0, score: -1 }];
    };
}
/** Fits one body to several frames, without changing it. */
export function fitHeight({ grid, frames }) {
    const canvas = createCanvas(grid.width, grid.height);
    const views = frames.map((frame) => {
        const map = evidenceOf(grid, frame);
        const evidence = { map, depth: depthOf(map), picture: null };
        return { evidence, box: subjectBox(grid, frame) };
    });
    return (shape) => {
        const fits = views.map(({ evidence, box }) => fitStill(canvas, evidence, shape, box));
        const score = fits.reduce((sum, fit) => sum + (fit?.score ?? 0), 0) / frames.length;
        return { shape, fits, score };
    };
}
