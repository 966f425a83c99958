import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { uploadInSpiteOf } from './artifacts/scenes.ts';
import { namesOfArtifact, oneTransfer, sharedTemporary, startWorkbench } from './workbench.ts';

/** More of what artifacts.test.ts shows by an example each. */
test.concurrent.each([
  ['a 500', { at: 'artifact-create', kind: 'error', status: 500 }],
  ['a 503 at the end', { at: 'artifact-finalize', kind: 'error', status: 503 }],
  ['a connection reset', { at: 'artifact-create', kind: 'reset-before' }],
] as const)('the artifact is uploaded in spite of %s', (_title, fault) => uploadInSpiteOf(fault));

test('a video whose copy was changed during the upload stays held, and fails the run', async () => {
  let directory = '';
  const bench = await startWorkbench({
    config: oneTransfer('prospolabs'),
    checkpoint: async ({ site }) => {
      if (site?.at === 'artifact-finalize')
        writeFileSync(join(directory, 'animations/wave.mp4'), 'other bytes');
      return 'pass';
    },
  });
  const environment = sharedTemporary(bench);
  directory = join(environment.RUNNER_TEMP, 'motion-transfer');
  const run = await bench.run({}, { environment });
  expect(run.exitCode, run.stdout).toBe(1);
  expect(run.stdout).toContain('was changed while it was uploaded');
  expect(run.outputs).toMatchObject({ 'actual-cost': '0.00', 'held-cost': '0.304' });
});

/** Only the superuser can mount a disk of a size of its own. */
const canMount = process.getuid?.() === 0 && process.platform === 'linux';

test.skipIf(!canMount)(
  'a disk that is full while the artifact is made ends with the table, that it is paid, and where it is',
  async () => {
    const disk: { path: string; isFull: boolean } = { path: '', isFull: false };
    const bench = await startWorkbench({
      config: oneTransfer('prospolabs'),
      checkpoint: async ({ site }) => {
        if (site?.at !== 'download' || disk.isFull) return 'pass';
        disk.isFull = true;
        expect(() => writeFileSync(join(disk.path, 'filler'), Buffer.alloc(4_194_304))).toThrow(
          'ENOSPC',
        );
        return 'pass';
      },
    });
    disk.path = sharedTemporary(bench).RUNNER_TEMP;
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', disk.path]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', disk.path]));
    const run = await bench.run({ ledger: 'none' }, { environment: { RUNNER_TEMP: disk.path } });
    expect(disk.isFull).toBe(true);
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.stdout).toMatch(/animations\/wave +.*\$0\.304/);
    const [error] = run.annotations.filter(({ level }) => level === 'error');
    expect(error?.message).toContain('ENOSPC');
    expect(error?.message).toContain('paid for');
    expect(error?.message).toContain('.git/motion-transfer/downloads');
    expect(run.outputs).toMatchObject({ 'actual-cost': '0.00', 'held-cost': '0.304' });
    rmSync(join(disk.path, 'filler'));
    const again = await bench.run({ ledger: 'none' });
    expect(again.exitCode, again.stdout).toBe(0);
    expect(namesOfArtifact(bench)).toContain('animations/wave.mp4');
    expect(bench.submits()).toBe(1);
  },
);

describe.concurrent('the artifact', () => {
  test('gets a suffix when the name is taken in this run', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const environment = bench.emulator.environment({ run: 'same' });
    await bench.run({}, { environment });
    const second = await bench.run({ take: '2' }, { environment });
    expect(second.exitCode, second.stdout).toBe(0);
    expect(bench.emulator.artifacts.map((artifact) => artifact.name)).toEqual([
      'motion-transfer',
      'motion-transfer-gallery.html',
      'motion-transfer-2',
      'motion-transfer-gallery-2.html',
    ]);
  });

  test('of two run steps in one job has an output directory of its own', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const environment = sharedTemporary(bench);
    const first = await bench.run({}, { environment });
    const video = bench.read('animations/wave.mp4');
    const second = await bench.run({ take: '2' }, { environment });
    const directories = [first, second].map((run) => run.outputs['output-directory'] ?? '');
    expect(new Set(directories).size).toBe(2);
    for (const directory of directories) {
      expect(existsSync(join(directory, 'results.json'))).toBe(true);
      expect(existsSync(join(directory, 'animations/wave.mp4'))).toBe(true);
    }
    expect(readFileSync(join(directories[0] ?? '', 'animations/wave.mp4')).equals(video)).toBe(
      true,
    );
    expect(bench.results(first).results[0]?.state).toBe('generated');
  });
});
