import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workbench.ts';

/** The last commit whose bundle writes ledgers of format 1, and knows no other. */
const LAST_OF_FORMAT_1 = 'd6800f2';

/** A shallow clone does not have it. */
export function hasEarlierBundle(): boolean {
  try {
    execFileSync('git', ['-C', root, 'cat-file', '-e', `${LAST_OF_FORMAT_1}^{commit}`], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Puts that bundle into a directory, as it was committed; returns the path of its entry. */
export function unpackEarlierBundle(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const dist = 'packages/action/dist';
  const archive = execFileSync('git', ['-C', root, 'archive', LAST_OF_FORMAT_1, dist], {
    maxBuffer: 64 * 1_048_576,
  });
  execFileSync('tar', ['-x', '-C', directory], { input: archive });
  return join(directory, dist, 'index.js');
}
