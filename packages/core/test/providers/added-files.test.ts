import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { adapters } from '../../src/providers/registry.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** The places that list providers: what is assumed of them, the product's own, and the emulator's. */
const REGISTRIES = [
  'packages/core/src/assumptions/registry.ts',
  'packages/core/src/providers/registry.ts',
  'packages/emulator/src/providers/registry.ts',
];
/** `service.backend` says whose machines run a model: a word for them, not a provider of ours. */
const BACKEND = /^\s*backend: \{/;

/** It measures clients of some companies, and sells nothing: no provider is added there. */
const BENCH = 'bench';

/** Every source file of every package of the product, from the root. */
const sources = readdirSync(join(root, 'packages'))
  .filter((name) => name !== BENCH)
  .flatMap((name) =>
    filesBelow(join(root, 'packages', name, 'src')).filter((path) => path.endsWith('.ts')),
  );
const lines = new Map(
  sources.map((path) => [path, readFileSync(join(root, path), 'utf8').split('\n')] as const),
);

function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Its own file, a part of it (`fal-storage.ts`), or a file of the folder named after it. */
function isOwn(path: string, id: string): boolean {
  if (path.includes(`/src/providers/${id}/`)) return true;
  return (
    /\/src\/(providers|assumptions)\/[^/]+$/.test(path) &&
    new RegExp(`^${id}(-.+)?\\.ts$`).test(basename(path))
  );
}

/** What needs several files has a folder of the provider's name. */
function providerFile(name: 'core' | 'emulator', id: string): string {
  const folder = `packages/${name}/src/providers/${id}`;
  return existsSync(join(root, folder)) ? `${folder}/${id}.ts` : `${folder}.ts`;
}

/** Where a provider is named: its id as a text, or an import of its file. */
function namesOf(id: string): string[] {
  const named = new RegExp(`(['"\`])${id}\\1|from '[^']*/${id}\\.ts'`);
  return [...lines].flatMap(([path, text]) =>
    text.some((line) => named.test(line) && !BACKEND.test(line)) ? [path] : [],
  );
}

describe('adding a provider takes', () => {
  test.each(adapters.map(({ id }) => id))('for %s its own files', (id) => {
    for (const path of [
      providerFile('core', id),
      `packages/core/src/assumptions/${id}.ts`,
      `packages/core/test/providers/${id}.test.ts`,
      `packages/core/test/fixtures/${id}/accepted.json`,
      `packages/core/test/fixtures/${id}/progress.json`,
      `packages/core/test/fixtures/${id}/failures.json`,
      providerFile('emulator', id),
    ]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  });

  test.each(adapters.map(({ id }) => id))(
    'for %s one line in each registry, and none elsewhere',
    (id) => {
      const elsewhere = namesOf(id).filter((path) => !isOwn(path, id));
      expect(elsewhere.sort()).toEqual(REGISTRIES);
      for (const registry of REGISTRIES) {
        const listed = lines.get(registry)?.filter((line) => line === `  ${id},`);
        expect(listed, registry).toHaveLength(1);
      }
    },
  );

  test('a conformance run of its own', () => {
    for (const { id } of adapters) {
      const text = readFileSync(join(root, `packages/core/test/providers/${id}.test.ts`), 'utf8');
      expect(text).toContain(`loadFixtures('${id}')`);
      expect(text).toContain('testAdapter({');
    }
  });

  test('and a walk-through that names these places', () => {
    const guide = readFileSync(join(root, 'docs/adding-a-provider.md'), 'utf8');
    for (const place of [
      'packages/core/src/providers/<id>.ts',
      'packages/core/src/assumptions/<id>.ts',
      'packages/core/test/fixtures/<id>/',
      'packages/core/test/providers/<id>.test.ts',
      'packages/emulator/src/providers/<id>.ts',
      ...REGISTRIES,
    ]) {
      expect(guide).toContain(place);
    }
  });
});
