import type { ByteSource } from '../../src/media/byte-source.ts';

export function sourceOf(bytes: Uint8Array, name = 'clip.mp4'): ByteSource {
  return {
    name,
    bytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, Math.max(offset, offset + length)),
  };
}
