import { MediaError } from '../model/errors.ts';
import { createSha256, sha256 } from '../model/hash.ts';
import type { ByteSource } from './byte-source.ts';

const PIECE_BYTES = 64 * 1024;

/** Digests of a content, piece by piece, taken while it was hashed: what is read of it later can be compared. */
export interface Pieces {
  readonly bytes: number;
  readonly digests: readonly string[];
}

/** Takes the chunks of a content in order. */
export function createPieces() {
  const digests: string[] = [];
  let bytes = 0;
  let piece = createSha256();
  return {
    add(chunk: Uint8Array): void {
      for (let at = 0; at < chunk.length; ) {
        const length = Math.min(chunk.length - at, PIECE_BYTES - (bytes % PIECE_BYTES));
        piece.update(chunk.subarray(at, at + length));
        at += length;
        bytes += length;
        if (bytes % PIECE_BYTES > 0) continue;
        digests.push(piece.hex());
        piece = createSha256();
      }
    },
    finish: (): Pieces => ({
      bytes,
      digests: bytes % PIECE_BYTES > 0 ? [...digests, piece.hex()] : digests,
    }),
  };
}

/** The same bytes that were hashed, or none: a read throws `MediaError` where the content is another by now. */
export function withPieces(source: ByteSource, { bytes, digests }: Pieces): ByteSource {
  let windowStart = 0;
  let window: Uint8Array = new Uint8Array();
  return {
    name: source.name,
    bytes,
    async read(offset, length) {
      const end = Math.min(offset + length, bytes);
      if (end <= offset) return new Uint8Array();
      if (offset < windowStart || end > windowStart + window.length) {
        const first = Math.floor(offset / PIECE_BYTES);
        const last = Math.ceil(end / PIECE_BYTES);
        windowStart = first * PIECE_BYTES;
        const wanted = Math.min(last * PIECE_BYTES, bytes) - windowStart;
        window = await source.read(windowStart, wanted);
        const isSame =
          source.bytes === bytes &&
          window.length === wanted &&
          digests.slice(first, last).every((digest, index) => {
            const at = index * PIECE_BYTES;
            return sha256(window.subarray(at, at + PIECE_BYTES)) === digest;
          });
        if (!isSame) throw changedWhileRead(source.name);
      }
      return window.subarray(offset - windowStart, end - windowStart);
    },
  };
}

export function changedWhileRead(name: string): MediaError {
  return new MediaError(
    `${name} changed while it was read; run again when nothing writes to it any more`,
  );
}
