import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { SourceFiles } from './source-file.ts';

const PACKAGES = resolve(import.meta.dirname, '../../..');

/** Every package of the repository that has sources, by the name of its folder. */
export function readPackages(): ReadonlyMap<string, SourceFiles> {
  const names = readdirSync(PACKAGES).filter((name) => existsSync(join(PACKAGES, name, 'src')));
  return new Map(names.map((name) => [name, readSources(join(PACKAGES, name, 'src'))]));
}

function readSources(src: string): SourceFiles {
  const paths = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.generated)\.[mc]?tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [relative(src, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}
