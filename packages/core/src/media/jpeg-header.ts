import { MediaError } from '../model/errors.ts';
import type { ByteSource } from './byte-source.ts';

/** EXIF, previews and colour profiles come first and may be large; beyond this it is no sane JPEG. */
const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_SEGMENTS = 1000;

/**
 * Offset behind the frame header (SOF) of a JPEG, which holds its size; `null` when the content is
 * no JPEG. Steps from segment to segment (ITU-T T.81, B.1.1) and so never takes the preview inside
 * EXIF for the picture. Throws `MediaError` when a JPEG has no such header within 1 MiB.
 */
export async function findJpegHeaderEnd(source: ByteSource): Promise<number | null> {
  let offset = 2;
  const start = await source.read(0, 3);
  if (start[0] !== 0xff || start[1] !== 0xd8 || start[2] !== 0xff) return null;
  for (let count = 0; count < MAX_SEGMENTS && offset < MAX_HEADER_BYTES; count++) {
    const [prefix, marker, high, low] = await source.read(offset, 4);
    if (prefix !== 0xff || marker == null || high == null || low == null) break;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    const end = offset + 2 + high * 256 + low;
    if (isFrameHeader(marker)) return end;
    offset = end;
  }
  throw new MediaError(
    `${source.name} looks like a JPEG image, but has no frame header: it is damaged; export it again`,
  );
}

/** 0xC0 to 0xCF but for the tables DHT (C4), JPG (C8) and DAC (CC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
