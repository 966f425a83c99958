import { MediaError } from '../model/errors.ts';
import type { ByteSource } from './byte-source.ts';

/** Bytes that tell every content below apart. */
export const HEAD_BYTES = 512;

/** Specification of Git LFS: a pointer is text of less than 1,024 bytes that starts with this line. */
const LFS_POINTER_START = 'version https://git-lfs.github.com/spec/v1\n';
export const MAX_LFS_POINTER_BYTES = 1024;

/** How WebM and Matroska begin. */
const EBML = '\x1a\x45\xdf\xa3';

/** Bytes at an offset, as Latin-1, and what starts like that. The first that fits is meant. */
const SIGNATURES: readonly (readonly [number, string, string])[] = [
  [0, EBML, 'a WebM or Matroska video'],
  [8, 'AVI ', 'an AVI video'],
  [8, 'WEBP', 'a WebP image'],
  [8, 'WAVE', 'a WAV sound'],
  ...['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].map(
    (type) => [4, type, 'a QuickTime video'] as const,
  ),
  [0, '\x89PNG\r\n', 'a PNG image'],
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
  if (text.startsWith('ftyp', 4)) return nameBrand(text.slice(8, 12));
  const known = SIGNATURES.find(([offset, bytes]) => text.startsWith(bytes, offset));
  if (known != null) return known[2];
  return isText(head) ? nameText(text) : 'something else';
}

function nameText(text: string): string {
  const start = text.trimStart().toLowerCase();
  if (/<svg[\s>]/.test(start)) return 'an SVG image';
  if (/^<(!doctype html|html)/.test(start)) return 'a web page';
  return /^[{[]/.test(start) ? 'JSON text' : 'text';
}

function nameBrand(brand: string): string {
  if (/^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)) return 'an HEIC image';
  if (/^avi[fs]$/.test(brand)) return 'an AVIF image';
  if (brand === 'qt  ') return 'a QuickTime video';
  return /^M4[AB] $/.test(brand) ? 'an MPEG-4 sound' : 'an MP4 video';
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
  const head = await source.read(0, LFS_POINTER_START.length);
  if (Buffer.from(head).toString('latin1') !== LFS_POINTER_START) return;
  throw new MediaError(
    `${source.name} is a Git LFS pointer, not the file itself: set \`lfs: true\` on actions/checkout, or run \`git lfs pull\``,
  );
}
