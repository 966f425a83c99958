import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutputChunk } from 'rolldown';

export interface LicensedPackage {
  /** `name@version` */
  readonly id: string;
  readonly licence: string;
  readonly text: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly author?: string | { readonly name: string; readonly email?: string };
  readonly license?: string;
}

/** Packages that were published without a statement which their repository made later. */
const STATED_LATER: Readonly<Record<string, string>> = {
  // https://github.com/substack/node-buffers/blob/335ddadaf5f812f92fd1b3309f6065c2973cca3a/package.json
  'buffers@0.1.1': 'MIT',
};

const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;
/** The bundler's own helpers, a few lines of every bundle. */
const RUNTIME = '\0rolldown/runtime.js';
const SEPARATOR = '='.repeat(80);

/** Every package that a module of the bundle comes from, sorted; those of this repository are left out. */
export function listPackages(chunks: readonly Pick<OutputChunk, 'modules'>[]): LicensedPackage[] {
  const files = chunks.flatMap(({ modules }) => listRendered(modules)).map(locateModule);
  const directories = new Set(files.filter(isInstalled).map(findPackageDirectory));
  const packages = [...directories].map(readPackage);
  const byId = new Map(packages.map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function formatLicences(packages: readonly LicensedPackage[]): string {
  const head = 'The packages whose code is a part of this bundle, each with its licence.\n\n';
  return (
    head +
    packages
      .map(({ id, licence, text }) => `${SEPARATOR}\n${id}\n${licence}\n\n${text}\n`)
      .join('\n')
  );
}

/** Modules of which nothing but an empty line is left belong to no chunk's text. */
function listRendered(modules: OutputChunk['modules']): string[] {
  return Object.entries(modules)
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id);
}

/** The bundler's own helpers are no files; those that it takes from elsewhere are of a licence that nothing here knows. */
function locateModule(id: string): string {
  if (!id.startsWith('\0')) return id;
  if (id === RUNTIME) return fileURLToPath(import.meta.resolve('rolldown'));
  throw new Error(
    `the bundle holds ${id.slice(1)}, of which no licence is known; write the code so that the bundler needs no such helper, or add its licence to licences.ts`,
  );
}

function isInstalled(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

/** Some packages have further package.json files, without name or version, in their folders. */
function findPackageDirectory(path: string): string {
  for (let directory = dirname(path); directory !== dirname(directory); ) {
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest)) {
      const { name, version } = readManifest(directory);
      if (name != null && version != null) return directory;
    }
    directory = dirname(directory);
  }
  throw new Error(`${path} is in no package; without a package.json its licence is not known`);
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

export function readPackage(directory: string): LicensedPackage {
  const manifest = readManifest(directory);
  const id = `${manifest.name}@${manifest.version}`;
  const licence = manifest.license ?? STATED_LATER[id];
  if (licence == null)
    throw new Error(
      `${id} states no licence; look it up at its source and add it to STATED_LATER of licences.ts, or do without the package`,
    );
  const files = readdirSync(directory).filter((name) => LICENCE_FILE.test(name));
  const texts = files.sort().map((name) => readText(join(directory, name)));
  if (texts.length > 0) return { id, licence, text: texts.join('\n\n') };
  return { id, licence, text: readmeText(directory) ?? standardText(id, licence, manifest) };
}

/** The section of the README that gives the whole licence, where there is one. */
function readmeText(directory: string): string | null {
  const name = readdirSync(directory).find((file) => /^readme/i.test(file));
  if (name == null) return null;
  const [, section] = readText(join(directory, name)).split(/^#+ *licen[cs]e *$/im);
  return section?.includes('Permission is hereby granted') === true ? section.trim() : null;
}

/** The text that SPDX gives for the licence which package.json names. */
function standardText(id: string, licence: string, { author }: Manifest): string {
  const holder = typeof author === 'string' ? author.replace(/ *[<(].*$/, '') : author?.name;
  // "MIT/X11" is what the MIT licence was called before SPDX had a name for it.
  if ((licence !== 'MIT' && licence !== 'MIT/X11') || holder == null)
    throw new Error(
      `${id} comes without a licence file, and licences.ts has no text for "${licence}" of ${holder ?? 'an unnamed author'}; add the text there, or do without the package`,
    );
  return mitText(holder);
}

function readText(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
}

function mitText(holder: string): string {
  return `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
}
