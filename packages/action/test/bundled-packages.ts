import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter lines, such as `return true;`, stand in many packages. */
const SHORTEST_LINE = 20;
/** What nobody uses of a file is left out of the bundle, and its imports and exports are rewritten. */
const SHARE_OF_A_FILE = 0.5;

/** Some lines that one version breaks in two are whole in another, and the bundler writes them whole. */
const SHARE_OF_A_VERSION = 0.1;

export interface BundledPackages {
  /** `name@version` of the packages of which the bundle has lines that nothing else has. */
  readonly versions: readonly string[];
  /** The same by name alone, for lines that several versions of a package share. */
  readonly names: readonly string[];
}

/**
 * Finds the packages in a bundle that was not minified by comparing text: a package is in it when the bundle has most of one of
 * its files, and a line that no other package has. Nothing of the build is asked, so that the list that
 * the build makes can be compared with it.
 */
export function findBundledPackages(root: string, bundle: string): BundledPackages {
  const bundled = new Set(
    readdirSync(bundle)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => linesOf(readFileSync(join(bundle, name), 'utf8'))),
  );
  const owners = new Map<string, Set<string>>();
  /** Those of files of which most is in the bundle. */
  const telling = new Set<string>();
  for (const directory of listInstalled(root)) {
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    for (const path of listScripts(directory)) {
      const lines = linesOf(readFileSync(path, 'utf8'));
      const found = lines.filter((line) => bundled.has(line));
      const isBundled = found.length >= lines.length * SHARE_OF_A_FILE;
      for (const line of found) {
        owners.set(line, (owners.get(line) ?? new Set()).add(`${name}@${version}`));
        if (isBundled) telling.add(line);
      }
    }
  }
  const linesByVersion = new Map<string, number>();
  const names = new Set<string>();
  for (const line of telling) {
    const [id, ...others] = owners.get(line) ?? [];
    if (id == null) continue;
    if (others.length === 0) linesByVersion.set(id, (linesByVersion.get(id) ?? 0) + 1);
    if (others.every((other) => nameOf(other) === nameOf(id))) names.add(nameOf(id));
  }
  const versions = [...linesByVersion].filter(([id, count]) =>
    [...linesByVersion].every(
      ([other, most]) => nameOf(other) !== nameOf(id) || count >= most * SHARE_OF_A_VERSION,
    ),
  );
  return { versions: versions.map(([id]) => id).sort(), names: [...names].sort() };
}

export function nameOf(id: string): string {
  return id.slice(0, id.lastIndexOf('@'));
}

/** The directories of everything that is installed for production. */
function listInstalled(root: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries<{ dev?: boolean; link?: boolean }>(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .map(([path]) => join(root, path))
    .filter((directory) => existsSync(directory));
}

function listScripts(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(directory.length).includes('node_modules'));
}

/** Without what is written in one style and not in another: the bundler writes everything in its own. */
function strip(line: string): string {
  return line.replace(/[\s;,'"`()]/g, '');
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && !/^(\/\/|\/?\*)/.test(line))
    .map(strip);
}
