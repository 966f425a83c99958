import type { CharacterSigns } from '../gate/gate.ts';
import { measureOutline } from '../gate/outline.ts';
import type { CharacterImage } from '../image/character-image.ts';
import { cutOut, type Matte } from '../matte/matte.ts';
import { type CharacterFit, fitCharacter } from '../rig/fit-character.ts';
import { findParts, type Parts } from '../rig/parts.ts';

/** A character ready to be dressed for any scene. `fit` and `parts` are null when it cannot be separated. */
export interface StagedCharacter {
  readonly matte: Matte;
  readonly fit: CharacterFit | null;
  readonly parts: Parts | null;
  readonly signs: CharacterSigns;
}

/** Cuts the character out and fits a puppet to it. */
export function stageCharacter(_common: null): (image: CharacterImage) => StagedCharacter {
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
