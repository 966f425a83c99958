import type { ByteSource } from '../byte-source.ts';

const HEADER_BYTES = 12;
const PICTURES = new Set(['VP8 ', 'VP8L', 'ANMF']);
const MAX_CHUNKS = 100_000;

/** Why no decoder would read this WebP to its end; `null` for a whole one (Google's WebP container, RIFF). */
export async function findWebpDamage(source: ByteSource): Promise<string | null> {
  const header = Buffer.from(await source.read(0, HEADER_BYTES));
  const end = header.length < HEADER_BYTES ? 0 : 8 + header.readUInt32LE(4);
  // Some encoders leave out the last padding byte.
  if (end > source.bytes + 1)
    return `it should have ${end} bytes, and is cut off at ${source.bytes}`;
  let hasPicture = false;
  let at = HEADER_BYTES;
  for (let count = 0; at + 8 <= end && count < MAX_CHUNKS; count++) {
    const head = Buffer.from(await source.read(at, 8));
    if (head.length < 8) break;
    const length = head.readUInt32LE(4);
    const type = head.toString('latin1', 0, 4);
    if (at + 8 + length > end) return `its chunk ${JSON.stringify(type)} goes past its end`;
    hasPicture ||= PICTURES.has(type);
    at += 8 + length + (length % 2);
  }
  return hasPicture ? null : 'it holds no picture';
}
