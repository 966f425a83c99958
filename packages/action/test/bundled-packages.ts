import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter lines, such as `return true;`, stand in many packages. */
const SHORTEST_LINE = 20;
/** The bundler rewrites imports and exports; the rest of a file stays as its package wrote it. */
const SHARE_OF_A_FILE = 0.5;

export interface BundledPackages {
  /** `name@version` of the packages of which the bundle has lines that nothing else has. */
  readonly versions: readonly string[];
  /** The same by name alone, for lines that several versions of a package share. */
  readonly names: readonly string[];
}

/**
 * Finds the packages in a bundle by comparing text: a package is in it when the bundle has most of one of
 * its files, and a line that no other package has. Nothing of the build is asked, so that the list that
 * the build makes can be compared with it.
 */
export function findBundledPackages(root: string, bundle: string): BundledPackages {
  const bundled = new Set(
    readdirSync(bundle)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => linesOf(join(bundle, name))),
  );
  const owners = new Map<string, Set<string>>();
  for (const directory of listInstalled(root)) {
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    for (const path of listScripts(directory)) {
      const lines = linesOf(path);
      const found = lines.filter((line) => bundled.has(line));
      if (found.length < lines.length * SHARE_OF_A_FILE) continue;
      for (const line of found)
        owners.set(line, (owners.get(line) ?? new Set()).add(`${name}@${version}`));
    }
  }
  const versions = new Set<string>();
  const names = new Set<string>();
  for (const ids of owners.values()) {
    const [id, ...others] = ids;
    if (id == null) continue;
    if (others.length === 0) versions.add(id);
    if (others.every((other) => nameOf(other) === nameOf(id))) names.add(nameOf(id));
  }
  return { versions: [...versions].sort(), names: [...names].sort() };
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

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE);
}
