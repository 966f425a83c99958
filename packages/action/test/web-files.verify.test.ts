import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { remuxPerformer } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { LOCKFILE, startCommitting, WAVE } from './commit/bench.ts';
import { cloneWithLfs, hasGitLfs, OUTPUTS_ONLY } from './commit/lfs.ts';
import { noEngine, withEngine } from './draft-engine.ts';
import { CONFIG, oneTransfer, REPOSITORY, startWorkbench } from './workbench.ts';

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
    const bench = await startCommitting({ config: plain, assets: 'small' });
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
    const bench = await startWorkbench({ config: withAlso('gif'), assets: 'small' });
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
    const bench = await startWorkbench({ config: withAlso('poster, gif'), assets: 'small' });
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

  test('of a video that the codec cannot decode are missing, and the video is bought and delivered once', async () => {
    const bench = await startWorkbench({
      config: withAlso(ALL_KINDS),
      // Whole for everybody who does not decode it.
      performer: async (request) => {
        const bytes = Buffer.from(await remuxPerformer(request));
        return bytes.fill(0, bytes.lastIndexOf('mdat') + 4);
      },
    });
    const run = await bench.run({}, { environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['generated-count']).toBe('1');
    expect(bench.results(run).results[0]?.webFiles?.map(({ state }) => state)).toEqual(
      Array(4).fill('failed'),
    );
    expect(run.stdout).toMatch(
      /Not made: animations\/wave\.poster\.jpg.*the next run makes what is missing/,
    );
    for (const path of ALL) expect(bench.exists(path), path).toBe(false);
    expect(bench.emulator.artifacts[0]?.bytes.includes(WAVE)).toBe(true);
    const again = await bench.run({}, { environment });
    expect(again.outputs).toMatchObject({ 'reused-count': '1', 'actual-cost': '0.00' });
    expect(bench.submits()).toBe(1);
  });

  test.skipIf(!hasGitLfs())(
    'go to Git LFS where it keeps them, and count as there in a checkout of pointers',
    async () => {
      const bench = await startCommitting({
        config: withAlso('poster, gif'),
        assets: 'small',
        files: { '.gitattributes': OUTPUTS_ONLY },
      });
      const access = { tokens: { write: [bench.token] }, visibility: 'private' } as const;
      bench.emulator.serveGit(REPOSITORY, bench.server, access);
      const workspace = bench.clone();
      const run = await bench.commitRun({}, { workspace, environment });
      expect(run.exitCode, run.stdout).toBe(0);
      const gif = readFileSync(join(workspace, 'animations/wave.gif'));
      expect(bench.bytesAtServer('animations/wave.gif').toString()).toContain(`size ${gif.length}`);
      const copy = await cloneWithLfs(bench, 'with-lfs');
      expect(readFileSync(join(copy, 'animations/wave.gif')).equals(gif)).toBe(true);
      const next = await bench.commitRun({}, { environment: noEngine(bench) });
      expect(next.exitCode, next.stdout).toBe(0);
      expect(next.stdout).not.toContain('Not made');
      expect(next.outputs['commit-id']).toBeUndefined();
    },
  );
});
