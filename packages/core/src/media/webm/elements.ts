import { type ByteSource, damaged } from '../byte-source.ts';

/** Ids of the elements that are looked at (RFC 9559, section 5.1), with their length markers. */
export const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  flagEnabled: 0xb9,
  codec: 0x86,
  defaultDuration: 0x23e383,
  trackTimestampScale: 0x23314f,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
} as const;

/** Elements that hold elements and lie on the way to what we read. */
const MASTERS = new Set<number>([
  ID.ebml,
  ID.segment,
  ID.info,
  ID.tracks,
  ID.trackEntry,
  ID.video,
  ID.cluster,
  ID.blockGroup,
]);
/** Direct children of the segment: the next of them ends a cluster whose size is not told. */
const OF_SEGMENT = new Set<number>([
  ID.info,
  ID.tracks,
  ID.cluster,
  0x114d9b74, // SeekHead
  0x1c53bb6b, // Cues
  0x1254c367, // Tags
  0x1043a770, // Chapters
  0x1941a469, // Attachments
]);
/** A 30 s clip at 60 fps with sound has about 5,000. */
const MAX_ELEMENTS = 200_000;
const MAX_VALUE_BYTES = 64;

export interface Element {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  /** `null` where the size is not told: a live recording. */
  readonly end: number | null;
}

interface Open {
  readonly id: number;
  readonly end: number | null;
}

/**
 * Visits every element of the file in order, masters before what they hold; contents are left unread. Throws
 * `MediaError` when the sizes do not add up: cut off, overlapping, too many.
 */
export async function visitElements(
  source: ByteSource,
  visit: (element: Element) => Promise<void>,
): Promise<void> {
  let open: Open[] = [];
  let left = MAX_ELEMENTS;
  for (let at = 0; at < source.bytes; ) {
    open = open.filter(({ end }) => end == null || end > at);
    left -= 1;
    if (left < 0) throw damaged(source, `it has more than ${MAX_ELEMENTS} elements`);
    const element = await readElement(source, at);
    if (OF_SEGMENT.has(element.id)) open = open.filter(({ id, end }) => isKept(id, end));
    const limit = Math.min(source.bytes, ...open.flatMap(({ end }) => (end == null ? [] : [end])));
    const end = element.end ?? element.body;
    if (end > limit) {
      throw damaged(source, `the element at byte ${at} goes ${end - limit} bytes past its end`);
    }
    if (element.end == null && element.id !== ID.segment && element.id !== ID.cluster) {
      throw damaged(source, `the element at byte ${at} does not tell its size`);
    }
    await visit(element);
    if (!MASTERS.has(element.id)) {
      at = end;
      continue;
    }
    open.push(element);
    at = element.body;
  }
}

/** A cluster without a size ends where the next child of the segment begins. */
function isKept(id: number, end: number | null): boolean {
  return id !== ID.cluster || end != null;
}

/** An id of up to four bytes, then a size of up to eight (RFC 8794, sections 4 and 5). */
async function readElement(source: ByteSource, start: number): Promise<Element> {
  const bytes = await source.read(start, 12);
  const idBytes = lengthOf(bytes[0]);
  const sizeBytes = lengthOf(bytes[idBytes]);
  if (idBytes > 4 || sizeBytes > 8 || bytes.length < idBytes + sizeBytes) {
    throw damaged(source, `there is no element at byte ${start}`);
  }
  const id = readBig(bytes.subarray(0, idBytes));
  const coded = readBig(bytes.subarray(idBytes, idBytes + sizeBytes));
  const most = (1n << BigInt(7 * sizeBytes)) - 1n;
  const size = coded & most;
  const body = start + idBytes + sizeBytes;
  if (size !== most && size > BigInt(source.bytes)) {
    const name = `the element at byte ${start}`;
    throw damaged(source, `${name} says that it has ${size} bytes: the file is cut off`);
  }
  return { id: Number(id), start, body, end: size === most ? null : body + Number(size) };
}

/** Leading zeros of the first byte tell how many follow; 9 where no length is marked. */
function lengthOf(first: number | undefined): number {
  return first == null ? 9 : Math.clz32(first) - 23;
}

function readBig(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The value of a small element: its bytes, whole. */
async function readValue(source: ByteSource, element: Element): Promise<Uint8Array> {
  const length = (element.end ?? element.body) - element.body;
  const bytes = length > MAX_VALUE_BYTES ? null : await source.read(element.body, length);
  if (bytes?.length !== length) {
    throw damaged(source, `the element at byte ${element.start} is too long`);
  }
  return bytes;
}

export async function readUnsigned(source: ByteSource, element: Element): Promise<number> {
  const value = Number(readBig(await readValue(source, element)));
  if (!Number.isSafeInteger(value)) {
    throw damaged(source, `the element at byte ${element.start} holds an impossible number`);
  }
  return value;
}

export async function readFloat(source: ByteSource, element: Element): Promise<number> {
  const bytes = await readValue(source, element);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytes.length) {
    case 0:
      return 0;
    case 4:
      return view.getFloat32(0);
    case 8:
      return view.getFloat64(0);
    default:
      throw damaged(source, `the element at byte ${element.start} holds no number`);
  }
}

export async function readString(source: ByteSource, element: Element): Promise<string> {
  const text = Buffer.from(await readValue(source, element)).toString('latin1');
  return text.replace(/\0.*$/s, '');
}

export interface BlockHeader {
  readonly track: number;
  /** Signed, against the timestamp of its cluster. */
  readonly relativeTicks: number;
  readonly isLaced: boolean;
}

/** Track number, timestamp and flags that every block starts with (RFC 9559, section 10.1). */
export async function readBlockHeader(source: ByteSource, element: Element): Promise<BlockHeader> {
  const length = Math.min(12, (element.end ?? element.body) - element.body);
  const bytes = await source.read(element.body, length);
  const numberBytes = lengthOf(bytes[0]);
  if (numberBytes > 8 || bytes.length < numberBytes + 3) {
    throw damaged(source, `the block at byte ${element.start} is too short`);
  }
  const marked = readBig(bytes.subarray(0, numberBytes));
  const view = new DataView(bytes.buffer, bytes.byteOffset + numberBytes, 3);
  return {
    track: Number(marked & ((1n << BigInt(7 * numberBytes)) - 1n)),
    relativeTicks: view.getInt16(0),
    isLaced: (view.getUint8(2) & 0x06) !== 0,
  };
}
