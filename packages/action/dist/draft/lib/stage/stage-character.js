import { measureOutline } from '../gate/outline.js';
import { cutOut } from '../matte/matte.js';
import { fitCharacter } from '../rig/fit-character.js';
import { findParts } from '../rig/parts.js';
/** Cuts the character out and fits a puppet to it. */
export function stageCharacter(_common) {
    return (image) => {
        const matte = cutOut(image);
        const isSeparable = matte.source !== 'none' && matte.mask.includes(1);
        const fit = isSeparable ? fitCharacter(matte.mask, image.width, image.height) : null;
        const parts = fit != null ? findParts(image, fit) : null;
        return {
            matte,
            fit,
            parts,
            signs: {
                isSeparable,
                fit: fit?.fit ?? 0,
                headShare: fit != null ? 2 * fit.shape.headRadius : 0,
                legShare: fit != null ? fit.shape.thighLength + fit.shape.shinLength : 0,
                outline: measureOutline(matte.mask, image.width, image.height),
            },
        };
    };
}
