import { readFile } from 'node:fs/promises';

const assets = new URL('../../../../examples/assets/', import.meta.url);

/** Bytes of one of the repository's own example assets, e.g. `motions/wave.mp4`. */
export function readExample(path: string): Promise<Buffer> {
  return readFile(new URL(path, assets));
}
