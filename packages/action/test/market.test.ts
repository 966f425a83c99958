import { readFileSync } from 'node:fs';
import { type Fault, KLING_API_KEY, KLING_KEY_PAIR } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { oneTransfer, startWorkbench } from './workbench.ts';

/** What sets these providers apart, through the bundle: how they refuse, what they take, what they charge. */
const refusal = (status: number, body: unknown): Fault => ({
  at: 'submit',
  kind: 'error',
  status,
  body,
});

/** Where the API key would lie: a run with the pair of keys has none. */
const PAIR = { environment: KLING_KEY_PAIR };

describe('Kling', () => {
  test('sells with an API key alone: the image goes inside the request, the charge is the units it reports', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
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

  test('gets the image inside the request at its legacy API too, with a pair of keys', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    const run = await bench.run({}, PAIR);
    expect(run.exitCode, run.stdout).toBe(0);
    const [submit] = bench.emulator.requests.filter(({ site }) => site?.at === 'submit');
    expect(submit?.body).toMatchObject({
      model_name: 'kling-v3',
      image_url: bench.read('robot.png').toString('base64'),
      keep_original_sound: 'yes',
      external_task_id: expect.stringMatching(/./),
    });
    expect(bench.results(run).results[0]?.charge).toEqual({
      microUsd: bench.emulator.totalMicroUsd('kling'),
      source: 'provider-reported',
    });
  });

  test('takes the older names of the pair', async () => {
    const { KLINGAI_ACCESS_KEY, KLINGAI_SECRET_KEY } = KLING_KEY_PAIR;
    const environment = {
      KLINGAI_API_KEY: '',
      KLING_ACCESS_KEY: KLINGAI_ACCESS_KEY,
      KLING_SECRET_KEY: KLINGAI_SECRET_KEY,
    };
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    const run = await bench.run({}, { environment });
    expect(run.exitCode, run.stdout).toBe(0);
    for (const secret of [KLINGAI_ACCESS_KEY, KLINGAI_SECRET_KEY])
      expect(run.stdout).toContain(`::add-mask::${secret}`);
  });

  test('without a key says which would do, and sends nothing', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    const run = await bench.run({}, { environment: { KLINGAI_API_KEY: '' } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      'KLINGAI_API_KEY is not set (and neither is KLINGAI_ACCESS_KEY with KLINGAI_SECRET_KEY, which would do as well), so nothing was bought',
    );
    expect(bench.submits()).toBe(0);
  });

  test('makes the same video with either kind of key: nothing is bought again', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    expect((await bench.run({}, PAIR)).exitCode).toBe(0);
    const again = await bench.run();
    expect(again.outputs['reused-count'], again.stdout).toBe('1');
    expect(bench.submits()).toBe(1);
  });

  test('is asked for a lost answer at the API that was asked, whatever the keys are by then', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    const lost = await bench.run({}, PAIR);
    expect(bench.results(lost).results[0]?.state, lost.stdout).toBe('unknown');
    const found = await bench.run();
    expect(bench.results(found).results[0]?.state, found.stdout).toBe('generated');
    expect(bench.submits()).toBe(1);
  });

  test('finds a lost answer of its current API by our own id', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    await bench.run();
    const found = await bench.run();
    expect(bench.results(found).results[0]?.state, found.stdout).toBe('generated');
    expect(bench.submits()).toBe(1);
    const paths = bench.emulator.requests.map(({ path }) => path);
    expect(paths.filter((path) => path.includes('/v1/videos/'))).toEqual([]);
  });

  test('whose current API is forced on a pair of keys refuses it, which costs nothing and is explained', async () => {
    const options = '    provider-options: { kling: { api: current } }\n';
    const bench = await startWorkbench({ config: oneTransfer('kling', options) });
    const run = await bench.run({}, PAIR);
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain('does not support AK/SK');
    expect(bench.results(run).results[0]?.message).toContain('set KLINGAI_API_KEY');
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('whose legacy API is forced on an API key is asked there', async () => {
    const options = '    provider-options: { kling: { api: legacy } }\n';
    const bench = await startWorkbench({ config: oneTransfer('kling', options) });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const [submit] = bench.emulator.requests.filter(({ site }) => site?.at === 'submit');
    expect(submit?.path).toBe('/kling/v1/videos/motion-control');
  });

  test('that is paid from a balance tells dollars at its current API', async () => {
    const config = oneTransfer('kling');
    const bench = await startWorkbench({ config, kling: { paysFrom: 'balance' } });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results[0]?.charge).toEqual({
      microUsd: bench.emulator.totalMicroUsd('kling'),
      source: 'provider-reported',
    });
  });

  test('that is paid from a balance has no charge in units at its legacy API: the price that was held counts', async () => {
    const config = oneTransfer('kling');
    const bench = await startWorkbench({ config, kling: { paysFrom: 'balance' } });
    const run = await bench.run({}, PAIR);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.totalMicroUsd('kling')).toBeGreaterThan(0);
    const { charge } = bench.results(run).results[0] ?? {};
    expect(charge?.source).toBe('estimated');
    expect(charge?.microUsd).toBeGreaterThanOrEqual(bench.emulator.totalMicroUsd('kling'));
  });

  test('that is paid from a balance there keeps the hold of a job that failed', async () => {
    const config = oneTransfer('kling');
    const bench = await startWorkbench({ config, kling: { paysFrom: 'balance' } });
    const failure = { code: 'x', message: 'no luck', billed: true };
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', ...failure });
    const run = await bench.run({}, PAIR);
    expect(bench.results(run).results[0]?.state, run.stdout).toBe('failed');
    expect(run.outputs['held-cost']).not.toBe('0.00');
    await bench.run({}, PAIR);
    expect(bench.submits()).toBe(1);
  });

  test.each([
    [1100, '1100'],
    [1101, 'recharge it'],
    [1102, 'buy another one'],
    [1304, 'admits other addresses only'],
  ])('that answers 429 with %i is not asked again, and nothing is held', async (code, advice) => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    bench.emulator.inject({ ...refusal(429, { code, message: 'no money' }), times: Infinity });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain(advice);
    expect(bench.submits()).toBe(1);
  });

  test('that runs too many tasks is asked again', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    bench.emulator.inject(refusal(429, { code: 1303, message: 'parallel task over limit' }));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('that takes four requests a second sells twelve transfers, each once', async () => {
    const transfers = Array.from(
      { length: 12 },
      (_, index) =>
        `  - { character: robot.png, motion: wave.mp4, output: out/${index}.mp4, prompt: wave ${index} }\n`,
    );
    const config = `version: 1\nprovider: kling\ntransfers:\n${transfers.join('')}`;
    const bench = await startWorkbench({ config, kling: { requestsPerSecond: 4 } });
    const run = await bench.run({ concurrency: '12' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('1302');
    expect(run.outputs['generated-count']).toBe('12');
    expect(bench.emulator.bill).toHaveLength(12);
    expect(run.outputs['held-cost']).toBe('0.00');
  });

  test.each([
    ['secret key', PAIR, KLING_KEY_PAIR.KLINGAI_SECRET_KEY],
    ['API key, but in the header', {}, KLING_API_KEY.KLINGAI_API_KEY],
  ])('is never shown the %s, nor is it printed or kept', async (_title, more, secret) => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    const run = await bench.run({}, more);
    expect(run.exitCode, run.stdout).toBe(0);
    const sent = bench.emulator.requests.map(({ headers, body }) => {
      const { authorization, ...others } = headers;
      return [others, body, authorization === `Bearer ${secret}` ? '' : authorization];
    });
    expect(JSON.stringify(sent)).not.toContain(secret);
    expect(run.stdout.replaceAll(`::add-mask::${secret}`, '')).not.toContain(secret);
    expect(JSON.stringify([bench.ledger(), bench.results(run)])).not.toContain(secret);
  });
});

describe('kie.ai', () => {
  test.each([
    ['no credits', { code: 402, msg: 'Credits insufficient' }],
    ['a parameter', { code: 422, msg: 'input_urls is required' }],
    ['its mode', { code: 500, msg: 'mode is not within the range of allowed options' }],
    ['the limit of a sub-key', { code: 433, msg: 'Sub-key usage exceeds limit' }],
    ['maintenance', { code: 455, msg: 'the system is under maintenance' }],
    ['a model that is switched off', { code: 505, msg: 'the feature is disabled' }],
    ['an exception before the task', { code: 531, msg: 'server exception' }],
  ])('that refuses for %s in an answer of HTTP 200 has sold nothing', async (_title, body) => {
    const bench = await startWorkbench({ config: oneTransfer('kie') });
    bench.emulator.inject(refusal(200, body));
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain(body.msg);
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
  });

  test('that says 500 in an answer of HTTP 200 may have sold it', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kie') });
    bench.emulator.inject(refusal(200, { code: 500, msg: 'Server error' }));
    const run = await bench.run();
    expect(bench.results(run).results[0]?.state).toBe('unknown');
    expect(run.outputs['held-cost']).not.toBe('0.00');
  });

  test('that says 429 in an answer of HTTP 200 is asked again', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kie') });
    bench.emulator.inject(refusal(200, { code: 429, msg: 'too many requests' }));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
  });

  test('that takes half as much again as its list stays within what was held', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('kie'),
      kie: { creditsPerSecond: 30 },
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results[0]?.charge).toEqual({
      microUsd: bench.emulator.totalMicroUsd('kie'),
      source: 'provider-reported',
    });
    expect(run.stdout).not.toContain('more than the');
  });
});

test('EmpirioLabs makes a video without a prompt, and nothing warns of that', async () => {
  const config = `version: 1
provider: empiriolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
`;
  const bench = await startWorkbench({ config });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).not.toContain('prompt');
  expect(bench.emulator.bill).toHaveLength(1);
});

test('a WEBM clip is sold by EmpirioLabs, and blocked elsewhere before anything is asked', async () => {
  const config = (provider: string) => `version: 1
provider: ${provider}
transfers:
  - { character: robot.png, motion: wave.webm, output: animations/wave.mp4 }
`;
  const fixture = new URL('../../core/test/fixtures/webm/wave.webm', import.meta.url);
  const bench = await startWorkbench({ config: config('fal') });
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

describe('WaveSpeed', () => {
  test('that has no credits left refuses the account, not the transfer: it is never blocked', async () => {
    const bench = await startWorkbench({ config: oneTransfer('wavespeed') });
    const body = { code: 400, message: 'Insufficient credits' };
    bench.emulator.inject({ ...refusal(400, body), times: 3 });
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = await bench.run();
      expect(bench.results(refused).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    }
    const run = await bench.run();
    expect(bench.results(run).results[0]?.state, run.stdout).toBe('generated');
  });

  test('refunds failed jobs, which may be tried again', async () => {
    const bench = await startWorkbench({ config: oneTransfer('wavespeed') });
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'x', message: 'no luck' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.emulator.bill.map(({ state }) => state)).toEqual(['refunded', 'charged']);
  });

  test('that ends a job as "timeout" is not waited for any longer, and refunds it', async () => {
    const bench = await startWorkbench({ config: oneTransfer('wavespeed') });
    bench.emulator.inject({ at: 'status', kind: 'status-word', word: 'timeout' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain('nothing was billed');
  });

  test('tells no charge, so none is made up', async () => {
    const bench = await startWorkbench({ config: oneTransfer('wavespeed') });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results[0]?.charge?.source).not.toBe('provider-reported');
  });

  test('is polled where the config says', async () => {
    const options = '    provider-options: { wavespeed: { status-path: prediction } }\n';
    const bench = await startWorkbench({
      config: oneTransfer('wavespeed', options),
      wavespeed: { statusPath: 'prediction' },
    });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
  });
});

describe.concurrent('a provider that keeps a finished video for an hour', () => {
  test('is named in the plan, and again when a run ends without the video', async () => {
    const bench = await startWorkbench({ config: oneTransfer('replicate') });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(plan.summary).toContain('Replicate keeps a finished video for 1 hour only');
    bench.emulator.inject({ at: 'download', kind: 'not-a-video', times: Number.POSITIVE_INFINITY });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(bench.results(run).results[0]).toMatchObject({
      state: 'in-progress',
      message: expect.stringContaining('run again or reconcile before that is over') as unknown,
    });
    expect(run.stdout).toContain('Replicate keeps a finished video for 1 hour only');
  });
});
