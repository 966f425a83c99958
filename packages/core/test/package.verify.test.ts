import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const packages = resolve(import.meta.dirname, '../..');

/** What is published, as npm would, before two judges that know how packages are resolved. */
describe.each(['core', 'draft'])('the package %s', (name) => {
  const place = mkdtempSync(join(tmpdir(), 'motion-transfer-pack-'));
  let tarball: Uint8Array<ArrayBuffer>;

  beforeAll(() => {
    const written = execFileSync(
      'npm',
      ['pack', '--silent', '--ignore-scripts', '--json', '--pack-destination', place],
      { cwd: join(packages, name), encoding: 'utf8' },
    );
    const [{ filename }]: [{ filename: string }] = JSON.parse(written);
    tarball = new Uint8Array(readFileSync(join(place, filename)));
  });

  afterAll(() => rmSync(place, { recursive: true }));

  test('gives publint nothing to say', async () => {
    const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('has its types wherever its code is found, as an ESM-only package', async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball));
    expect(result.types).not.toBe(false);
    // require() and the resolution of Node 10 know no package of this kind: that is what ESM-only means.
    const outside = new Set(['node10', 'node16-cjs']);
    const problems = 'problems' in result ? result.problems : [];
    expect(
      problems.filter(
        (problem) => !('resolutionKind' in problem && outside.has(problem.resolutionKind)),
      ),
    ).toEqual([]);
  });
});
