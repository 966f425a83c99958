import { describe, expect, test } from 'vitest';
import { GRANTED, surviveUpload } from './uploads/scenes.ts';
import { oneTransfer, startWithoutArtifacts, type Workbench } from './workbench.ts';

/** What a provider was given: bytes of the checkout, named by their hash on the bill. */
function uploadsOf(bench: Workbench) {
  return bench.emulator.requests.filter(({ site }) => site?.at === 'upload');
}

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

  test('go to WaveSpeed, which does not say who can open their address, only when the config allows it', async () => {
    const config = oneTransfer('wavespeed');
    const bench = await startWithoutArtifacts({ config, visibility: 'private' });
    const refused = await bench.run();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('staging: { provider: public }');
    expect(bench.emulator.requests.filter(({ mount }) => mount.startsWith('wavespeed'))).toEqual(
      [],
    );

    bench.write('.github/motion-transfer.yml', config + GRANTED);
    const granted = await bench.run();
    expect(granted.exitCode, granted.stdout).toBe(0);
    expect(uploadsOf(bench)).toHaveLength(2);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('are uploaded once for all transfers of a run', async () => {
    const config = `version: 1
provider: replicate
defaults: { prompt: a robot waves }
transfers:
  - { character: robot.png, motion: wave.mp4, output: a.mp4 }
  - { character: robot.png, motion: wave.mp4, output: b.mp4, tier: pro }
  - { character: robot.png, motion: wave.mp4, output: c.mp4, take: 2 }
`;
    const bench = await startWithoutArtifacts({ config, visibility: 'private' });
    const run = await bench.run();
    expect(run.outputs['generated-count'], run.stdout).toBe('3');
    expect(uploadsOf(bench)).toHaveLength(2);
  });
});

describe.concurrent('an upload that fails', () => {
  test('for good buys nothing that could not be made', () =>
    surviveUpload('fal', { at: 'upload', kind: 'error', status: 403 }, 0));

  test('with every try buys nothing that could not be made', () =>
    surviveUpload('replicate', { at: 'upload', kind: 'lost-answer', times: Infinity }, 0));
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
