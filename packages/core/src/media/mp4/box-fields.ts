import { type ByteSource, damaged } from '../byte-source.ts';
import { type Box, readBody } from './boxes.ts';

/** Ticks of a clock, `null` where the file says that it does not know. */
export interface Clocked {
  readonly timescale: number;
  readonly ticks: number | null;
}

/** Version and flags that every "full box" starts with (ISO/IEC 14496-12, 4.2). */
export function versionOf(view: DataView): 0 | 1 {
  return view.getUint8(0) === 1 ? 1 : 0;
}

export function flagsOf(view: DataView): number {
  return view.getUint32(0) & 0xffffff;
}

/** All bits set means "unknown" in every duration field. */
export function readTicks(view: DataView, offset: number, version: 0 | 1): number | null {
  if (version === 0) {
    const ticks = view.getUint32(offset);
    return ticks === 0xffff_ffff ? null : ticks;
  }
  const ticks = view.getBigUint64(offset);
  return ticks === 0xffff_ffff_ffff_ffffn ? null : Number(ticks);
}

/** `mvhd` (8.2.2) and `mdhd` (8.4.2) start alike. */
export async function readHeaderClock(source: ByteSource, box: Box): Promise<Clocked> {
  const view = await readBody(source, box, 20);
  const version = versionOf(view);
  if (version === 1 && view.byteLength < 32) throw damaged(source, `${box.type} is too short`);
  const timescale = view.getUint32(version === 0 ? 12 : 20);
  if (timescale === 0) throw damaged(source, `${box.type} says that a second has 0 ticks`);
  return { timescale, ticks: readTicks(view, version === 0 ? 16 : 24, version) };
}

export interface TrackHeader {
  readonly id: number;
  readonly enabled: boolean;
  readonly ticks: number | null;
  readonly width: number;
  readonly height: number;
  /** Shown turned by 90 or 270 degrees. */
  readonly isTurned: boolean;
}

/** `tkhd` (8.3.2). Its duration counts in the movie's clock. */
export async function readTrackHeader(source: ByteSource, box: Box): Promise<TrackHeader> {
  const view = await readBody(source, box, 84);
  const version = versionOf(view);
  const shift = version === 0 ? 0 : 12;
  if (view.byteLength < 84 + shift) throw damaged(source, 'tkhd is too short');
  const matrix = 40 + shift;
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => view.getInt32(matrix + offset));
  return {
    id: view.getUint32(version === 0 ? 12 : 20),
    enabled: (flagsOf(view) & 1) === 1,
    ticks: readTicks(view, version === 0 ? 20 : 28, version),
    isTurned: a === 0 && d === 0 && b !== 0 && c !== 0,
    // 16.16 fixed point.
    width: Math.round(view.getUint32(76 + shift) / 65_536),
    height: Math.round(view.getUint32(80 + shift) / 65_536),
  };
}

/** Handler type of `hdlr` (8.4.3): `vide`, `soun`, ... */
export async function readHandler(source: ByteSource, box: Box): Promise<string> {
  return fourCharacters(await readBody(source, box, 12), 8);
}

export interface SampleEntry {
  readonly fourCharacterCode: string;
  readonly width: number;
  readonly height: number;
}

/** First entry of `stsd` (8.5.2); the sizes mean something in visual entries alone (12.1.3). */
export async function readSampleEntry(source: ByteSource, box: Box): Promise<SampleEntry | null> {
  const view = await readBody(source, box, 8);
  if (view.getUint32(4) === 0 || view.byteLength < 16) return null;
  const hasSize = view.byteLength >= 44;
  return {
    fourCharacterCode: fourCharacters(view, 12),
    width: hasSize ? view.getUint16(40) : 0,
    height: hasSize ? view.getUint16(42) : 0,
  };
}

/** `mehd` (8.8.2): duration of a fragmented file, in the movie's clock. */
export async function readMovieExtends(source: ByteSource, box: Box): Promise<number | null> {
  return readVersionedTicks(source, box);
}

/** `tfdt` (8.8.12): where a fragment starts, in the track's clock. */
export async function readFragmentStart(source: ByteSource, box: Box): Promise<number | null> {
  return readVersionedTicks(source, box);
}

async function readVersionedTicks(source: ByteSource, box: Box): Promise<number | null> {
  const view = await readBody(source, box, 8);
  const version = versionOf(view);
  if (version === 1 && view.byteLength < 12) throw damaged(source, `${box.type} is too short`);
  return readTicks(view, 4, version);
}

export function fourCharacters(view: DataView, offset: number): string {
  const codes = [0, 1, 2, 3].map((index) => view.getUint8(offset + index));
  return String.fromCharCode(...codes);
}
