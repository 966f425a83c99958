import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPackage, checkTable } from './architecture/check.ts';
import { checkedPackages, LAYERS } from './architecture/layers.ts';
import { miniatureCore } from './architecture/miniature-core.ts';
import { readPackages } from './architecture/packages.ts';
import type { SourceFiles } from './architecture/source-file.ts';
import type { PackageLayers } from './architecture/table.ts';

const packages = readPackages();

function filesOf(name: string): SourceFiles {
  const files = packages.get(name);
  if (files === undefined) throw new Error(`packages/${name}/src does not exist`);
  return files;
}

function layersOf(name: string): PackageLayers {
  const layers = LAYERS[name];
  if (layers === undefined) throw new Error(`packages/${name}/src has no table; add it to LAYERS`);
  return layers;
}

describe('every package with sources', () => {
  test('has a table', () => {
    expect([...packages.keys()].filter((name) => LAYERS[name] === undefined)).toEqual([]);
  });

  test.each(checkedPackages)('%s keeps to its table', (name) => {
    expect(checkPackage(filesOf(name), layersOf(name))).toEqual([]);
  });

  test.each(checkedPackages)(
    '%s has a table without circles and without names that no file has',
    (name) => {
      expect(checkTable(filesOf(name), layersOf(name))).toEqual([]);
    },
  );
});

/** A folder is what a stranger looks through for one thing. */
const MAX_FILES_PER_FOLDER = 17;

function crowdedFolders(files: SourceFiles): string[] {
  const counts = new Map<string, number>();
  for (const path of files.keys()) {
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) =>
    count > MAX_FILES_PER_FOLDER ? [`${folder} has ${count} files`] : [],
  );
}

describe('the folders', () => {
  test.each(checkedPackages)(`of %s have at most ${MAX_FILES_PER_FOLDER} files each`, (name) => {
    expect(crowdedFolders(filesOf(name))).toEqual([]);
  });

  test('with one file more are reported', () => {
    const paths = Array.from({ length: MAX_FILES_PER_FOLDER + 1 }, (_, n) => `model/file-${n}.ts`);
    expect(crowdedFolders(new Map(paths.map((path) => [path, ''])))).toEqual([
      'model has 18 files',
    ]);
  });
});

/** What is reported once the line stands at the head of the file, new or not. */
function plant(files: SourceFiles, layers: PackageLayers, path: string, line: string) {
  return checkPackage(new Map(files).set(path, `${line}\n${files.get(path) ?? ''}`), layers);
}

/** What is reported once the file, new or not, imports a type of the other one. */
function plantImport(files: SourceFiles, layers: PackageLayers, path: string, target: string) {
  const both = new Map(files).set(target, files.get(target) ?? 'export {};');
  const way = posix.relative(posix.dirname(path), target);
  const specifier = way.startsWith('.') ? way : `./${way}`;
  return plant(both, layers, path, `import type { Planted } from '${specifier}';`);
}

describe('in the core', () => {
  const layers = layersOf('core');
  // Its own tree as soon as that is checked; until then a small one with the same folders.
  const files = checkedPackages.includes('core') ? filesOf('core') : miniatureCore;

  test('nothing is reported before anything is planted', () => {
    expect(checkPackage(files, layers)).toEqual([]);
  });

  test.each([
    ['ledger/merge.ts', `import { readFileSync } from 'node:fs';`, 'node:fs'],
    ['ledger/totals.ts', `import 'node:fs';`, 'node:fs'],
    ['plan/totals.ts', 'export const at = Date.now();', 'Date.now'],
    ['plan/totals.ts', 'export const at = new Date();', 'new Date()'],
    ['plan/totals.ts', 'export const dice = Math.random();', 'Math.random'],
    ['providers/fal.ts', 'export const at = Date.now();', 'Date.now'],
    ['providers/fal.ts', 'const { random } = Math;', 'Math'],
    ['providers/fal.ts', `export const a = fetch('https://fal.run');`, 'fetch'],
    ['providers/fal.ts', `import { request } from 'undici';`, 'undici'],
    [
      'budget/apply-limits.ts',
      `import { randomUUID } from 'node:crypto';`,
      'randomUUID of node:crypto',
    ],
  ])('%s that begins with "%s" is reported', (path, line, what) => {
    expect(plant(files, layers, path, line)).toEqual([`${path}:1 names ${what}: the file is pure`]);
  });

  test.each([
    ['setTimeout(() => undefined, 1);', 'setTimeout'],
    [`import { rmSync } from 'node:fs';`, 'node:fs'],
    [`import { request } from 'undici';`, 'undici'],
    ['declare const process: { env: object }; process.env;', 'process.env'],
    ['new Intl.DateTimeFormat().format();', 'Intl.DateTimeFormat'],
  ])('a file that acts through ports and begins with "%s" is reported', (line, what) => {
    expect(plant(files, layers, 'purchase/buy.ts', line)).toEqual([
      `purchase/buy.ts:1 names ${what}: the file acts only through what it is given`,
    ]);
  });

  test.each([
    ['model/purchase.ts', 'node/ports.ts', 'model may not import node'],
    ['staging/s3/sign.ts', 'node/ports.ts', 'staging may not import node'],
    ['use-cases/run.ts', 'node/ports.ts', 'use-cases may not import node'],
    ['plan/totals.ts', 'budget/apply-limits.ts', 'plan may not import budget'],
    ['ledger/merge.ts', 'plan/totals.ts', 'ledger may not import plan'],
    ['providers/shared/dates.ts', 'purchase/buy.ts', 'providers may not import purchase'],
  ])('%s that imports a type of %s is reported: %s', (path, target, rule) => {
    expect(plantImport(files, layers, path, target)).toContain(
      `${path}:1 imports ${target}: ${rule}`,
    );
  });

  test('a pure file that imports one that acts is reported, though their folders allow it', () => {
    expect(plantImport(files, layers, 'budget/apply-limits.ts', 'ledger/planted-store.ts')).toEqual(
      [
        'budget/apply-limits.ts:1 imports ledger/planted-store.ts: the file is pure, and that one is not',
      ],
    );
  });

  test.each([
    ['providers/fal.ts', 'providers/kling/errors.ts', 'an adapter'],
    ['providers/fal-prices.ts', 'providers/kling/errors.ts', 'an adapter'],
    ['providers/shared/dates.ts', 'providers/kling/errors.ts', 'what adapters share'],
    ['providers/adapter.ts', 'providers/kling/errors.ts', 'what adapters share'],
  ])('%s that imports %s is reported', (path, target, who) => {
    expect(plantImport(files, layers, path, target)).toContain(
      `${path}:1 imports ${target}: ${who} may not import the adapter providers/kling`,
    );
  });

  test('a circle of types alone is reported with its path', () => {
    const back = new Map(files).set(
      'ledger/planted-b.ts',
      `export type { A } from './planted-a.ts';`,
    );
    const line = `export type A = import('./planted-b.ts').A;`;
    expect(plant(back, layers, 'ledger/planted-a.ts', line)).toEqual([
      'circle: ledger/planted-a.ts -> ledger/planted-b.ts -> ledger/planted-a.ts',
    ]);
  });

  test('a file that is in no folder of the table is reported', () => {
    expect(plant(files, layers, 'helpers/strings.ts', '')).toEqual([
      'helpers/strings.ts is in no folder of the table',
    ]);
  });
});

describe('in the emulator', () => {
  const files = filesOf('emulator');
  const layers = layersOf('emulator');

  test.each([
    [
      'providers/kie.ts',
      'providers/kling.ts',
      'an adapter may not import the adapter providers/kling',
    ],
    ['http/exchange.ts', 'faults/fault.ts', 'http may not import faults'],
    ['faults/fault.ts', 'server/request-log.ts', 'faults may not import server'],
    ['types.ts', 'providers/registry.ts', 'types.ts may not import providers'],
  ])('%s that imports a type of %s is reported: %s', (path, target, rule) => {
    expect(plantImport(files, layers, path, target)).toContain(
      `${path}:1 imports ${target}: ${rule}`,
    );
  });

  test('a provider that asks the real clock is reported', () => {
    expect(plant(files, layers, 'providers/kie.ts', 'export const at = Date.now();')).toEqual([
      'providers/kie.ts:1 names Date.now: the file acts only through what it is given',
    ]);
  });

  test('an import of the core is reported', () => {
    const line = `import type { Adapter } from '@motion-transfer/core';`;
    expect(plant(files, layers, 'providers/kie.ts', line)).toEqual([
      'providers/kie.ts:1 may not import @motion-transfer/core',
    ]);
  });
});

describe('in the draft engine', () => {
  const files = filesOf('draft');
  const layers = layersOf('draft');

  test.each([
    ['workers/pool.ts', 'stage/tasks.ts', 'workers may not import stage'],
    ['stage/job-watch.ts', 'isolate/jobs.ts', 'stage may not import isolate'],
    ['track/track.ts', 'workers/pool.ts', 'the file is pure, and that one is not'],
  ])('%s that imports a type of %s is reported: %s', (path, target, rule) => {
    expect(plantImport(files, layers, path, target)).toContain(
      `${path}:1 imports ${target}: ${rule}`,
    );
  });

  test.each([
    [`import { readFileSync } from 'node:fs';`, 'node:fs'],
    [`import sharp from 'sharp';`, 'sharp'],
    ['export const at = performance.now();', 'performance.now'],
  ])('a stage that begins with "%s" is reported', (line, what) => {
    expect(plant(files, layers, 'track/track.ts', line)).toEqual([
      `track/track.ts:1 names ${what}: the file is pure`,
    ]);
  });
});
