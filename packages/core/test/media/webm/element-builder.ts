import { ID } from '../../../src/media/webm/elements.ts';

export type Content = Uint8Array | readonly Uint8Array[];

/** An element of known size, written in eight bytes. */
export function element(id: number, content: Content): Buffer {
  const body = bytesOf(content);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length) | (1n << 56n));
  return Buffer.concat([idOf(id), size, body]);
}

/** An element that does not tell its size, as live recordings have them. */
export function unsized(id: number, content: Content): Buffer {
  return Buffer.concat([idOf(id), Buffer.from('01ffffffffffffff', 'hex'), bytesOf(content)]);
}

export function unsigned(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return element(id, bytes);
}

export function float(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
}

export function text(id: number, value: string): Buffer {
  return element(id, Buffer.from(value));
}

export const ebml = (docType = 'webm') => element(ID.ebml, text(ID.docType, docType));

export function videoTrack(more: Content = []): Buffer {
  return element(ID.trackEntry, [
    unsigned(ID.trackNumber, 1),
    unsigned(ID.trackType, 1),
    text(ID.codec, 'V_VP9'),
    element(ID.video, [unsigned(ID.pixelWidth, 720), unsigned(ID.pixelHeight, 1280)]),
    bytesOf(more),
  ]);
}

export function soundTrack(): Buffer {
  return element(ID.trackEntry, [
    unsigned(ID.trackNumber, 2),
    unsigned(ID.trackType, 2),
    text(ID.codec, 'A_OPUS'),
  ]);
}

/** Content of a block: its track, its time against the cluster, and four bytes of a frame. */
export function block(ticks: number, track = 1, flags = 0x80): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(0x80 | track, 0);
  bytes.writeInt16BE(ticks, 1);
  bytes.writeUInt8(flags, 3);
  return bytes;
}

export const simpleBlock = (ticks: number, track = 1, flags = 0x80) =>
  element(ID.simpleBlock, block(ticks, track, flags));

/** One frame every 40 ms from `fromMs` on. */
export function blocks(fromMs: number, count: number, track = 1): Buffer[] {
  return Array.from({ length: count }, (_, index) => simpleBlock(fromMs + index * 40, track));
}

function idOf(id: number): Buffer {
  const hex = id.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

function bytesOf(content: Content): Buffer {
  return content instanceof Uint8Array ? Buffer.from(content) : Buffer.concat(content);
}
