import { describe, expect, test } from 'vitest';
import { KEYS, KEYS_SET, repeatKeys } from './hostile-text/repeat-keys.ts';
import { namesOfArtifact, oneTransfer, startWorkbench } from './workbench.ts';

describe.concurrent('a key that an answer repeats', () => {
  test('is in nothing that leaves the run: a refusal', () =>
    repeatKeys('a refusal', 'submit', 422));

  test('is in nothing that leaves the run: a text of 200,000 characters', async () => {
    const bench = await startWorkbench({ config: oneTransfer('fal') });
    const detail = `${KEYS.fal.slice(0, 11)}http://`.repeat(10_000) + KEYS.fal;
    bench.emulator.inject({ at: 'submit', kind: 'error', status: 422, body: { detail } });
    const run = await bench.run(
      {},
      { environment: { ...bench.emulator.environment(), ...KEYS_SET } },
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
