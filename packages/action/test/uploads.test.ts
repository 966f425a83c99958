import { describe, expect, test } from 'vitest';
import { surviveUpload, uploadsOf } from './uploads/scenes.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

describe.concurrent('local files of a private repository', () => {
  test('reach Replicate through its own storage, and nobody else', async () => {
    const bench = await startWithoutArtifacts({
      config: oneTransfer('replicate'),
      visibility: 'private',
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(uploadsOf(bench)).toHaveLength(2);
    expect(bench.emulator.bill).toHaveLength(1);
    expect(bench.emulator.requests.filter(({ mount }) => mount === 'raw')).toEqual([]);
  });
});

describe.concurrent('an upload that fails', () => {
  test('for good buys nothing that could not be made', () =>
    surviveUpload('fal', { at: 'upload', kind: 'error', status: 403 }, 0));
});

describe.concurrent('fal', () => {
  test('shows the job and its place in the queue while it waits, and gets one frontal image', async () => {
    const front = 'https://cdn.example.com/front.png';
    const config = oneTransfer(
      'fal',
      `    orientation: video
    provider-options: { fal: { elements: [{ frontal-image-url: "${front}" }] } }
`,
    );
    const bench = await startWithoutArtifacts({ config, fal: { queuedBehind: 1 } });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const [submit] = bench.emulator.requests.filter(({ site }) => site?.at === 'submit');
    expect(submit?.body).toMatchObject({ elements: [{ frontal_image_url: front }] });
    expect(submit?.headers).not.toHaveProperty('x-fal-no-retry');
    const [{ jobId = '' } = {}] = bench.emulator.bill;
    expect(run.stdout).toContain(`animations/wave: waiting (job ${jobId}), `);
    expect(run.stdout).toContain(`animations/wave: waiting (job ${jobId}: in the queue behind 1)`);
    expect(run.stdout).toContain(`animations/wave: waiting (job ${jobId}: next in the queue)`);
  });
});
