import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BUCKET, keptKeys, sent, settings, startPrivate } from './bucket/bench.ts';
import { lendFiles, refuseCredentials, showNoTrace } from './bucket/scenes.ts';
import { oneTransfer } from './workbench.ts';

const HOURS_MS = 3_600_000;

describe.concurrent('a bucket for a private repository', () => {
  test('lets a provider read the files for a while, once, and is empty afterwards', () =>
    lendFiles('prospolabs'));

  test('keeps the objects where asked, and nothing is uploaded twice', async () => {
    const config = (take: number) =>
      oneTransfer('prospolabs', `    take: ${take}\n`) + settings(', keep: true, prefix: in/puts');
    const { bench, run, keysIn } = await startPrivate(config(1));
    expect((await run()).exitCode).toBe(0);
    expect(keysIn()).toEqual(keptKeys(bench, 'in/puts/'));
    bench.write('.github/motion-transfer.yml', config(2));
    const again = await run();
    expect(again.exitCode, again.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(2);
    expect(sent(bench, 'PUT')).toHaveLength(2);

    // A run that keeps nothing uses what is there, and leaves it.
    bench.write(
      '.github/motion-transfer.yml',
      oneTransfer('prospolabs', '    take: 3\n') + settings(', prefix: in/puts'),
    );
    expect((await run()).exitCode).toBe(0);
    expect(sent(bench, 'PUT')).toHaveLength(2);
    expect(keysIn()).toEqual(keptKeys(bench, 'in/puts/'));
  });

  test('does not take another file of the same name and length for ours', async () => {
    const { bench, cloud, run } = await startPrivate(
      oneTransfer('prospolabs') + settings(', keep: true'),
    );
    const keys = keptKeys(bench);
    const wave = keys.find((key) => key.endsWith('.mp4')) ?? '';
    const bytes = Buffer.alloc(bench.read('wave.mp4').length, 1);
    cloud.putObject(BUCKET, wave, { bytes, contentType: 'video/mp4' });
    const done = await run();
    expect(done.exitCode, done.stdout).toBe(0);
    expect(bench.emulator.bill[0]?.inputs.motionSha256).toBe(
      createHash('sha256').update(bench.read('wave.mp4')).digest('hex'),
    );
    expect(sent(bench, 'PUT')).toHaveLength(2);
  });

  test('is emptied after a job that failed too', async () => {
    const { bench, run, keysIn } = await startPrivate(oneTransfer('prospolabs') + settings());
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: 'dark', message: 'too dark' });
    expect((await run()).exitCode).toBe(1);
    expect(keysIn()).toEqual([]);
  });

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

  test('with a wrong secret', () =>
    refuseCredentials(
      ({ keys }) => ({ ...keys, AWS_SECRET_ACCESS_KEY: 'wrong' }),
      'SignatureDoesNotMatch',
    ));

  test('with a session that ends before the deadline', async () => {
    const bench = await refuseCredentials(
      ({ cloud }) => cloud.credentials(30 * 60_000),
      'AWS_CREDENTIAL_EXPIRATION',
    );
    expect(sent(bench, 'HEAD')).toEqual([]);
  });

  test('when the store redirects, which is not followed', async () => {
    const { bench, run } = await startPrivate(oneTransfer('prospolabs') + settings());
    const to = `${bench.emulator.origin}/files/elsewhere`;
    bench.emulator.inject({ at: 'bucket-write', kind: 'redirect', to, times: Infinity });
    const refused = await run();
    expect(refused.stdout).toContain('it redirects elsewhere');
    expect(bench.emulator.requests.filter(({ path }) => path.includes('elsewhere'))).toEqual([]);
    expect(bench.submits()).toBe(0);
  });

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

describe.concurrent('a session', () => {
  test('that outlasts the run is enough', async () => {
    const { bench, cloud, run, keysIn } = await startPrivate(
      oneTransfer('prospolabs') + settings(),
    );
    const done = await run(cloud.credentials(2 * HOURS_MS));
    expect(done.exitCode, done.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
    expect(keysIn()).toEqual([]);
    expect(done.stdout).not.toContain('AWS_CREDENTIAL_EXPIRATION');
  });
});

test.concurrent('everything secret about a bucket and a session is masked, and written nowhere', () =>
  showNoTrace(2 * HOURS_MS));
