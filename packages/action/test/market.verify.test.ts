import { describe, expect, test } from 'vitest';
import { refusal, refuseAccount, refuseOnce } from './market/refusals.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

/** More of what market.test.ts shows by an example each. */
describe.concurrent('Kling', () => {
  test.each([
    [1100, '1100'],
    [1102, 'buy another one'],
    [1304, 'admits other addresses only'],
  ])('that answers 429 with %i is not asked again, and nothing is held', refuseAccount);

  test('that takes four requests a second sells twelve transfers, each once', async () => {
    const transfers = Array.from(
      { length: 12 },
      (_, index) =>
        `  - { character: robot.png, motion: wave.mp4, output: out/${index}.mp4, prompt: wave ${index} }\n`,
    );
    const config = `version: 1\nprovider: kling\ntransfers:\n${transfers.join('')}`;
    const bench = await startWithoutArtifacts({ config, kling: { requestsPerSecond: 4 } });
    const run = await bench.run({ concurrency: '12' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('1302');
    expect(run.outputs['generated-count']).toBe('12');
    expect(bench.emulator.bill).toHaveLength(12);
    expect(run.outputs['held-cost']).toBe('0.00');
  });
});

describe.concurrent('kie.ai', () => {
  test.each([
    ['a parameter', { code: 422, msg: 'input_urls is required' }],
    ['the limit of a sub-key', { code: 433, msg: 'Sub-key usage exceeds limit' }],
    ['maintenance', { code: 455, msg: 'the system is under maintenance' }],
    ['a model that is switched off', { code: 505, msg: 'the feature is disabled' }],
    ['an exception before the task', { code: 531, msg: 'server exception' }],
  ])('that refuses for %s in an answer of HTTP 200 has sold nothing', (_title, body) =>
    refuseOnce(body),
  );

  test('that says 429 in an answer of HTTP 200 is asked again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kie') });
    bench.emulator.inject(refusal(200, { code: 429, msg: 'too many requests' }));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
  });
});

describe.concurrent('WaveSpeed', () => {
  test('is polled where the config says', async () => {
    const options = '    provider-options: { wavespeed: { status-path: prediction } }\n';
    const bench = await startWithoutArtifacts({
      config: oneTransfer('wavespeed', options),
      wavespeed: { statusPath: 'prediction' },
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
  });
});
