import type { ByteSource } from '../byte-source.ts';

const READ_BYTES = 256 * 1024;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const MAX_SEGMENTS = 100_000;

/**
 * Why no decoder would read this JPEG to its end; `null` for a whole one. Steps from the frame header over the
 * scans to the end of the image (ITU-T T.81, B.1.1); what follows it, such as the clip of a motion photo, is legal.
 */
export async function findJpegDamage(source: ByteSource, from: number): Promise<string | null> {
  let at = from;
  let hasScan = false;
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    const marker = await readMarker(source, at);
    if (marker == null) return cutOff(hasScan);
    if (marker.code === END_OF_IMAGE) return hasScan ? null : 'it ends before its pixels begin';
    const size = Buffer.from(await source.read(marker.end, 2));
    if (size.length < 2) return cutOff(hasScan);
    const next = marker.end + size.readUInt16BE(0);
    if (marker.code !== START_OF_SCAN) {
      at = next;
      continue;
    }
    hasScan = true;
    const end = await findEndOfScan(source, next);
    if (end == null) return 'it is cut off before its end';
    at = end;
  }
  return `it has more than ${MAX_SEGMENTS} segments`;
}

function cutOff(hasScan: boolean): string {
  return hasScan ? 'it is cut off before its end' : 'it ends before its pixels begin';
}

/** The marker at an offset, behind any number of fill bytes; `null` where there is none. */
async function readMarker(
  source: ByteSource,
  from: number,
): Promise<{ readonly code: number; readonly end: number } | null> {
  let end = from + 2;
  while (true) {
    const bytes: Uint8Array = await source.read(end - 2, 2);
    const [prefix, code] = bytes;
    if (prefix !== 0xff || code == null || code === 0) return null;
    if (code !== 0xff) return { code, end };
    end += 1;
  }
}

/** Where the marker stands that ends a scan: 0xFF in its data is followed by 0, or by a restart marker. */
async function findEndOfScan(source: ByteSource, from: number): Promise<number | null> {
  // A piece begins with the last byte of the one before it, so that no pair is torn.
  for (let start = from; start + 1 < source.bytes; start += READ_BYTES - 1) {
    const piece = Buffer.from(await source.read(start, READ_BYTES));
    for (let at = piece.indexOf(0xff); at >= 0; at = piece.indexOf(0xff, at + 1)) {
      const code: number | undefined = piece[at + 1];
      if (code == null) break;
      if (code !== 0 && code !== 0xff && !isRestart(code)) return start + at;
    }
  }
  return null;
}

function isRestart(code: number): boolean {
  return code >= 0xd0 && code <= 0xd7;
}
