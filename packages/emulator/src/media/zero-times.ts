/** Boxes on the way to the headers that hold a creation time. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia']);
const HEADERS = new Set(['mvhd', 'tkhd', 'mdhd']);

/**
 * Sets every creation and modification time of an MP4 to zero, in place, so that equal content
 * gives equal bytes (ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4.2).
 */
export function zeroTimes(mp4: Uint8Array): Uint8Array {
  zeroWithin(Buffer.from(mp4.buffer, mp4.byteOffset, mp4.byteLength), 0, mp4.length);
  return mp4;
}

function zeroWithin(mp4: Buffer, from: number, to: number): void {
  let at = from;
  while (at + 8 <= to) {
    const type = mp4.toString('latin1', at + 4, at + 8);
    const declared = mp4.readUInt32BE(at);
    const wide = declared === 1;
    const size = wide ? Number(mp4.readBigUInt64BE(at + 8)) : declared || to - at;
    const content = at + (wide ? 16 : 8);
    if (CONTAINERS.has(type)) zeroWithin(mp4, content, at + size);
    if (HEADERS.has(type)) {
      const version = mp4[content];
      mp4.fill(0, content + 4, content + 4 + (version === 1 ? 16 : 8));
    }
    at += Math.max(size, 8);
  }
}
