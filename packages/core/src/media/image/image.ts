import { imageSize } from 'image-size';
import { MediaError, messageOf } from '../../model/errors.ts';
import type { ImageFacts } from '../../model/media/media.ts';
import type { ByteSource } from '../byte-source.ts';
import {
  adviseOn,
  BINARY_ADVICE,
  HEAD_BYTES,
  nameContent,
  nameHeif,
  refuseLfsPointer,
} from '../content.ts';
import { hasConvertedLineEnds } from '../line-ends.ts';
import type { Reading } from '../reading.ts';
import { findJpegDamage } from './jpeg-content.ts';
import { type JpegHeader, readJpegHeader } from './jpeg-header.ts';
import { findPngDamage } from './png-content.ts';
import { findWebpDamage } from './webp-content.ts';

/** PNG and WebP have their size in the first 40 bytes; others keep it in a table near the start. */
const HEADER_BYTES = 4096;

/** From 5 to 8, EXIF says that the picture is shown turned by a quarter. */
const FIRST_QUARTER_TURN = 5;

/**
 * Format and displayed size of an image, from its header; its content is followed to its end, but not decoded.
 * Formats that no provider takes are named as well (`heic`, `gif`, `svg`). Throws `MediaError` for anything but an
 * image.
 */
export async function readImage(source: ByteSource): Promise<Reading<ImageFacts>> {
  await refuseLfsPointer(source);
  const jpeg = await readJpegHeader(source);
  const head = jpeg?.compact ?? (await source.read(0, HEADER_BYTES));
  // image-size reads beyond a view into the memory behind it, so the header gets memory of its own;
  // and it slices all the time, which is free for a Buffer and a copy for other arrays.
  const header = Buffer.alloc(head.length);
  header.set(head);
  let size: ReturnType<typeof imageSize>;
  try {
    size = imageSize(header);
  } catch (cause) {
    throw new MediaError(describeFailure(source, header, messageOf(cause)), { cause });
  }
  const { width, height, type = '', orientation = 1 } = size;
  if (!isSide(width) || !isSide(height)) {
    throw new MediaError(describeFailure(source, header, `its size is ${width} x ${height}`));
  }
  const turned = orientation >= FIRST_QUARTER_TURN;
  const facts: ImageFacts = {
    format: nameHeif(header) ?? type,
    width: turned ? height : width,
    height: turned ? width : height,
    bytes: source.bytes,
  };
  return { facts, problem: await findProblem(source, type, jpeg) };
}

async function findProblem(
  source: ByteSource,
  type: string,
  jpeg: JpegHeader | null,
): Promise<string | null> {
  // Of the formats here, JPEG alone has neither lengths nor a signature that tells.
  if (jpeg != null && (await hasConvertedLineEnds(source))) {
    return `the image is damaged: each line feed in it became two characters; ${BINARY_ADVICE}`;
  }
  const damage = await findDamage(source, type, jpeg);
  return damage == null
    ? null
    : `the image cannot be read to its end: ${damage}; export or download it again`;
}

/** A header that reads says nothing about the pixels behind it. */
async function findDamage(
  source: ByteSource,
  type: string,
  jpeg: JpegHeader | null,
): Promise<string | null> {
  if (jpeg != null) return findJpegDamage(source, jpeg.end);
  if (type === 'png') return findPngDamage(source);
  return type === 'webp' ? findWebpDamage(source) : null;
}

function isSide(pixels: number): boolean {
  return Number.isSafeInteger(pixels) && pixels > 0;
}

function describeFailure(source: ByteSource, header: Uint8Array, reason: string): string {
  const content = nameContent(header.subarray(0, HEAD_BYTES));
  return / image$/.test(content)
    ? `${source.name} looks like ${content}, but its header cannot be read (${reason}): export it again as PNG or JPEG`
    : `${source.name} is not an image: it looks like ${content}; ${adviseOn(content, 'give an image, PNG or JPEG')}`;
}
