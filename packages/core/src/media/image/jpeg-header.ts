import { MediaError } from '../../model/errors.ts';
import type { ByteSource } from '../byte-source.ts';

/** EXIF, depth maps, previews and colour profiles come first; beyond this it is no sane JPEG. */
const MAX_HEADER_BYTES = 32 * 1024 * 1024;
const MAX_SEGMENTS = 1000;
/** EXIF begins like this, in either order of bytes; some software puts other things under its name. */
const EXIF = /^Exif\0\0(II|MM)/;
const EXIF_START_BYTES = 8;

export interface JpegHeader {
  /** A JPEG of nothing but what says its size: the first EXIF and the frame header. */
  readonly compact: Buffer;
  /** Offset behind the frame header. */
  readonly end: number;
}

/**
 * Finds the frame header (SOF) of a JPEG, which holds its size; `null` when the content is no JPEG. Steps from
 * segment to segment (ITU-T T.81, B.1.1) and so never takes the preview inside EXIF for the picture. Throws
 * `MediaError` when a JPEG has no such header within 32 MiB.
 */
export async function readJpegHeader(source: ByteSource): Promise<JpegHeader | null> {
  let offset = 2;
  const start = await source.read(0, 3);
  if (start[0] !== 0xff || start[1] !== 0xd8 || start[2] !== 0xff) return null;
  let exif: Uint8Array | null = null;
  for (let count = 0; count < MAX_SEGMENTS && offset < MAX_HEADER_BYTES; count++) {
    const [prefix, marker, high, low, ...name] = await source.read(offset, 4 + EXIF_START_BYTES);
    if (prefix !== 0xff || marker == null || high == null || low == null) break;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    const end = offset + 2 + high * 256 + low;
    const isExif = marker === 0xe1 && EXIF.test(Buffer.from(name).toString('latin1'));
    if (isExif) exif ??= await source.read(offset, end - offset);
    if (isFrameHeader(marker)) {
      const frame = await source.read(offset, end - offset);
      const parts = [start.subarray(0, 2), exif ?? EMPTY_COMMENT, frame, FIRST_SCAN];
      return { compact: Buffer.concat(parts), end };
    }
    offset = end;
  }
  throw new MediaError(
    `${source.name} looks like a JPEG image, but has no frame header: it is damaged; export it again`,
  );
}

/** image-size looks for the frame header behind the first segment. */
const EMPTY_COMMENT = Buffer.from([0xff, 0xfe, 0, 2]);
const FIRST_SCAN = Buffer.from([0xff, 0xda]);

/** 0xC0 to 0xCF but for the tables DHT (C4), JPG (C8) and DAC (CC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
