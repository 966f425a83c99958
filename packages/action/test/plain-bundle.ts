import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle } from '../bundle/bundle.ts';

/**
 * The bundle as it was before its text was made short, and which modules are in which of its files. Test files that
 * share modules share it too, and it is there until their process ends.
 */
export const plainDirectory = mkdtempSync(join(tmpdir(), 'plain-bundle-'));
process.once('exit', () => rmSync(plainDirectory, { recursive: true, force: true }));
export const plainChunks = await buildBundle({ directory: plainDirectory, minify: false });
