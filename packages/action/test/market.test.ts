import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { refuseAccount, refuseOnce } from './market/refusals.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

/** What sets these providers apart, through the bundle: how they refuse, what they take, what they charge. */
describe.concurrent('Kling', () => {
  test('sells with an API key alone: the image goes inside the request, the charge is the units it reports', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kling') });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(Object.keys(bench.emulator.environment()).filter((name) => /^KLING/.test(name))).toEqual(
      ['KLING_BASE_URL', 'KLINGAI_API_KEY'],
    );
    const [submit] = bench.emulator.requests.filter(({ site }) => site?.at === 'submit');
    expect(submit).toMatchObject({
      path: '/kling/motion-control/kling-3.0',
      body: {
        contents: [
          { type: 'prompt', text: 'a robot waves' },
          { type: 'image', url: bench.read('robot.png').toString('base64') },
          { type: 'video', url: expect.stringMatching(/^http/) },
        ],
        settings: { character_orientation: 'image', audio: 'original', resolution: '720p' },
        options: { external_task_id: expect.stringMatching(/./) },
      },
    });
    expect(bench.results(run).results[0]).toMatchObject({
      operation: { api: 'current' },
      charge: {
        microUsd: bench.emulator.totalMicroUsd('kling'),
        source: 'provider-reported',
      },
    });
  });

  test('without a key says which would do, and sends nothing', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kling') });
    const run = await bench.run({}, { environment: { KLINGAI_API_KEY: '' } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      'KLINGAI_API_KEY is not set (and neither is KLINGAI_ACCESS_KEY with KLINGAI_SECRET_KEY, which would do as well), so nothing was bought',
    );
    expect(bench.submits()).toBe(0);
  });

  test('that answers 429 for an empty balance is not asked again, and nothing is held', () =>
    refuseAccount(1101, 'recharge it'));
});

describe.concurrent('kie.ai', () => {
  test.each([
    ['no credits', { code: 402, msg: 'Credits insufficient' }],
    ['its mode', { code: 500, msg: 'mode is not within the range of allowed options' }],
  ])('that refuses for %s in an answer of HTTP 200 has sold nothing', (_title, body) =>
    refuseOnce(body),
  );
});

test('a WEBM clip is sold by EmpirioLabs, and blocked elsewhere before anything is asked', async () => {
  const config = (provider: string) => `version: 1
provider: ${provider}
transfers:
  - { character: robot.png, motion: wave.webm, output: animations/wave.mp4 }
`;
  const fixture = new URL('../../core/test/fixtures/webm/wave.webm', import.meta.url);
  const bench = await startWithoutArtifacts({ config: config('fal') });
  bench.write('wave.webm', readFileSync(fixture));
  bench.commit();
  const blocked = await bench.run();
  expect(blocked.exitCode).toBe(1);
  expect(blocked.stdout).toContain('WEBM clips are taken by EmpirioLabs');
  expect(bench.submits()).toBe(0);

  bench.write('.github/motion-transfer.yml', config('empiriolabs'));
  bench.commit();
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  // 3.2 s are sent, and billed, as 4.
  expect(bench.emulator.bill).toMatchObject([{ provider: 'empiriolabs', microUsd: 560_000 }]);
});
