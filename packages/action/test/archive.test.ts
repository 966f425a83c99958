import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { oneTransfer, root, sharedTemporary, startWithoutArtifacts } from './workbench.ts';

const ARCHIVE_BYTES = 2_500_000;

const directory = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What GitHub would make of the working tree if it were committed as it is. The repository stays as it is. */
function archiveWorkingTree(): Buffer {
  const objects = join(directory, 'objects');
  mkdirSync(objects);
  const ask = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', env: process.env }).trim();
  const shared = ask('rev-parse', '--path-format=absolute', '--git-path', 'objects');
  const env = {
    ...process.env,
    GIT_INDEX_FILE: join(directory, 'index'),
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: shared,
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { env, maxBuffer: 1024 ** 3 });
  git('add', '--all', '.');
  const tree = git('write-tree').toString().trim();
  return git('archive', '--format=tar', tree);
}

describe('the archive that a job downloads', () => {
  const archive = archiveWorkingTree();
  const unpacked = join(directory, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('tar', ['-x', '-C', unpacked], { input: archive });
  const filesOf = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort();

  test('is small', () => {
    expect(gzipSync(archive).length).toBeLessThanOrEqual(ARCHIVE_BYTES);
  });

  test('holds the bundle whole, and of everything else what people and the runner read', () => {
    const bundle = 'packages/action/dist';
    const files = filesOf(unpacked);
    expect(files.filter((path) => !path.startsWith(bundle))).toEqual([
      'LICENSE',
      'README.md',
      'action.yml',
    ]);
    expect(files.filter((path) => path.startsWith(bundle))).toEqual(
      filesOf(join(root, bundle)).map((path) => `${bundle}/${path}`),
    );
  });

  test('buys and finishes by itself', async () => {
    const { runs } = parse(readFileSync(join(unpacked, 'action.yml'), 'utf8'));
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const environment = sharedTemporary(bench);
    const run = await bench.run({}, { bundle: join(unpacked, runs.main), environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.exists('animations/wave.mp4')).toBe(true);
    const post = await bench.run(
      {},
      { bundle: join(unpacked, runs.post), environment, phase: 'post' },
    );
    expect(post.exitCode, post.stdout).toBe(0);
  });
});
