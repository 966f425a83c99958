import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPackage } from '../bundle/licences.ts';
import { plainChunks } from './plain-bundle.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

const dist = resolve(import.meta.dirname, '../dist');

const ENTRY_BYTES = 150_000;
/** Everything that a plan of one transfer loads, with undici for the prices that one provider reports. */
const PLAN_BYTES = 1_300_000;

/** The file, and whatever must be loaded before its first line is run. */
function loadedBefore(entry: string, seen = new Set<string>()): string[] {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const text = readFileSync(join(dist, entry), 'utf8');
  const imported = [...text.matchAll(/(?:^|[;}])import\s*(?:[^"'`;()]*?from\s*)?"\.\/([^"]+)"/g)];
  return [entry, ...imported.flatMap(([, name = '']) => loadedBefore(name, seen))];
}

/** Nothing but these files, in a directory of their own. */
function copyAlone(files: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'start-'));
  for (const name of [...files, 'package.json'])
    copyFileSync(join(dist, name), join(directory, name));
  return directory;
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
}

/** The packages of which modules are in these files: their directories. */
function packagesIn(files: readonly string[]): string[] {
  const modules = plainChunks
    .filter(({ fileName }) => files.includes(fileName))
    .flatMap((chunk) => Object.entries(chunk.modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .flatMap(([id]) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id) ?? []);
  return [...new Set(modules)].sort();
}

function namesOf(directories: readonly string[]): string[] {
  return directories.map((directory) => readPackage(directory).id.replace(/@[^@]*$/, ''));
}

describe('the bundle', () => {
  test('has the files that its sources make', () => {
    const names = readdirSync(dist).filter((name) => name.endsWith('.js'));
    expect(names.sort()).toEqual(plainChunks.map(({ fileName }) => fileName).sort());
  });

  test.each(['index.js', 'post.js'])('loads little before the first line of %s', (entry) => {
    const files = loadedBefore(entry);
    expect(sizeOf(files)).toBeLessThanOrEqual(ENTRY_BYTES);
    expect(packagesIn(files)).toEqual([]);
  });

  test('prints its first line before it loads what that line does not need', () => {
    const directory = copyAlone(loadedBefore('index.js'));
    const run = spawnSync(process.execPath, [join(directory, 'index.js')], { encoding: 'utf8' });
    expect(run.stdout).toBe(`Motion Transfer, on Node ${process.versions.node}\n`);
    expect(run.stderr).toContain('ERR_MODULE_NOT_FOUND');
  });

  test('finds with the files of its post step alone that no run was cut short', () => {
    const directory = copyAlone(loadedBefore('post.js'));
    const post = (RUNNER_TEMP: string) =>
      spawnSync(process.execPath, [join(directory, 'post.js')], {
        encoding: 'utf8',
        env: { RUNNER_TEMP },
      });
    expect(post(directory)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    // Where it cannot look, it does not take that for nothing.
    expect(post(join(directory, 'missing')).stderr).toContain('ERR_MODULE_NOT_FOUND');
  });

  test('has one undici, and one client that brings its own along', () => {
    const names = namesOf(packagesIn(plainChunks.map(({ fileName }) => fileName)));
    for (const name of ['undici', '@actions/http-client', 'zod'])
      expect(names.filter((other) => other === name)).toEqual([name]);
  });
});

describe.concurrent('a plan', () => {
  test('loads no package twice, and nothing that only other commands use', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('empiriolabs') });
    const coverage = join(bench.workspace, '../coverage');
    mkdirSync(coverage);
    const run = await bench.run(
      { command: 'plan' },
      { environment: { NODE_V8_COVERAGE: coverage } },
    );
    expect(run.exitCode, run.stdout).toBe(0);
    const [report = ''] = readdirSync(coverage);
    const { result }: { result: { url: string }[] } = JSON.parse(
      readFileSync(join(coverage, report), 'utf8'),
    );
    const loaded = result
      .filter(({ url }) => url.includes('/packages/action/dist/'))
      .map(({ url }) => basename(url));
    expect(loaded).toContain('plan.js');
    const others = ['artifact.js', 'probe.js', 'reconcile.js', 'report-bundle.js', 'run.js'];
    expect(loaded.filter((name) => others.includes(name))).toEqual([]);
    const names = namesOf(packagesIn(loaded));
    expect(names).toEqual([...new Set(names)]);
    expect(sizeOf(loaded)).toBeLessThanOrEqual(PLAN_BYTES);
  });
});
