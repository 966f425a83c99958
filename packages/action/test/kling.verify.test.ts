import { KLING_API_KEY, KLING_KEY_PAIR } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { oneTransfer, startWorkbench } from './workbench.ts';

/** Where the API key would lie: a run with the pair of keys has none. */
const PAIR = { environment: KLING_KEY_PAIR };

describe.concurrent('Kling, with either kind of key,', () => {
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
    expect(bench.results(found).results[0]?.state, found.stdout).toBe('collected');
    expect(bench.submits()).toBe(1);
  });

  test('finds a lost answer of its current API by our own id', async () => {
    const bench = await startWorkbench({ config: oneTransfer('kling') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    await bench.run();
    const found = await bench.run();
    expect(bench.results(found).results[0]?.state, found.stdout).toBe('collected');
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
