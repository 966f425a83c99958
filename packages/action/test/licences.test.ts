import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readPackage } from '../bundle/licences.ts';
import { findBundledPackages, nameOf } from './bundled-packages.ts';
import { plainDirectory } from './plain-bundle.ts';

const root = resolve(import.meta.dirname, '../../..');
const written = readFileSync(join(root, 'packages/action/dist/licenses.txt'), 'utf8');

const bundled = findBundledPackages(root, plainDirectory);

/** Merged into larger modules by the bundler, whose own list of licences leaves such packages out. */
const MERGED = [
  '@actions/core',
  'aws4fetch',
  'image-size',
  'p-limit',
  'picomatch',
  'tunnel',
  'yaml',
  'yocto-queue',
  'zod',
];

/** The entries of licenses.txt: `name@version` to the text under it. */
function readEntries(text: string): Map<string, string> {
  const entries = text.split(/^={80}\n/m).slice(1);
  return new Map(
    entries.map((entry) => {
      const [id = '', licence = '', , ...lines] = entry.split('\n');
      expect(licence, id).toMatch(/^[\w(].*\w\)?$/);
      return [id, lines.join('\n').trim()];
    }),
  );
}

/** Names every package of the bundle whose licence text does not have. */
function findMissing(text: string): string[] {
  const entries = readEntries(text);
  const names = new Set([...entries.keys()].map(nameOf));
  const empty = [...entries].filter(([, licence]) => licence.length < 200).map(([id]) => id);
  return [
    ...empty,
    ...bundled.versions.filter((id) => !entries.has(id)),
    ...bundled.names.filter((name) => !names.has(name)),
  ];
}

function without(text: string, name: string): string {
  const [head = '', ...entries] = text.split(/^(?=={80}\n)/m);
  return head + entries.filter((entry) => nameOf(entry.split('\n')[1] ?? '') !== name).join('');
}

describe('licenses.txt of the bundle', () => {
  test('has the licence of every package whose code is in the bundle', () => {
    expect(bundled.versions.length).toBeGreaterThan(50);
    expect(findMissing(written)).toEqual([]);
  });

  test.each(MERGED)('has the licence of %s', (name) => {
    expect(bundled.names).toContain(name);
    expect([...readEntries(written).keys()].map(nameOf)).toContain(name);
  });

  test('lists every package once, sorted, and none of this repository', () => {
    const ids = written
      .split(/^={80}\n/m)
      .slice(1)
      .map((entry) => entry.split('\n')[0] ?? '');
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.filter((id) => id.startsWith('@motion-transfer/'))).toEqual([]);
  });

  test.each(['zod', 'yauzl', 'string_decoder'])('would be incomplete without %s', (name) => {
    expect(
      findMissing(without(written, name)).map((id) => (id.includes('@') ? nameOf(id) : id)),
    ).toContain(name);
  });
});

describe('the licence of a package', () => {
  const directories: string[] = [];
  afterAll(() => {
    for (const directory of directories) rmSync(directory, { recursive: true });
  });
  function install(files: Record<string, string>): string {
    const directory = mkdtempSync(join(tmpdir(), 'package-'));
    directories.push(directory);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return directory;
  }
  const manifest = (more: Record<string, unknown>) =>
    JSON.stringify({ name: 'drum', version: '1.2.0', ...more });

  test('is the text of its file, with the notices beside it', () => {
    const directory = install({
      'package.json': manifest({ license: 'Apache-2.0' }),
      NOTICE: 'Made by drummers\n',
      'LICENSE.md': 'Apache License\r\nVersion 2.0\r\n',
      'licenses.js': 'export {}',
    });
    expect(readPackage(directory)).toEqual({
      id: 'drum@1.2.0',
      licence: 'Apache-2.0',
      text: 'Apache License\nVersion 2.0\n\nMade by drummers',
    });
  });

  test('is the section of its README where that has the whole text', () => {
    const section = 'Copyright (c) 2013 A. Drummer\n\nPermission is hereby granted, free of charge';
    const directory = install({
      'package.json': manifest({ license: 'MIT', author: 'Somebody Else' }),
      'README.md': `# drum\n\n## License\n\n${section}\n`,
    });
    expect(readPackage(directory).text).toBe(section);
  });

  test.each([
    'A. Drummer <a@example.com> (https://example.com)',
    { name: 'A. Drummer', email: 'a@example.com' },
  ])('is the MIT text with the author %j, where package.json says no more', (author) => {
    const directory = install({ 'package.json': manifest({ license: 'MIT', author }) });
    expect(readPackage(directory).text).toMatch(
      /^MIT License\n\nCopyright \(c\) A\. Drummer\n\nPermission is hereby granted/,
    );
  });

  test.each([
    ['that it does not state', {}, 'drum@1.2.0 states no licence'],
    ['without an author', { license: 'MIT' }, 'drum@1.2.0 comes without a licence file'],
    ['whose text is not known', { license: 'Zlib', author: 'A. Drummer' }, 'no text for "Zlib"'],
  ])('stops the build for one %s, by name', (_, more, message) => {
    const directory = install({ 'package.json': manifest(more) });
    expect(() => readPackage(directory)).toThrow(message);
  });
});
