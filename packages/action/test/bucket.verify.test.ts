import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BUCKET, keptKeys, sent, settings, startPrivate } from './bucket/bench.ts';
import { lendFiles, refuseCredentials, showNoTrace } from './bucket/scenes.ts';
import { oneTransfer } from './workbench.ts';

/** More of what bucket.test.ts shows by an example each. */
const HOURS_MS = 3_600_000;

describe.concurrent('a bucket for a private repository', () => {
  test('lets fal read the files for a while, once, and is empty afterwards', () =>
    lendFiles('fal'));

  test('is used by auto only for what nothing else can do', async () => {
    const auto = `staging: { method: auto, s3: { bucket: ${BUCKET}, region: eu-central-1 } }\n`;
    const { bench, run } = await startPrivate(oneTransfer('replicate') + auto);
    expect((await run()).exitCode).toBe(0);
    expect(sent(bench, 'PUT')).toEqual([]);
    bench.write('.github/motion-transfer.yml', oneTransfer('fal') + auto);
    const second = await run({ ...bench.emulator.cloud.credentials() }, { refresh: 'true' });
    expect(second.exitCode, second.stdout).toBe(0);
  });

  test('uploads once for all transfers of a run', async () => {
    const config = `version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: a.mp4 }
  - { character: robot.png, motion: wave.mp4, output: b.mp4, tier: pro }
  - { character: robot.png, motion: wave.mp4, output: c.mp4, take: 2 }
${settings()}`;
    const { bench, run, keysIn } = await startPrivate(config);
    const done = await run();
    expect(done.outputs['generated-count'], done.stdout).toBe('3');
    expect(sent(bench, 'PUT')).toHaveLength(2);
    expect(keysIn()).toEqual([]);
  });

  test('tries again what may pass, and buys once', async () => {
    const { bench, run, keysIn } = await startPrivate(oneTransfer('prospolabs') + settings());
    bench.emulator.inject({ at: 'bucket-write', kind: 'error', status: 503 });
    bench.emulator.inject({ at: 'bucket-write', kind: 'lost-answer' });
    const done = await run();
    expect(done.exitCode, done.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
    expect(keysIn()).toEqual([]);
  });

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
});

describe.concurrent('nothing is bought', () => {
  test('with an unknown key', () =>
    refuseCredentials(
      ({ keys }) => ({ ...keys, AWS_ACCESS_KEY_ID: 'AKIANOBODY' }),
      'InvalidAccessKeyId',
    ));

  test('with a session token that belongs to no session', () =>
    refuseCredentials(
      ({ keys }) => ({ ...keys, AWS_SESSION_TOKEN: 'c3RyYW5nZXI=' }),
      'InvalidToken',
    ));

  test('in another region', () =>
    refuseCredentials(
      ({ keys }) => keys,
      'AuthorizationQueryParametersError',
      `staging: { s3: { bucket: ${BUCKET}, region: us-east-1 } }\n`,
    ));

  test('with a session that is over', async () => {
    const bench = await refuseCredentials(
      ({ cloud }) => cloud.credentials(-60_000),
      'role-duration-seconds',
    );
    expect(sent(bench, 'HEAD')).toEqual([]);
  });

  test('with a session that is over, where only the store knows that', async () => {
    const { bench, cloud, run } = await startPrivate(oneTransfer('prospolabs') + settings());
    const { AWS_CREDENTIAL_EXPIRATION, ...session } = cloud.credentials(60_000);
    bench.emulator.advance(120_000);
    const refused = await run(session);
    expect(refused.stdout).toContain('ExpiredToken');
    expect(bench.submits()).toBe(0);
  });

  test('when a signed address has expired by the time it is used', async () => {
    const { bench, run } = await startPrivate(oneTransfer('prospolabs') + settings());
    bench.emulator.advance(20 * 60_000);
    const refused = await run();
    expect(refused.stdout).toContain('access is denied (HTTP 403, AccessDenied)');
    expect(bench.submits()).toBe(0);
  });

  test('when there is no such bucket', async () => {
    const config = settings().replace(BUCKET, 'somebody-elses');
    const { bench, run } = await startPrivate(oneTransfer('prospolabs') + config);
    const refused = await run();
    expect(refused.stdout).toContain('there is no bucket somebody-elses (HTTP 404, NoSuchBucket)');
    expect(bench.submits()).toBe(0);
  });

  test('while the config names no bucket', async () => {
    const { bench, run } = await startPrivate(`${oneTransfer('prospolabs')}staging: s3\n`);
    const refused = await run();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('staging: { s3: { bucket: ..., region: ... } }');
    expect(bench.submits()).toBe(0);
  });

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
});

describe.concurrent('a session', () => {
  test('that nobody says the end of is used, with one warning', async () => {
    const { bench, cloud, run } = await startPrivate(`version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: a.mp4 }
  - { character: robot.png, motion: wave.mp4, output: b.mp4, tier: pro }
${settings()}`);
    const { AWS_CREDENTIAL_EXPIRATION, ...session } = cloud.credentials(2 * HOURS_MS);
    const done = await run(session);
    expect(done.exitCode, done.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(2);
    expect(done.stdout.match(/::warning.*AWS_CREDENTIAL_EXPIRATION/g)).toHaveLength(1);
  });

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

test.concurrent('everything secret about a bucket and its keys is masked, and written nowhere', () =>
  showNoTrace());
