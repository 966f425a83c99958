import { createHash } from 'node:crypto';
import { box, ftyp, mvhd, track, u32 } from '../test/media/mp4/box-builder.ts';

/** A tiny video that no other is like. */
export interface Film {
  readonly bytes: Buffer;
  readonly sha256: string;
}

const HEAD = Buffer.concat([ftyp(), box('moov', mvhd(5000), track())]);

export function makeFilm(number: number): Film {
  const bytes = Buffer.concat([HEAD, box('mdat', u32(number), new Uint8Array(60))]);
  return { bytes, sha256: sha256Of(bytes) };
}

const known = new WeakMap<Uint8Array, string>();

export function sha256Of(bytes: Uint8Array): string {
  const before = known.get(bytes);
  if (before != null) return before;
  const digest = createHash('sha256').update(bytes).digest('hex');
  known.set(bytes, digest);
  return digest;
}

/** As git would name a file of these bytes. */
export function blobIdentityOf(bytes: Uint8Array): string {
  return `git:${createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')}`;
}
