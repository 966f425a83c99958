import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ActionRun } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { filesBelow, oneTransfer, type Workbench } from '../workbench.ts';
import { sent, settings, startPrivate } from './bench.ts';

/** One purchase, whose provider reads the files from the bucket, and a run that reuses it. */
export async function lendFiles(provider: 'prospolabs' | 'fal'): Promise<void> {
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
    expect(query['X-Amz-SignedHeaders']).toBe('content-length;content-type;host;x-amz-meta-sha256');
  expect(keysIn()).toEqual([]);
  expect(bench.emulator.requests.filter(({ mount }) => mount === 'raw')).toEqual([]);

  const second = await run();
  expect(second.outputs['reused-count'], second.stdout).toBe('1');
  expect(sent(bench, 'PUT')).toHaveLength(2);
  expect(bench.submits()).toBe(1);
}

type PrivateBench = Awaited<ReturnType<typeof startPrivate>>;

/** Nothing is bought with these credentials, and the message says why. */
export async function refuseCredentials(
  environmentOf: (bench: PrivateBench) => Record<string, string>,
  message: string,
  staging = settings(),
): Promise<Workbench> {
  const started = await startPrivate(oneTransfer('prospolabs') + staging);
  const refused = await started.run(environmentOf(started));
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain(message);
  expect(refused.stdout).toContain('nothing was bought');
  expect(started.bench.submits()).toBe(0);
  expect(Number(refused.outputs['held-cost'] ?? 0)).toBe(0);
  return started.bench;
}

/** Credentials of a session of this length, or keys without one, leave no trace. */
export async function showNoTrace(sessionMs?: number): Promise<void> {
  const { bench, cloud, run } = await startPrivate(oneTransfer('fal') + settings());
  const { AWS_CREDENTIAL_EXPIRATION, ...secrets } = cloud.credentials(sessionMs);
  // The provider repeats the signed address that it could not read.
  bench.emulator.inject({ at: 'bucket-read', kind: 'error', status: 403, after: 4, times: 9 });
  expectNoTrace(bench, await run(secrets), Object.values(secrets));
}

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
