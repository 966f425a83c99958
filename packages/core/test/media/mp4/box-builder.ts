/** Builds small MP4 files box by box, honest or lying. */

export function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

export function u32(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
}

export function u64(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function full(type: string, version: number, flags: number, ...parts: Uint8Array[]) {
  return box(type, u32((version << 24) | flags), ...parts);
}

const zeros = (count: number): Uint8Array => new Uint8Array(count);
const UPRIGHT = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const TURNED = u32(0, 0x10000, 0, 0xffff0000, 0, 0, 0, 0, 0x40000000);

export interface TrackShape {
  readonly id?: number;
  readonly handler?: string;
  readonly code?: string;
  readonly flags?: number;
  readonly timescale?: number;
  /** `stts` entries: count and ticks of each. */
  readonly samples?: readonly (readonly [number, number])[];
  readonly mdhd?: number;
  readonly tkhd?: number;
  readonly coded?: readonly [number, number];
  readonly shown?: readonly [number, number];
  readonly turned?: boolean;
  /** Edit list segments in the movie's clock, each from the start of the media or from a place in its own clock. */
  readonly edits?: readonly (number | readonly [number, number])[];
  readonly chunks?: readonly number[];
  /** `ctts` entries: count and ticks that each sample is shown later; its version may be another. */
  readonly offsets?: readonly (readonly [number, number])[];
  readonly offsetsVersion?: 0 | 1;
  /** How many samples `stsz` counts. */
  readonly sizes?: number;
  readonly version?: 0 | 1;
}

/** 5 s of 1280 x 720 H.264 at 30 fps unless a command is given; the movie's clock has 1,000 ticks. */
export function track(shape: TrackShape = {}): Uint8Array {
  const {
    id = 1,
    handler = 'vide',
    code = 'avc1',
    flags = 3,
    timescale = 15_360,
    samples = [[150, 512]],
    mdhd = 76_800,
    tkhd = 5000,
    coded = [1280, 720],
    shown = [1280, 720],
    turned = false,
    edits,
    chunks = [],
    offsets,
    offsetsVersion = 0,
    sizes,
    version = 0,
  } = shape;
  const times = (duration: number, ...between: readonly number[]): Uint8Array =>
    version === 0
      ? Buffer.concat([u32(0, 0, ...between), u32(duration)])
      : Buffer.concat([u64(0), u64(0), u32(...between), u64(duration)]);
  const entry = box(
    code,
    zeros(24),
    u32((coded[0] << 16) | coded[1]),
    u32(0x480000, 0x480000, 0, 1),
    zeros(38),
  );
  const stbl = box(
    'stbl',
    full('stsd', 0, 0, u32(1), entry),
    full('stts', 0, 0, u32(samples.length), ...samples.map((pair) => u32(...pair))),
    ...(offsets == null
      ? []
      : [full('ctts', offsetsVersion, 0, u32(offsets.length, ...offsets.flat()))]),
    ...(sizes == null ? [] : [full('stsz', 0, 0, u32(100, sizes))]),
    full('stco', 0, 0, u32(chunks.length, ...chunks)),
  );
  const segments = (edits ?? []).map((edit) => {
    const [ticks, from] = typeof edit === 'number' ? [edit, 0] : edit;
    return u32(ticks, from, 0x10000);
  });
  return box(
    'trak',
    full(
      'tkhd',
      version,
      flags,
      times(tkhd, id, 0),
      zeros(16),
      turned ? TURNED : UPRIGHT,
      u32(shown[0] << 16, shown[1] << 16),
    ),
    ...(edits == null ? [] : [box('edts', full('elst', 0, 0, u32(edits.length), ...segments))]),
    box(
      'mdia',
      full('mdhd', version, 0, times(mdhd, timescale), u32(0)),
      full('hdlr', 0, 0, u32(0), Buffer.from(handler), zeros(13)),
      box('minf', stbl),
    ),
  );
}

export function sound(shape: TrackShape = {}): Uint8Array {
  return track({
    id: 2,
    handler: 'soun',
    code: 'mp4a',
    timescale: 48_000,
    samples: [[235, 1024]],
    mdhd: 240_640,
    tkhd: 5013,
    ...shape,
  });
}

export function mvhd(ticks: number, timescale = 1000): Uint8Array {
  return full('mvhd', 0, 0, u32(0, 0, timescale, ticks), zeros(80));
}

export function ftyp(brand = 'isom'): Uint8Array {
  return box('ftyp', Buffer.from(brand), u32(512), Buffer.from('isomiso2avc1mp41'));
}

export const MDAT = box('mdat', zeros(64));

export function movie(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([ftyp(), box('moov', ...parts), MDAT]);
}

export interface FragmentShape {
  readonly id?: number;
  readonly start?: number;
  readonly durations?: readonly number[];
  /** With a default duration, only the count is written. */
  readonly count?: number;
  readonly defaultTicks?: number;
  /** How much later each sample is shown; with `defaultTicks` for all. */
  readonly offsets?: readonly number[];
}

/** One `moof` and its `mdat`. */
export function fragment(shape: FragmentShape): Uint8Array {
  const { id = 1, start, durations, count = 0, defaultTicks, offsets } = shape;
  const tfhd =
    defaultTicks == null
      ? full('tfhd', 0, 0x2, u32(id, 1))
      : full('tfhd', 0, 0xa, u32(id, 1, defaultTicks));
  const late =
    offsets == null ? null : full('trun', 1, 0x801, u32(offsets.length, 0), u32(...offsets));
  const trun =
    late ??
    (durations == null
      ? full('trun', 0, 0x1, u32(count, 0))
      : full('trun', 0, 0x301, u32(durations.length, 0), u32(...durations.flatMap((d) => [d, 9]))));
  const tfdt = start == null ? [] : [full('tfdt', 1, 0, u64(start))];
  return Buffer.concat([
    box('moof', full('mfhd', 0, 0, u32(1)), box('traf', tfhd, ...tfdt, trun)),
    MDAT,
  ]);
}
