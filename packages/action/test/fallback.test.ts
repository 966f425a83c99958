import { describe, expect, test } from 'vitest';
import { startWorkbench, type WorkbenchOptions } from './workbench.ts';

/** A list of providers in order of preference, through the bundle: who is asked next, and when nobody is. */
const listOf = (providers: string, more = '') => `version: 1
provider: [${providers}]
${more}transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4, prompt: a robot waves }
`;

/** A pause that nobody waits for who can ask somebody else. */
const paused = {
  at: 'submit',
  provider: 'prospolabs',
  kind: 'error',
  status: 429,
  headers: { 'retry-after': '121' },
  times: Infinity,
} as const;

async function start(providers: string, more = '', options: WorkbenchOptions = {}) {
  return startWorkbench({ config: listOf(providers, more), ...options });
}

describe('the next of the list is asked', () => {
  test.each([
    ['a wrong key', 401],
    ['an empty account', 402],
    ['a route that is not there', 404],
  ])('after %s (%i), with a hold of its own', async (_title, status) => {
    const bench = await start('prospolabs, fal');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['fal']);
    const [result] = bench.results(run).results;
    expect(result).toMatchObject({ state: 'generated', provider: 'fal', holdMicroUsd: 0 });
    expect(result?.message).toMatch(/^made by fal: Prospolabs did not accept it/);
    expect(run.outputs['held-cost']).toBe('0.00');

    const again = await bench.run();
    expect(bench.results(again).results[0]?.state).toBe('reused');
    expect(bench.emulator.bill).toHaveLength(1);
  });
});

describe('when the storage of the first refuses a file, the next', () => {
  const refused = (provider: 'fal' | 'replicate') =>
    ({ at: 'upload', provider, kind: 'error', status: 403, times: Infinity }) as const;

  test.each([
    ['replicate', 'gets it into its own storage', 'upload', 'Replicate'],
    ['empiriolabs', 'reads it at its public address', 'input', 'EmpirioLabs'],
  ] as const)('(%s) %s', async (next, _how, site, title) => {
    const bench = await start(`fal, ${next}`);
    bench.emulator.inject(refused('fal'));
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual([next]);
    expect(bench.emulator.requests.some((request) => request.site?.at === site)).toBe(true);
    expect(bench.submits()).toBe(1);
    const [result] = bench.results(run).results;
    expect(result).toMatchObject({ state: 'generated', provider: next, holdMicroUsd: 0 });
    expect(result?.message).toContain(`made by ${title}: fal did not accept it`);
    expect(run.outputs['held-cost']).toBe('0.00');
    expect((await bench.run()).outputs['reused-count']).toBe('1');
  });

  test('reads it from the bucket, where the repository is private', async () => {
    const staging =
      'staging: { method: auto, s3: { bucket: studio-inputs, region: eu-central-1 } }\n';
    const bench = await start('replicate, empiriolabs', staging, { visibility: 'private' });
    const { cloud } = bench.emulator;
    cloud.createBucket('studio-inputs');
    bench.emulator.inject(refused('replicate'));
    const environment = { ...cloud.addresses(), ...cloud.credentials() };
    const run = await bench.run({}, { environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
    expect([...cloud.objects('studio-inputs')]).toEqual([]);
  });
});

describe('nobody else is asked', () => {
  test('while nobody can say whether the first accepted', async () => {
    const bench = await start('prospolabs, empiriolabs');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'lost-answer' });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'unknown' });
    expect(bench.submits()).toBe(1);
    await bench.run();
    expect(bench.submits()).toBe(1);
  });

  test('when the first refuses what it was asked for', async () => {
    const bench = await start('prospolabs, empiriolabs');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status: 422 });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.submits()).toBe(1);
  });

  test('when its price does not fit the limits', async () => {
    const bench = await start('prospolabs, empiriolabs', 'budget: { per-run: 0.40 }\n');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status: 402 });
    const run = await bench.run();
    expect(bench.emulator.bill).toEqual([]);
    expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
    expect(bench.results(run).results[0]?.message).toContain(
      'EmpirioLabs was not asked: this run may cost $0.70, more than per-run $0.40',
    );
    expect(run.stdout).toContain('::warning');
  });

  test('without its key', async () => {
    const bench = await start('prospolabs, fal');
    bench.emulator.inject({ at: 'submit', provider: 'prospolabs', kind: 'error', status: 402 });
    const run = await bench.run({}, { environment: { FAL_KEY: '' } });
    expect(bench.results(run).results[0]?.message).toContain(
      'fal was not asked: its key is not set',
    );
    expect(bench.emulator.bill).toEqual([]);
  });

  test('on the machines that did not answer', async () => {
    const bench = await start('prospolabs, fal, empiriolabs');
    bench.emulator.inject(paused);
    const run = await bench.run();
    expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
    expect(bench.results(run).results[0]?.message).toContain(
      'fal was not asked: it runs on the same machines (fal)',
    );
  });
});

test('other machines are asked when the first pause for more than two minutes', async () => {
  const bench = await start('prospolabs, empiriolabs');
  bench.emulator.inject(paused);
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.bill.map(({ provider }) => provider)).toEqual(['empiriolabs']);
});

test('the cheapest in a private repository is one that takes the files', async () => {
  const config = listOf('prospolabs', 'staging: { provider: public }\n').replace(
    '[prospolabs]',
    'cheapest',
  );
  const bench = await startWorkbench({ config, visibility: 'private' });
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  const [bought] = bench.emulator.bill;
  expect(['fal', 'replicate']).toContain(bought?.provider);
});
