const PNG = [0x89, 0x50, 0x4e, 0x47];
const JPEG = [0xff, 0xd8, 0xff];
const EBML = [0x1a, 0x45, 0xdf, 0xa3];

/**
 * MIME type read from the first 12 bytes, never from a name; `null` for what a gallery does not show.
 * MP4 and MOV are one family of containers, and browsers play both under the name of the first.
 */
export function mediaTypeOf(head: Uint8Array): string | null {
  const startsWith = (bytes: readonly number[]) =>
    bytes.every((byte, index) => head[index] === byte);
  if (startsWith(PNG)) return 'image/png';
  if (startsWith(JPEG)) return 'image/jpeg';
  if (ascii(head, 0) === 'RIFF' && ascii(head, 8) === 'WEBP') return 'image/webp';
  if (startsWith(EBML)) return 'video/webm';
  // ISO/IEC 14496-12: a 32-bit size, then the type of the first box; old MOV files lack `ftyp`.
  return ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(ascii(head, 4))
    ? 'video/mp4'
    : null;
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
