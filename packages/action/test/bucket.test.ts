import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ActionRun } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  filesBelow,
  oneTransfer,
  startWorkbench,
  type Workbench,
  type WorkbenchOptions,
} from './workbench.ts';

const BUCKET = 'studio-inputs';
const settings = (more = '') =>
  `staging: { s3: { bucket: ${BUCKET}, region: eu-central-1${more} } }\n`;

/** A private repository, and a bucket that its config names. */
async function startPrivate(config: string, options: WorkbenchOptions = {}) {
  const bench = await startWorkbench({ ...options, config, visibility: 'private' });
  const { cloud } = bench.emulator;
  cloud.createBucket(BUCKET);
  const keys = cloud.credentials();
  const run = (environment: Record<string, string> = keys, inputs = {}) =>
    bench.run(inputs, { environment: { ...cloud.addresses(), ...environment } });
  return { bench, cloud, keys, run, keysIn: () => [...cloud.objects(BUCKET).keys()].sort() };
}

function sent(bench: Workbench, method: string) {
  return bench.emulator.requests.filter(
    (request) => request.mount === 's3' && request.method === method,
  );
}

function keptKeys(bench: Workbench, prefix = 'motion-transfer/'): string[] {
  return [
    ['robot.png', 'png'],
    ['wave.mp4', 'mp4'],
  ]
    .map(([name = '', extension]) => {
      const hash = createHash('sha256').update(bench.read(name)).digest('hex');
      return `${prefix}${hash}.${extension}`;
    })
    .sort();
}

describe('a bucket for a private repository', () => {
  test.concurrent.each(['prospolabs', 'fal'] as const)(
    'lets %s read the files for a while, once, and is empty afterwards',
    async (provider) => {
      const { bench, run, keysIn } = await startPrivate(oneTransfer(provider) + settings());
      const first = await run();
      expect(first.exitCode, first.stdout).toBe(0);
      expect(bench.emulator.bill).toHaveLength(1);
      expect(bench.emulator.bill[0]?.inputs).toEqual({
        characterSha256: createHash('sha256').update(bench.read('robot.png')).digest('hex'),
        motionSha256: createHash('sha256').update(bench.read('wave.mp4')).digest('hex'),
      });
      const puts = sent(bench, 'PUT');
      expect(puts).toHaveLength(2);
      for (const { query } of puts)
        expect(query['X-Amz-SignedHeaders']).toBe(
          'content-length;content-type;host;x-amz-meta-sha256',
        );
      expect(keysIn()).toEqual([]);
      expect(bench.emulator.requests.filter(({ mount }) => mount === 'raw')).toEqual([]);

      const second = await run();
      expect(second.outputs['reused-count'], second.stdout).toBe('1');
      expect(sent(bench, 'PUT')).toHaveLength(2);
      expect(bench.submits()).toBe(1);
    },
  );

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

  test('tries again what may pass, and buys once', async () => {
    const { bench, run, keysIn } = await startPrivate(oneTransfer('prospolabs') + settings());
    bench.emulator.inject({ at: 'bucket-write', kind: 'error', status: 503 });
    bench.emulator.inject({ at: 'bucket-write', kind: 'lost-answer' });
    const done = await run();
    expect(done.exitCode, done.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
    expect(keysIn()).toEqual([]);
  });
});

describe('nothing is bought', () => {
  test.concurrent.each<
    [string, string, (keys: Record<string, string>) => Record<string, string>, string]
  >([
    ['without credentials', '', () => ({}), 'there are no credentials for the bucket'],
    [
      'with a wrong secret',
      '',
      (keys) => ({ ...keys, AWS_SECRET_ACCESS_KEY: 'wrong' }),
      'SignatureDoesNotMatch',
    ],
    [
      'with an unknown key',
      '',
      (keys) => ({ ...keys, AWS_ACCESS_KEY_ID: 'AKIANOBODY' }),
      'InvalidAccessKeyId',
    ],
    [
      'with a session token that belongs to no session',
      '',
      (keys) => ({ ...keys, AWS_SESSION_TOKEN: 'c3RyYW5nZXI=' }),
      'InvalidToken',
    ],
    [
      'in another region',
      ', region: us-east-1',
      (keys) => keys,
      'AuthorizationQueryParametersError',
    ],
  ])('%s', async (_title, more, environmentOf, message) => {
    const config = more === '' ? settings() : `staging: { s3: { bucket: ${BUCKET}${more} } }\n`;
    const { bench, run, keys } = await startPrivate(oneTransfer('prospolabs') + config);
    const refused = await run(environmentOf(keys));
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain(message);
    expect(refused.stdout).toContain('nothing was bought');
    expect(bench.submits()).toBe(0);
    expect(Number(refused.outputs['held-cost'] ?? 0)).toBe(0);
  });

  test.each([
    ['ends before the deadline', 30, 'AWS_CREDENTIAL_EXPIRATION'],
    ['is over', -1, 'role-duration-seconds'],
  ])('with a session that %s', async (_title, minutes, message) => {
    const { bench, cloud, run } = await startPrivate(oneTransfer('prospolabs') + settings());
    const refused = await run(cloud.credentials(minutes * 60_000));
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain(message);
    expect(refused.stdout).toContain('nothing was bought');
    expect(sent(bench, 'HEAD')).toEqual([]);
    expect(bench.submits()).toBe(0);
    expect(Number(refused.outputs['held-cost'] ?? 0)).toBe(0);
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

  test('while the config names no bucket', async () => {
    const { bench, run } = await startPrivate(`${oneTransfer('prospolabs')}staging: s3\n`);
    const refused = await run();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('staging: { s3: { bucket: ..., region: ... } }');
    expect(bench.submits()).toBe(0);
  });
});

describe('a session', () => {
  const HOURS = 2 * 3_600_000;

  test('that outlasts the run is enough', async () => {
    const { bench, cloud, run, keysIn } = await startPrivate(
      oneTransfer('prospolabs') + settings(),
    );
    const done = await run(cloud.credentials(HOURS));
    expect(done.exitCode, done.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(1);
    expect(keysIn()).toEqual([]);
    expect(done.stdout).not.toContain('AWS_CREDENTIAL_EXPIRATION');
  });

  test('that nobody says the end of is used, with one warning', async () => {
    const { bench, cloud, run } = await startPrivate(`version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: a.mp4 }
  - { character: robot.png, motion: wave.mp4, output: b.mp4, tier: pro }
${settings()}`);
    const { AWS_CREDENTIAL_EXPIRATION, ...session } = cloud.credentials(HOURS);
    const done = await run(session);
    expect(done.exitCode, done.stdout).toBe(0);
    expect(bench.emulator.bill).toHaveLength(2);
    expect(done.stdout.match(/::warning.*AWS_CREDENTIAL_EXPIRATION/g)).toHaveLength(1);
  });
});

describe('everything secret about a bucket is masked, and written nowhere', () => {
  test.each([
    ['a session', 2 * 3_600_000],
    ['keys', undefined],
  ])('with %s', async (_title, sessionMs) => {
    const { bench, cloud, run } = await startPrivate(oneTransfer('fal') + settings());
    const { AWS_CREDENTIAL_EXPIRATION, ...secrets } = cloud.credentials(sessionMs);
    // The provider repeats the signed address that it could not read.
    bench.emulator.inject({ at: 'bucket-read', kind: 'error', status: 403, after: 4, times: 9 });
    expectNoTrace(bench, await run(secrets), Object.values(secrets));
  });
});

/** Twelve ways in which a secret may be written. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const encoded = encodeURIComponent(secret);
  return [
    secret,
    encoded,
    encoded.toLowerCase(),
    encodeURIComponent(encoded),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    Buffer.from(`:${secret}`).toString('base64').replace(/=+$/, '').slice(3),
    hex,
    hex.toUpperCase(),
    [...secret].reverse().join(''),
    [...bytes].map((byte) => `\\u00${byte.toString(16).padStart(2, '0')}`).join(''),
  ];
}

function expectNoTrace(bench: Workbench, run: ActionRun, given: readonly string[]): void {
  const signed = bench.emulator.requests
    .filter(({ mount }) => mount === 's3')
    .flatMap(({ query }) => [query['X-Amz-Signature'], query['X-Amz-Security-Token']])
    .filter((secret) => secret !== undefined);
  expect(signed.length).toBeGreaterThan(4);
  const secrets = [...new Set([...given, ...signed])];
  expect(run.masks).toEqual(expect.arrayContaining(secrets));
  const forms = secrets.flatMap(formsOf);
  const log = run.stdout
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
  const kept = [
    ...filesBelow(bench.workspace),
    ...filesBelow(run.outputs['output-directory'] ?? ''),
  ].map((file) => readFileSync(file).toString('latin1'));
  const ledger = Object.values(bench.ledger());
  for (const text of [log, run.summary, JSON.stringify(run.outputs), ...kept, ...ledger])
    for (const form of forms) {
      const at = text.indexOf(form);
      expect(at < 0 ? '' : text.slice(Math.max(0, at - 200), at + form.length)).toBe('');
    }
}
