import { describe, expect, test } from 'vitest';
import { BUCKET, HOURS_MS, settings, startPrivate } from './bucket/bench.ts';
import { lendFiles, refuseCredentials, showNoTrace } from './bucket/scenes.ts';
import { oneTransfer } from './workbench.ts';

describe.concurrent('a bucket for a private repository', () => {
  test('lets a provider read the files for a while, once, and is empty afterwards', () =>
    lendFiles('prospolabs'));

  test('keeps what a job whose outcome nobody knows may still read, and says so', async () => {
    const { bench, run, keysIn } = await startPrivate(oneTransfer('prospolabs') + settings());
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    bench.emulator.inject({ at: 'lookup', kind: 'error', status: 503, times: Infinity });
    const lost = await run();
    const [result] = bench.results(lost).results;
    expect(result?.state, lost.stdout).toBe('unknown');
    expect(keysIn()).toHaveLength(2);
    expect(lost.stdout).toContain(`stays in the bucket ${BUCKET}`);
  });
});

describe.concurrent('nothing is bought', () => {
  test('without credentials', () =>
    refuseCredentials(() => ({}), 'there are no credentials for the bucket'));

  test('when the store serves something else than was uploaded', async () => {
    const { bench, run, keysIn } = await startPrivate(oneTransfer('prospolabs') + settings());
    bench.emulator.inject({ at: 'bucket-read', kind: 'not-a-video', after: 2, times: Infinity });
    const refused = await run();
    expect(refused.stdout).toContain('but the planned file has');
    expect(bench.submits()).toBe(0);
    expect(keysIn()).toEqual([]);
  });

  test('at a store that is neither https nor this machine', async () => {
    const { bench, run, keys } = await startPrivate(oneTransfer('prospolabs') + settings());
    const refused = await run({ ...keys, AWS_ENDPOINT_URL_S3: 'http://store.example.com' });
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('AWS_ENDPOINT_URL_S3 is not usable');
    expect(bench.submits()).toBe(0);
  });
});

test.concurrent('everything secret about a bucket and a session is masked, and written nowhere', () =>
  showNoTrace(2 * HOURS_MS));
