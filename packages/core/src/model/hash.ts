import { createHash } from 'node:crypto';

/** Hex sha256 of a text (as UTF-8) or of bytes. */
export function sha256(content: string | Uint8Array): string {
  const hash = createSha256();
  hash.update(content);
  return hash.hex();
}

/** Hex sha256 of bytes that are not held all at once. */
export async function sha256OfChunks(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createSha256();
  for await (const chunk of chunks) hash.update(chunk);
  return hash.hex();
}

/** For bytes that are handed on while they are hashed. */
export function createSha256() {
  const hash = createHash('sha256');
  return {
    update(chunk: string | Uint8Array): void {
      hash.update(chunk);
    },
    hex: (): string => hash.digest('hex'),
  };
}
