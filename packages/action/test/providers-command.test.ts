import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { adapters } from '@motion-transfer/core/shell';
import { describe, expect, test } from 'vitest';

const script = join(resolve(import.meta.dirname, '../../..'), 'scripts/providers.ts');

function list(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run providers', () => {
  test('shows every provider in a table and ends in sentences', () => {
    const { status, stdout } = list();
    expect(status).toBe(0);
    for (const { id } of adapters) expect(stdout).toMatch(new RegExp(`^${id} `, 'm'));
    expect(stdout).toMatch(
      /^The lowest price here is \$0\.055\* a second: kie, kling-2\.6, standard\.$/m,
    );
    expect(stdout).toContain('write `provider: kie` and `model: kling-2.6` into the config');
    expect(stdout).toMatch(/keep KIE_API_KEY as a secret of the repository\.\n$/);
  });

  test('prints the same as JSON with --json', () => {
    const { stdout } = list('--json', '--provider', 'prospolabs');
    expect(JSON.parse(stdout)).toEqual([
      {
        provider: 'prospolabs',
        model: 'kling-3.0',
        modelId: 'kling-3-motion-control',
        usdPerSecond: {
          standard: { value: 0.076, isDocumented: true },
          pro: { value: 0.1, isDocumented: true },
        },
        leastSeconds: { value: 3, isDocumented: false },
        longestSeconds: {
          image: { value: 10, isDocumented: true },
          video: { value: 30, isDocumented: true },
        },
        localFiles: [],
        keptDays: { value: 7, isDocumented: true },
        keys: [['PROSPOLABS_API_KEY']],
      },
    ]);
  });

  test('lists only what is asked for', () => {
    const { stdout } = list('--model', 'kling-3.0');
    expect(stdout).not.toContain('kling-2.6');
    expect(stdout).toContain('The lowest price here is $0.07* a second: replicate, kling-3.0');
  });

  test('explains every option with --help', () => {
    const { status, stdout } = list('--help');
    expect(status).toBe(0);
    for (const name of ['provider', 'model', 'json', 'help']) expect(stdout).toContain(`--${name}`);
  });

  test.each([
    [['--provider', 'acme'], "--provider is 'acme'; give one of prospolabs, empiriolabs, fal, "],
    [['--model', 'kling-9'], "--model is 'kling-9'; give one of kling-3.0, kling-2.6."],
    [
      ['--provider', 'prospolabs', '--model', 'kling-2.6'],
      "--model is 'kling-2.6', which prospolabs does not sell; leave one of both out.",
    ],
    [['--prices'], "Unknown option '--prices'."],
    [['fal'], "Unexpected argument 'fal'."],
  ])('names what is wrong with %j and where the options are', (args, message) => {
    const { status, stdout, stderr } = list(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\nAll options: npm run providers -- --help\n$/);
    expect(stderr).not.toContain('    at ');
  });
});
