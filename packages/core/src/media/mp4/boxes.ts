import { type ByteSource, damaged } from '../byte-source.ts';

/** A box (atom) of an MP4 or MOV file. Offsets are from the start of the file. */
export interface Box {
  readonly type: string;
  readonly start: number;
  /** Where its content starts, behind size and type. */
  readonly body: number;
  readonly end: number;
  readonly children: readonly Box[];
}

/** Boxes that hold boxes and lie on the way to what we read. */
const CONTAINERS = new Set([
  'moov',
  'trak',
  'edts',
  'mdia',
  'minf',
  'stbl',
  'mvex',
  'moof',
  'traf',
]);
const MAX_DEPTH = 8;
/** A 30 s clip in fragments of one frame has about 25,000. */
const MAX_BOXES = 100_000;
/** Most that is read of any one box at once. */
const MAX_READ_BYTES = 64 * 1024;
/** Two million entries of a time table; a 30 s clip at 60 fps needs 1,800. */
const MAX_TABLE_BYTES = 16 * 1024 * 1024;

/** Boxes that a file may have at its top: what carries one of these names is one, cut off or not. */
const TOP_TYPES = new Set(
  'ftyp styp moov moof mdat mfra free skip wide pnot uuid sidx ssix prft emsg meta udta pdin'.split(
    ' ',
  ),
);

/** Whether bytes that are no box may follow the last one: cameras and phones leave some there. */
export type Trailing = 'allowed' | 'refused';

/**
 * Box tree of a whole file: sizes and types, contents unread (ISO/IEC 14496-12, 4.2). Throws
 * `MediaError` when the boxes do not add up: cut off, overlapping, too deep, too many.
 */
export async function readBoxes(source: ByteSource, trailing: Trailing): Promise<Box[]> {
  const counter = { left: MAX_BOXES };
  return readLevel(source, { start: 0, end: source.bytes, depth: 0, counter, trailing });
}

interface Level {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly counter: { left: number };
  readonly trailing: Trailing;
}

async function readLevel(source: ByteSource, level: Level): Promise<Box[]> {
  const { end, depth, counter, trailing } = level;
  if (depth > MAX_DEPTH) throw damaged(source, `its boxes are nested more than ${MAX_DEPTH} deep`);
  const boxes: Box[] = [];
  const seen = new Set<string>();
  let at = level.start;
  while (at < end) {
    // QuickTime ends some containers with four zero bytes; at the top of a file nothing may be left.
    if (depth > 0 && end - at < 8) break;
    counter.left -= 1;
    if (counter.left < 0) throw damaged(source, `it has more than ${MAX_BOXES} boxes`);
    if (trailing === 'allowed' && depth === 0 && (await isTrailer(source, at, seen))) break;
    const box = await readHeader(source, at, end, depth);
    seen.add(box.type);
    const isContainer = CONTAINERS.has(box.type);
    const inner = { start: box.body, end: box.end, depth: depth + 1, counter, trailing };
    boxes.push(isContainer ? { ...box, children: await readLevel(source, inner) } : box);
    at = box.end;
  }
  return boxes;
}

/** Behind index and frames: too short for a box, or neither the name of one nor a size that fits. */
async function isTrailer(
  source: ByteSource,
  at: number,
  seen: ReadonlySet<string>,
): Promise<boolean> {
  if (!seen.has('moov') || !(seen.has('mdat') || seen.has('moof'))) return false;
  const bytes = await source.read(at, 8);
  if (bytes.length < 8) return true;
  const type = Buffer.from(bytes.subarray(4)).toString('latin1');
  if (TOP_TYPES.has(type)) return false;
  const size = viewOf(bytes).getUint32(0);
  return size < 8 ? size !== 1 : at + size > source.bytes;
}

async function readHeader(
  source: ByteSource,
  start: number,
  limit: number,
  depth: number,
): Promise<Box> {
  const bytes = await source.read(start, Math.min(16, limit - start));
  if (bytes.length < 8) throw damaged(source, `it ends inside a box header at byte ${start}`);
  const view = viewOf(bytes);
  const type = Buffer.from(bytes.subarray(4, 8)).toString('latin1');
  const where = `box ${JSON.stringify(type)} at byte ${start}`;
  let size = view.getUint32(0);
  let headerBytes = 8;
  if (size === 0) {
    // "Extends to the end of the file": allowed for the last box of the file alone.
    if (depth > 0) throw damaged(source, `${where} has the size 0`);
    size = limit - start;
  } else if (size === 1) {
    if (bytes.length < 16) throw damaged(source, `it ends inside the header of ${where}`);
    const large = view.getBigUint64(8);
    if (large > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(source, `${where} is too large`);
    size = Number(large);
    headerBytes = 16;
  }
  if (size < headerBytes) throw damaged(source, `${where} has the impossible size ${size}`);
  if (start + size > limit) {
    const missing = start + size - limit;
    throw damaged(source, `${where} goes ${missing} bytes past its end: the file is cut off`);
  }
  return { type, start, body: start + headerBytes, end: start + size, children: [] };
}

export function childrenOf(box: Box | undefined, type: string): readonly Box[] {
  return box?.children.filter((child) => child.type === type) ?? [];
}

/** First box down a path of types. */
export function findBox(box: Box | undefined, ...types: readonly string[]): Box | undefined {
  return types.reduce<Box | undefined>(
    (at, type) => at?.children.find((child) => child.type === type),
    box,
  );
}

/** First bytes of a box's content. Throws `MediaError` when it has fewer than `atLeast`. */
export async function readBody(source: ByteSource, box: Box, atLeast: number): Promise<DataView> {
  const bytes = await source.read(box.body, Math.min(box.end - box.body, MAX_READ_BYTES));
  if (bytes.length < atLeast) {
    throw damaged(source, `box ${JSON.stringify(box.type)} at byte ${box.start} is too short`);
  }
  return viewOf(bytes);
}

export interface Table {
  /** From the start of the box's content. */
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
}

/**
 * Visits the entries of a table inside a box, in order, read in pieces; an entry starts at byte `at` of
 * the view. Throws `MediaError` when the box is too short for them, or longer than any clip needs.
 */
export async function visitTable(
  source: ByteSource,
  box: Box,
  { offset, entryBytes, count }: Table,
  visit: (view: DataView, at: number) => void,
): Promise<void> {
  const bytes = count * entryBytes;
  const where = `box ${JSON.stringify(box.type)} at byte ${box.start}`;
  if (box.body + offset + bytes > box.end) {
    throw damaged(source, `${where} lacks some of its ${count} entries`);
  }
  if (bytes > MAX_TABLE_BYTES) throw damaged(source, `${where} has ${count} entries, far too many`);
  const perRead = Math.floor(MAX_READ_BYTES / entryBytes);
  for (let done = 0; done < count; done += perRead) {
    const length = Math.min(perRead, count - done) * entryBytes;
    const piece = await source.read(box.body + offset + done * entryBytes, length);
    if (piece.length < length) throw damaged(source, `it ends inside ${where}`);
    const view = viewOf(piece);
    for (let at = 0; at < length; at += entryBytes) visit(view, at);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
