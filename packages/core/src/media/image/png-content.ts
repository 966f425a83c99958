import { crc32 } from 'node:zlib';
import type { ByteSource } from '../byte-source.ts';

const SIGNATURE_BYTES = 8;
const READ_BYTES = 256 * 1024;
/** A picture saved in chunks of 8 KiB has some thousand. */
const MAX_CHUNKS = 1_000_000;

/** What a decoder must understand starts with a capital letter; it may skip the rest, damaged or not. */
const CRITICAL = /^[A-Z]/;

/**
 * Why no decoder would read this PNG to its end; `null` for a whole one. Follows its chunks from the signature to
 * IEND and compares the checksums (W3C PNG, section 5.3). What follows IEND is no part of the picture.
 */
export async function findPngDamage(source: ByteSource): Promise<string | null> {
  let hasPixels = false;
  let at = SIGNATURE_BYTES;
  for (let count = 0; count < MAX_CHUNKS; count++) {
    const head = Buffer.from(await source.read(at, 8));
    if (head.length < 8) {
      return hasPixels ? 'it is cut off before its end' : 'it ends before its pixels begin';
    }
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4);
    if (count === 0 && type === 'CgBI') {
      return 'it is in the format of iPhone apps (CgBI), which nothing else reads';
    }
    if (!/^[A-Za-z]{4}$/.test(type)) return `it has no chunk at byte ${at}`;
    const checksum = Buffer.from(await source.read(at + 8 + length, 4));
    if (checksum.length < 4) return `it is cut off inside the chunk ${type} at byte ${at}`;
    if (CRITICAL.test(type)) {
      const found = await checksumOf(source, at + 4, length + 4);
      if (found !== checksum.readUInt32BE(0)) {
        return `its chunk ${type} at byte ${at} is not what its checksum says`;
      }
    }
    if (type === 'IEND') return hasPixels ? null : 'it has no pixels (chunk IDAT)';
    hasPixels ||= type === 'IDAT';
    at += 12 + length;
  }
  return `it has more than ${MAX_CHUNKS} chunks`;
}

async function checksumOf(source: ByteSource, from: number, length: number): Promise<number> {
  let value = 0;
  for (let done = 0; done < length; done += READ_BYTES) {
    const piece = await source.read(from + done, Math.min(READ_BYTES, length - done));
    value = crc32(piece, value);
  }
  return value;
}
