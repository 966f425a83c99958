import type { ByteSource } from './byte-source.ts';

const READ_BYTES = 256 * 1024;

/** So many line ends without a bare one do not come about by chance in compressed data. */
const MIN_CONVERTED_LINE_ENDS = 8;

/** Whether every line feed has a carriage return in front of it. */
export async function hasConvertedLineEnds(source: ByteSource): Promise<boolean> {
  let lineEnds = 0;
  let before = 0;
  for (let start = 0; start < source.bytes; start += READ_BYTES) {
    const piece = Buffer.from(await source.read(start, READ_BYTES));
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, at + 1)) {
      if ((at > 0 ? piece[at - 1] : before) !== 0x0d) return false;
      lineEnds += 1;
    }
    before = piece.at(-1) ?? 0;
  }
  return lineEnds >= MIN_CONVERTED_LINE_ENDS;
}
