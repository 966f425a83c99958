import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../../..');
export const BUNDLE = join(ROOT, 'packages/action/dist/index.js');
/** `characters` and `motions`. */
export const EXAMPLES = join(ROOT, 'examples/assets');
export const CLIP = join(EXAMPLES, 'motions/wave.mp4');
export const CHARACTER = join(EXAMPLES, 'characters/robot.png');

/** A module of this package as it runs: built in a benchmark, which must not wait for types to be stripped. */
export function moduleAt(path: string): string {
  return join(import.meta.dirname, '..', `${path}${extname(import.meta.filename)}`);
}

export function clientScript(name: string): string {
  return join(ROOT, 'packages/bench/src/clients', name);
}

export function makeTemporary(name: string): string {
  return mkdtempSync(join(tmpdir(), `motion-transfer-bench-${name}-`));
}

export function emptyFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
}

/** Whole videos below a folder. */
export function countVideos(folder: string, bytes: number): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.mp4') && statSync(join(folder, path)).size === bytes,
    ).length;
  } catch {
    return 0;
  }
}
