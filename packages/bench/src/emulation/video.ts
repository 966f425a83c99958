import { readFileSync } from 'node:fs';

/** An MP4 of any size: a real clip, then a `free` box (ISO/IEC 14496-12) of zeros that players skip. */
export interface Video {
  readonly bytes: number;
  /** Pieces of the file from an offset on, the last one cut at `end`. */
  pieces(from: number, end: number): Generator<Buffer>;
}

const PIECE = Buffer.alloc(256 * 1024);

export function createVideo(clipPath: string, bytes: number): Video {
  const clip = readFileSync(clipPath);
  const padding = bytes - clip.length;
  if (padding !== 0 && padding < 8)
    throw new Error(`${clipPath} has ${clip.length} bytes: no video of ${bytes} can be made of it`);
  const head = padding === 0 ? clip : Buffer.concat([clip, freeBoxHeader(padding)]);
  return {
    bytes,
    *pieces(from, end) {
      let at = from;
      if (at < head.length) {
        const piece = head.subarray(at, Math.min(head.length, end));
        at += piece.length;
        yield piece;
      }
      while (at < end) {
        const piece = PIECE.subarray(0, Math.min(PIECE.length, end - at));
        at += piece.length;
        yield piece;
      }
    },
  };
}

function freeBoxHeader(bytes: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(bytes, 0);
  header.write('free', 4, 'latin1');
  return header;
}
