import { expect } from 'vitest';
import { oneTransfer, startWorkbench } from '../workbench.ts';

/** The one that the emulated company knows, and one of another company, with signs that are written in many ways. */
export const KEYS = {
  fal: 'emulated-key-id:emulated-secret',
  other: 'prsp-canary/+0123-456:789=abc',
};

/** Every way in which a server may repeat what it was sent. Each run fails where any of it gets out. */
const echoes = [...Object.values(KEYS), ...KEYS.fal.split(':')].flatMap((key) => [
  key,
  key.toUpperCase(),
  key.slice(0, 12),
  JSON.stringify(key),
  key.replaceAll('/', '\\/'),
  encodeURIComponent(key),
  encodeURIComponent(encodeURIComponent(key)),
  key.replace(/\W/g, (sign) => `&#${sign.charCodeAt(0)};`),
  key.replace(/[\s\S]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  key.replace(/[\s\S]/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
  key.replace(/[\s\S]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
  Buffer.from(key).toString('hex'),
  ...['', '.', '..'].flatMap((before) =>
    (['base64', 'base64url'] as const).map((form) => Buffer.from(before + key).toString(form)),
  ),
]);

export const KEYS_SET = { FAL_KEY: KEYS.fal, PROSPOLABS_API_KEY: KEYS.other };

/** One run of which an answer repeats every form of its keys: what leaves it is searched by the workbench. */
export async function repeatKeys(
  _title: string,
  at: 'submit' | 'status' | 'download',
  status: number,
): Promise<void> {
  const bench = await startWorkbench({ config: oneTransfer('fal') });
  const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
  const detail = echoes.join(' ');
  bench.emulator.inject({
    at,
    ...(at === 'download' ? {} : { provider: 'fal' as const }),
    kind: 'error',
    status,
    body: { detail, error_type: 'internal_error', [KEYS.fal]: KEYS.other },
    // A job is asked again until its state can be read.
    times: at === 'status' ? 2 : Number.POSITIVE_INFINITY,
  });
  const environmentOfRun = { ...bench.emulator.environment(), ...KEYS_SET };
  const run = await bench.run({ 'timeout-minutes': '6' }, { token, environment: environmentOfRun });
  expect(run.exitCode, run.stdout).toBe(at === 'status' ? 0 : 1);
  if (at === 'submit') expect(run.stdout).toContain('***');
}
