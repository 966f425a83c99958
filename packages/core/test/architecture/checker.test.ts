import { describe, expect, test } from 'vitest';
import { checkPackage, checkTable } from './check.ts';
import type { PackageLayers } from './table.ts';

const layers: PackageLayers = {
  imports: { pure: ['edge'], edge: [], loose: ['pure', 'edge'] },
  workspace: [],
  pure: ['pure'],
  purePackages: ['zod'],
  acting: ['loose'],
};

/** What is reported of a package with these files. */
function check(files: Readonly<Record<string, string>>, changes: Partial<PackageLayers> = {}) {
  return checkPackage(new Map(Object.entries(files)), { ...layers, ...changes });
}

describe('a pure file', () => {
  test.each([
    ['export const a = globalThis.Date.now();', 'globalThis.Date'],
    [`export const a = globalThis['Date'];`, 'globalThis.Date'],
    ['const clock = Date; export const a = clock.now();', 'Date'],
    ['const { now } = Date; export const a = now();', 'Date'],
    [`export const a = Date['now']();`, 'Date.now'],
    ['export const a = (member: "now") => Date[member]();', 'Date'],
    ['export const a = new Date(...[]);', 'new Date()'],
    ['export const a = Date();', 'Date'],
    ['export const a = { Date };', 'Date'],
    ['export const a = (at = Date.now()) => at;', 'Date.now'],
    ['export class A { at = performance.now(); }', 'performance.now'],
    ['export const a = [process.pid];', 'process.pid'],
    ['export const a = typeof process;', 'process'],
    ['export const a = [1].map(setTimeout as never);', 'setTimeout'],
    ['export { fetch };', 'fetch'],
    ['export const a = AbortSignal.timeout(5);', 'AbortSignal.timeout'],
    ['export const a = crypto.randomUUID();', 'crypto.randomUUID'],
    ['{ const fetch = 1; } export const a = fetch;', 'fetch'],
    [`export const a = await import('node:fs');`, 'node:fs'],
    [`export { readFileSync } from 'fs';`, 'fs'],
    [`import * as c from 'node:crypto'; export const a = c;`, '* of node:crypto'],
    [`import type { Stats } from 'node:fs'; export type A = Stats;`, 'node:fs'],
    [`import { request } from 'undici'; export const a = request;`, 'undici'],
  ])('may not say: %s', (text, what) => {
    expect(check({ 'pure/a.ts': text })).toEqual([`pure/a.ts:1 names ${what}: the file is pure`]);
  });

  test.each([
    '// Date.now() and process.env',
    'export const a = "Math.random()";',
    'export const a = new Date(0).toISOString();',
    'export const a = new Date(2026, 0, 1);',
    `export const a = Date.parse('2026-01-01') + Date.UTC(2026);`,
    'export const a = (value: unknown) => value instanceof Date;',
    'export const a = (date: Date): Date => date;',
    'export const a: typeof fetch | undefined = undefined;',
    'export const a = Math.floor(1.5);',
    'export const a = (clock: { Date: number }) => clock.Date;',
    'export const a = { process: 1, fetch() {} };',
    'export const a = ({ fetch }: { fetch: () => void }) => fetch();',
    'export const a = ([fetch = 1, ...process]: number[]) => [fetch, process];',
    'function fetch() {} export const a = fetch;',
    'for (const process of [1]) a(process); function a(_: number) {}',
    'try { a(); } catch (process) { b(process); } function a() {} function b(_: unknown) {}',
    `import { fetch } from '../edge/a.ts'; export const a = fetch;`,
    `import { createHash } from 'node:crypto'; export const a = createHash;`,
    `import { z } from 'zod'; export const a = z;`,
  ])('may say: %s', (text) => {
    const files = { 'pure/a.ts': text, 'edge/a.ts': 'export const fetch = 1;' };
    expect(check(files, { pure: ['pure', 'edge'] })).toEqual([]);
  });

  test('is named with the line', () => {
    expect(check({ 'pure/a.ts': '// one\n\nexport const a =\n  Date.now();' })).toEqual([
      'pure/a.ts:4 names Date.now: the file is pure',
    ]);
  });

  test('may not import one that is not pure, the longest name in the list decides', () => {
    const files = {
      'pure/a.ts': `export { b } from './b.ts';`,
      'pure/b.ts': 'export const b = 1;',
    };
    expect(check(files)).toEqual([]);
    expect(check(files, { pure: ['pure', '!pure/b.ts'] })).toEqual([
      'pure/a.ts:1 imports pure/b.ts: the file is pure, and that one is not',
    ]);
  });
});

describe('a file that is neither pure nor listed as acting', () => {
  test('takes the clock, timers and the disk from outside, and may compute with modules of Node', () => {
    const text = `
      import type { Stats } from 'node:fs';
      import { join } from 'node:path';
      import { readFile } from 'node:fs/promises';
      export const a = [join, readFile, performance.now()] satisfies (Stats | unknown)[];`;
    const reason = 'the file acts only through what it is given';
    expect(check({ 'edge/a.ts': text, 'loose/a.ts': text })).toEqual([
      `edge/a.ts:5 names performance.now: ${reason}`,
      `edge/a.ts:4 names node:fs/promises: ${reason}`,
    ]);
  });
});

describe('an import counts, whatever its form', () => {
  test.each([
    `import { a } from '../pure/a.ts';`,
    `import '../pure/a.ts';`,
    `import type { A } from '../pure/a.ts';`,
    `import { type A } from '../pure/a.ts';`,
    `export { a } from '../pure/a.ts';`,
    `export * from '../pure/a.ts';`,
    `export type * as all from '../pure/a.ts';`,
    `export const a = () => import('../pure/a.ts');`,
    'export const a = () => import(`../pure/a.ts`);',
    `export type A = typeof import('../pure/a.ts');`,
    `export const a = (value: import('../pure/a.ts').A) => value;`,
  ])('%s', (text) => {
    expect(check({ 'edge/b.ts': text, 'pure/a.ts': 'export const a = 1;' })).toEqual([
      'edge/b.ts:1 imports pure/a.ts: edge may not import pure',
    ]);
  });

  test('one that cannot be followed is reported', () => {
    const files = {
      'loose/a.ts': `export const a = (path: string) => import(path);`,
      'loose/b.ts': `import { c } from '../../other/src/c.ts';`,
      'loose/c.ts': `import { d } from './d.ts'; import page from './page.generated.ts';`,
    };
    expect(check(files)).toEqual([
      'loose/a.ts:1 imports a computed address',
      'loose/b.ts:1 imports ../../other/src/c.ts, which is no file of this src',
      'loose/c.ts:1 imports ./d.ts, which is no file of this src',
    ]);
    expect(
      check({ 'loose/a.ts': files['loose/a.ts'] }, { computedImports: ['loose/a.ts'] }),
    ).toEqual([]);
  });

  test('other packages of the repository only as listed', () => {
    const files = { 'loose/a.ts': `import type { A } from '@motion-transfer/core';` };
    expect(check(files)).toEqual(['loose/a.ts:1 may not import @motion-transfer/core']);
    expect(check(files, { workspace: ['@motion-transfer/core'] })).toEqual([]);
  });

  test('a file that is no TypeScript is an error', () => {
    expect(() => check({ 'loose/a.ts': 'import {' })).toThrow('loose/a.ts cannot be parsed');
  });
});

describe('circles', () => {
  test('are reported once each, with the shortest path and the number of files in the knot', () => {
    const knot = {
      'loose/a.ts': `import './b.ts'; import './c.ts';`,
      'loose/b.ts': `import './c.ts';`,
      'loose/c.ts': `import './d.ts';`,
      'loose/d.ts': `import type { A } from './a.ts';`,
      'loose/e.ts': `export type { F } from './f.ts';`,
      'loose/f.ts': `import './e.ts'; import './a.ts';`,
      'loose/self.ts': `import type { Self } from './self.ts';`,
    };
    expect(check(knot)).toEqual([
      'circle: loose/a.ts -> loose/c.ts -> loose/d.ts -> loose/a.ts (4 files reach each other)',
      'circle: loose/e.ts -> loose/f.ts -> loose/e.ts',
      'circle: loose/self.ts -> loose/self.ts',
    ]);
  });
});

describe('a table', () => {
  const files = new Map([['edge/a.ts', '']]);
  const small: PackageLayers = { imports: { edge: [] }, workspace: [], pure: [], purePackages: [] };

  test('names only what exists', () => {
    expect(checkTable(files, small)).toEqual([]);
    const changed = { ...small, pure: ['!edge/b.ts'], acting: ['gone'], computedImports: ['edge'] };
    expect(checkTable(files, changed)).toEqual([
      'the table names edge/b.ts, which no file is in',
      'the table names gone, which no file is in',
    ]);
  });

  test('has no circle of folders', () => {
    const both = new Map([...files, ['pure/a.ts', '']]);
    expect(checkTable(both, { ...small, imports: { edge: ['pure'], pure: ['edge'] } })).toEqual([
      'the table has a circle: edge -> pure -> edge',
    ]);
  });
});
