import { describe, expect, test } from 'vitest';
import { namesOfArtifact, oneTransfer, startWorkbench } from './workbench.ts';

/** The one that the emulated company knows, and one of another company, with signs that are written in many ways. */
const KEYS = { fal: 'emulated-key-id:emulated-secret', other: 'prsp-canary/+0123-456:789=abc' };

/** Every way in which a server may repeat what it was sent. Each run fails where any of it gets out. */
const echoes = Object.values(KEYS).flatMap((key) => [
  key,
  key.toUpperCase(),
  key.slice(0, 12),
  JSON.stringify(key),
  key.replaceAll('/', '\\/'),
  encodeURIComponent(key),
  encodeURIComponent(encodeURIComponent(key)),
  key.replace(/\W/g, (sign) => `&#${sign.charCodeAt(0)};`),
  Buffer.from(key).toString('hex'),
  ...['', '.', '..'].flatMap((before) =>
    (['base64', 'base64url'] as const).map((form) => Buffer.from(before + key).toString(form)),
  ),
]);

describe.concurrent('a key that an answer repeats', () => {
  const environment = { FAL_KEY: KEYS.fal, PROSPOLABS_API_KEY: KEYS.other };
  test.each([
    ['a refusal', 'submit', 422],
    ['an answer that settles nothing', 'submit', 500],
    ['the state of a job', 'status', 422],
    ['a video that is gone', 'download', 410],
  ] as const)('is in nothing that leaves the run: %s', async (_title, at, status) => {
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
    const environmentOfRun = { ...bench.emulator.environment(), ...environment };
    const run = await bench.run(
      { 'timeout-minutes': '6' },
      { token, environment: environmentOfRun },
    );
    expect(run.exitCode, run.stdout).toBe(at === 'status' ? 0 : 1);
    if (at === 'submit') expect(run.stdout).toContain('***');
  });

  test('is in nothing that leaves the run: a text of 200,000 characters', async () => {
    const bench = await startWorkbench({ config: oneTransfer('fal') });
    const detail = `${KEYS.fal.slice(0, 11)}http://`.repeat(10_000) + KEYS.fal;
    bench.emulator.inject({ at: 'submit', kind: 'error', status: 422, body: { detail } });
    const run = await bench.run(
      {},
      { environment: { ...bench.emulator.environment(), ...environment } },
    );
    expect(run.exitCode).toBe(1);
    expect(run.stdout.length).toBeLessThan(20_000);
    expect(run.summary.length).toBeLessThan(20_000);
  });
});

describe.concurrent('a command of the runner', () => {
  test('is refused in an output, before anything is bought', async () => {
    const config = oneTransfer('fal').replace('animations/wave', '"##[set-output name=x]yes');
    const bench = await startWorkbench({ config: config.replace('yes.mp4', 'yes.mp4"') });
    const run = await bench.run({ 'artifact-layout': 'files' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('must not hold # #[, which begins a command of the runner');
    expect(bench.submits()).toBe(0);
  });

  test('is refused in an id', async () => {
    const bench = await startWorkbench({
      config: oneTransfer('fal', '    id: "##[add-path]/tmp"\n'),
    });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(bench.submits()).toBe(0);
  });

  test('does not come alive in what the artifact service answers', async () => {
    const bench = await startWorkbench({ config: oneTransfer('fal') });
    bench.emulator.inject({
      at: 'artifact-create',
      kind: 'error',
      status: 400,
      body: { msg: 'bad ##[set-env name=PATH]/tmp\n::set-output name=a::b\r::add-path::/tmp' },
      times: Number.POSITIVE_INFINITY,
    });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('set-env');
  });
});

test('a file that is an artifact by itself has a plain name; in the bundle it keeps its own', async () => {
  const config = oneTransfer('fal').replace(
    'animations/wave.mp4',
    '"animations/caf\u00e9 [1] & (2) ##x.mp4"',
  );
  const bench = await startWorkbench({ config });
  const run = await bench.run({ 'artifact-layout': 'files' });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(namesOfArtifact(bench)).toContain('animations/caf\u00e9 [1] & (2) ##x.mp4');
  const names = bench.emulator.artifacts.map(({ name }) => name);
  expect(names).toContain('caf___1_____2____x.mp4');
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
});
