import { LfsPointerError, MediaError } from '../model/errors.ts';
import type { VideoFacts } from '../model/media/media.ts';
import type { ByteSource } from './byte-source.ts';

/** Bytes that tell every content below apart. */
export const HEAD_BYTES = 512;

/** Specification of Git LFS: a pointer is text of less than 1,024 bytes that starts with this line. */
const LFS_POINTER_START = 'version https://git-lfs.github.com/spec/v1\n';
/** Where something turned its line ends, no LFS tool finds it any more. */
const CONVERTED_POINTER_START = LFS_POINTER_START.replace('\n', '\r\n');
export const MAX_LFS_POINTER_BYTES = 1024;

/** How WebM and Matroska begin. */
const EBML = '\x1a\x45\xdf\xa3';

const CONVERTED_PNG = 'a PNG image whose line ends were converted';
export const BINARY_ADVICE =
  'git, an editor or a transfer took it for text: mark it as `binary` in .gitattributes and add the original again';

/** Bytes at an offset, as Latin-1, and what starts like that. The first that fits is meant. */
const SIGNATURES: readonly (readonly [number, string, string])[] = [
  [0, EBML, 'a WebM or Matroska video'],
  [8, 'AVI ', 'an AVI video'],
  [8, 'WEBP', 'a WebP image'],
  [8, 'WAVE', 'a WAV sound'],
  ...['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].map(
    (type) => [4, type, 'a QuickTime video'] as const,
  ),
  [0, '\x89PNG\r\n\x1a\n', 'a PNG image'],
  // Its signature is made to show this.
  ...['\r\r\n', '\n'].map((end) => [0, `\x89PNG${end}`, CONVERTED_PNG] as const),
  [0, '\xff\xd8\xff', 'a JPEG image'],
  [0, 'GIF8', 'a GIF image'],
  [0, 'II*\0', 'a TIFF image'],
  [0, 'MM\0*', 'a TIFF image'],
  [0, 'FLV\x01', 'a Flash video'],
  [0, '\x30\x26\xb2\x75', 'a Windows Media file'],
  [0, '\0\0\x01\xba', 'an MPEG video'],
  [0, '\0\0\x01\xb3', 'an MPEG video'],
  [0, '\x47\x40', 'an MPEG transport stream'],
  [0, 'OggS', 'an Ogg file'],
  [0, '%PDF', 'a PDF'],
  [0, 'PK\x03\x04', 'a ZIP archive'],
  [0, '\x1f\x8b', 'a gzip archive'],
  [0, 'ID3', 'an MP3 sound'],
];

export function isEbml(head: Uint8Array): boolean {
  return Buffer.from(head).toString('latin1').startsWith(EBML);
}

/** What content looks like, for messages such as `hero.png is not an image: it looks like a PDF`. */
export function nameContent(head: Uint8Array): string {
  if (head.length === 0) return 'an empty file';
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('ftyp', 4)) return nameBrand(head);
  const known = SIGNATURES.find(([offset, bytes]) => text.startsWith(bytes, offset));
  if (known != null) return known[2];
  return isText(head) ? nameText(text) : 'something else';
}

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

function nameText(text: string): string {
  const start = text.replace(BYTE_ORDER_MARK, '').trimStart().toLowerCase();
  if (/<svg[\s>]/.test(start)) return 'an SVG image';
  if (/^(<!--.*?-->\s*)*<(!doctype html|html|head|script|meta)\b/s.test(start)) return 'a web page';
  if (/^<\?xml/.test(start)) return 'XML text';
  return /^[{[]/.test(start) ? 'JSON text' : 'text';
}

/** What to do about content that is no asset at all; `otherwise` about what is another kind of asset. */
export function adviseOn(content: string, otherwise: string): string {
  if (content === CONVERTED_PNG) return BINARY_ADVICE;
  if (content === 'a web page') {
    return 'its address leads to a page about it, or to a login: use the address of the file itself';
  }
  if (content === 'JSON text' || content === 'XML text') {
    return 'that is how servers answer when they refuse: check that the address works without a login and has not expired';
  }
  return otherwise;
}

/** Brands that are formats of their own, though they look like MP4 (3GPP TS 26.244, Apple, Adobe). */
const VIDEO_BRANDS: readonly (readonly [RegExp, Exclude<VideoFacts['container'], 'webm'>])[] = [
  [/^qt {2}$/, 'mov'],
  [/^3g[2eghprst]/, '3gp'],
  [/^M4V/, 'm4v'],
  [/^F4[VP] $/, 'f4v'],
];

/** The container that a file with an `ftyp` box calls itself. */
export function containerOfBrand(brand: string): Exclude<VideoFacts['container'], 'webm'> {
  return VIDEO_BRANDS.find(([pattern]) => pattern.test(brand))?.[1] ?? 'mp4';
}

/** `heic` or `avif` where the content is one of the many brands of either; `null` for other content. */
export function nameHeif(head: Uint8Array): 'heic' | 'avif' | null {
  const text = Buffer.from(head).toString('latin1');
  if (!text.startsWith('ftyp', 4)) return null;
  const brand = text.slice(8, 12);
  const size = Buffer.from(head).readUInt32BE(0);
  const brands = [brand, ...(text.slice(16, Math.min(size, HEAD_BYTES)).match(/.{4}/gs) ?? [])];
  // `mif1` and `msf1` say that it is a picture or several, and leave the coding to the other brands.
  if (/^avi[fs]$/.test(brand)) return 'avif';
  if (/^(hei[cxms]|hev[cxms])$/.test(brand)) return 'heic';
  if (!/^(mif1|msf1)$/.test(brand)) return null;
  return brands.some((other) => /^avi[fs]$/.test(other)) ? 'avif' : 'heic';
}

const CONTAINER_NAMES: Readonly<Record<Exclude<VideoFacts['container'], 'webm'>, string>> = {
  mp4: 'an MP4 video',
  mov: 'a QuickTime video',
  '3gp': 'a 3GP video',
  m4v: 'an M4V video',
  f4v: 'an F4V video',
};

function nameBrand(head: Uint8Array): string {
  const heif = nameHeif(head);
  if (heif != null) return heif === 'heic' ? 'an HEIC image' : 'an AVIF image';
  const brand = Buffer.from(head.subarray(8, 12)).toString('latin1');
  return /^(M4[AB]|F4[AB]) $/.test(brand)
    ? 'an MPEG-4 sound'
    : CONTAINER_NAMES[containerOfBrand(brand)];
}

function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** Object id of a Git LFS pointer, or `null` when the content is none. */
export function readLfsPointer(content: Uint8Array): string | null {
  if (content.length >= MAX_LFS_POINTER_BYTES) return null;
  const text = Buffer.from(content).toString('latin1');
  if (!text.startsWith(LFS_POINTER_START)) return null;
  return /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1] ?? null;
}

/** Throws `MediaError` when the content is a Git LFS pointer instead of the asset. */
export async function refuseLfsPointer(source: ByteSource): Promise<void> {
  const head = await source.read(0, CONVERTED_POINTER_START.length);
  const text = Buffer.from(head).toString('latin1');
  if (text === CONVERTED_POINTER_START) {
    throw new MediaError(
      `${source.name} is a Git LFS pointer whose line ends were converted, not the file itself: put \`-text\` on its line in .gitattributes, run \`git lfs pull\` and add it again`,
    );
  }
  if (!text.startsWith(LFS_POINTER_START)) return;
  throw new LfsPointerError(
    `${source.name} is a Git LFS pointer, not the file itself: set \`lfs: true\` on actions/checkout, or run \`git lfs pull\``,
  );
}
