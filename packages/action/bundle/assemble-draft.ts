import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Puts the draft engine's own JavaScript beside the bundle, with the lock its native packages are
 * installed from when the first draft is asked for.
 */
const here = resolve(import.meta.dirname, '..');
const library = resolve(here, '../draft/lib');
const target = join(here, 'dist/draft');

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const name of ['package.json', 'package-lock.json']) {
  cpSync(join(here, 'draft-runtime', name), join(target, name));
}
const hash = createHash('sha256');
const scripts = readdirSync(library, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.js') && isBuilt(path))
  .sort();
for (const path of scripts) {
  const content = readFileSync(join(library, path));
  hash.update(path).update('\0').update(content);
  cpSync(join(library, path), join(target, 'lib', path));
}
writeFileSync(join(target, 'version.txt'), `${hash.digest('hex')}\n`);

/** The compiler leaves behind what it made of sources that are gone. */
function isBuilt(path: string): boolean {
  return existsSync(join(library, '../src', path.replace(/\.js$/, '.ts')));
}
