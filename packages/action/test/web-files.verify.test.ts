import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOCKFILE, startCommitting, WAVE } from './commit/bench.ts';
import { noEngine, withEngine } from './draft-engine.ts';
import { CONFIG, oneTransfer, startWorkbench } from './workbench.ts';

const ALL = ['wave.gif', 'wave.poster.jpg', 'wave.webm', 'wave.webp'].map(
  (name) => `animations/${name}`,
);
const plain = oneTransfer('prospolabs');
const withAlso = (kinds: string) => `${plain.trimEnd()}\ndefaults: { also: [${kinds}] }\n`;
const ALL_KINDS = 'poster, webp, webm, gif';
const environment = withEngine;

/** What the first bytes say it is. */
function formatOf(bytes: Buffer): string {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpeg';
  if (bytes.subarray(0, 6).toString('latin1') === 'GIF89a') return 'gif';
  if (bytes.subarray(0, 4).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]))) return 'webm';
  return bytes.subarray(8, 12).toString('latin1').toLowerCase();
}

describe('also', () => {
  test('makes all four beside the video, in the artifact, the lockfile and the commit; the next run makes nothing', async () => {
    const bench = await startCommitting({ config: withAlso(ALL_KINDS), artifactService: true });
    const workspace = bench.clone();
    const run = await bench.commitRun({}, { workspace, environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({ 'generated-count': '1' });
    expect(run.summary).toContain('also made poster, webp, webm and gif');
    for (const path of ALL)
      expect(bench.emulator.artifacts[0]?.bytes.includes(path), path).toBe(true);
    expect(bench.changed()).toEqual([...ALL, WAVE, LOCKFILE].sort());
    const committed = ALL.map((path) => bench.bytesAtServer(path));
    expect(committed.map(formatOf)).toEqual(['gif', 'jpeg', 'webm', 'webp']);
    const { outputs } = JSON.parse(bench.bytesAtServer(LOCKFILE).toString());
    const kinds = outputs[WAVE].webFiles.map(({ kind }: { kind: string }) => kind);
    expect(kinds.sort()).toEqual(['gif', 'poster', 'webm', 'webp']);
    expect(outputs[WAVE].webFiles[0].of).toBe(outputs[WAVE].sha256);

    const tip = bench.tip();
    // Without the codec, so that nothing can be made.
    const next = await bench.commitRun({}, { environment: noEngine(bench) });
    expect(next.exitCode, next.stdout).toBe(0);
    expect(next.outputs).toMatchObject({ 'reused-count': '1', 'actual-cost': '0.00' });
    expect(bench.results(next).results[0]?.webFiles).toMatchObject([
      { kind: 'poster', state: 'reused' },
      { kind: 'webp', state: 'reused' },
      { kind: 'webm', state: 'reused' },
      { kind: 'gif', state: 'reused' },
    ]);
    expect(next.outputs['commit-id']).toBeUndefined();
    expect(bench.tip()).toBe(tip);
    expect(bench.submits()).toBe(1);
  });

  test('added later makes only them, for $0.00, and commits them with the lockfile', async () => {
    const bench = await startCommitting({ config: plain });
    const first = await bench.commitRun();
    expect(first.exitCode, first.stdout).toBe(0);
    const video = bench.bytesAtServer(WAVE);
    bench.pushByOther(CONFIG, withAlso('poster, gif'));
    const plan = await bench.run({ command: 'plan' }, { workspace: bench.clone() });
    expect(plan.summary).toContain('also makes poster and gif, free');
    expect(plan.outputs).toMatchObject({ 'to-generate-count': '0', 'estimated-cost': '0.00' });
    const run = await bench.commitRun({}, { environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({
      'reused-count': '1',
      'generated-count': '0',
      'actual-cost': '0.00',
      'held-cost': '0.00',
    });
    expect(bench.submits()).toBe(1);
    expect(bench.changed()).toEqual(
      ['animations/wave.gif', 'animations/wave.poster.jpg', LOCKFILE].sort(),
    );
    expect(bench.bytesAtServer(WAVE).equals(video)).toBe(true);
  });

  test('makes again what was deleted, with the same bytes, also of a video that only an artifact has', async () => {
    const bench = await startWorkbench({ config: withAlso('gif') });
    const first = await bench.run({}, { environment });
    expect(first.exitCode, first.stdout).toBe(0);
    const gif = bench.read('animations/wave.gif');
    rmSync(join(bench.workspace, 'animations'), { recursive: true });
    const again = await bench.run({}, { environment });
    expect(again.exitCode, again.stdout).toBe(0);
    expect(again.outputs['actual-cost']).toBe('0.00');
    expect(bench.read('animations/wave.gif').equals(gif)).toBe(true);
    expect(bench.submits()).toBe(1);
  });

  test('never overwrites a file of somebody else, and replaces its own when the video is another one', async () => {
    const bench = await startWorkbench({ config: withAlso('poster, gif') });
    bench.write('animations/wave.gif', 'drawn by hand');
    const first = await bench.run({}, { environment });
    expect(first.exitCode, first.stdout).toBe(0);
    expect(bench.read('animations/wave.gif').toString()).toBe('drawn by hand');
    expect(first.stdout).toContain('animations/wave.gif is there already');
    const poster = bench.read('animations/wave.poster.jpg');
    bench.write(CONFIG, withAlso('poster').replace('motion: wave.mp4', 'motion: dance.mp4'));
    const second = await bench.run({}, { environment });
    expect(second.exitCode, second.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
    expect(second.stdout).not.toContain('Not made');
    expect(bench.read('animations/wave.poster.jpg').equals(poster)).toBe(false);
    const { outputs } = JSON.parse(bench.read(LOCKFILE).toString());
    const [record] = outputs[WAVE].webFiles;
    expect(record.of).toBe(outputs[WAVE].sha256);
  });
});
