import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = (directory: string) => readJson(join(directory, 'package.json'));

describe('the Node versions that the README states', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');

  test('are what the packages declare, and stand there once', () => {
    expect(readme.match(/\bNode \d+/g)).toEqual(['Node 20', 'Node 24', 'Node 22']);
    expect(manifest('.').engines.node).toBe('>=20');
    expect(readme).toContain('needs Node 22.19 or newer');
    expect(manifest('packages/core').engines.node).toBe('>=22.19');
  });

  test('start the Node that npm ci installs, in every script', () => {
    expect(manifest('.').devDependencies.node).toMatch(/^24\./);
    const version = execFileSync(join(root, 'node_modules/.bin/node'), ['--version']);
    expect(version.toString().trim()).toBe(`v${manifest('.').devDependencies.node}`);
  });
});

describe('npm ci', () => {
  // Any Node is too old for this package.
  const needy = { name: 'needy', version: '1.0.0', engines: { node: '>=999' } };
  const lock = {
    ...needy,
    lockfileVersion: 3,
    requires: true,
    packages: { '': needy },
  };

  test.each([
    ['is silent about the engines of packages with the npm settings of this repository', true],
    ['warns of them without those settings', false],
  ])('%s', (_, isOurs) => {
    const directory = mkdtempSync(join(tmpdir(), 'motion-transfer-'));
    try {
      writeFileSync(join(directory, 'package.json'), JSON.stringify(needy));
      writeFileSync(join(directory, 'package-lock.json'), JSON.stringify(lock));
      if (isOurs) cpSync(join(root, '.npmrc'), join(directory, '.npmrc'));
      const { npm_config_loglevel: _level, ...env } = process.env;
      const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts'], {
        cwd: directory,
        encoding: 'utf8',
        env,
      });
      expect(status).toBe(0);
      expect(stderr.includes('EBADENGINE')).toBe(!isOurs);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
