import { CharacterUnreadableError, messageOf } from '../errors.ts';
import type { CharacterImage } from '../image/character-image.ts';

/** Longest side of the character as it is animated. */
const LONGEST_SIDE = 1024;
/** More pixels than this are refused before they are decoded (decompression bombs). */
const MOST_PIXELS = 120_000_000;

/**
 * Reads PNG, WebP, JPEG and what else sharp knows: first frame, upright (EXIF), sRGB, 8 bits, alpha kept.
 * Throws `CharacterUnreadableError`.
 */
export async function readCharacter(path: string): Promise<CharacterImage> {
  try {
    const { default: sharp } = await import('sharp');
    const { data, info } = await sharp(path, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
      .rotate()
      .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 4) throw new Error(`it has ${info.channels} channels after conversion`);
    return { width: info.width, height: info.height, rgba: new Uint8Array(data) };
  } catch (cause) {
    throw new CharacterUnreadableError(
      `The character ${path} cannot be used: ${messageOf(cause)}. ` +
        'Give a PNG, WebP or JPEG image of one character, best with a transparent background.',
      { cause },
    );
  }
}
