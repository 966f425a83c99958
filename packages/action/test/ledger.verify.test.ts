import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entries, HOUR_MS, startShared } from './ledger/shared.ts';
import { BOTH_PROVIDERS, oneTransfer, type Workbench } from './workbench.ts';

/** More of what ledger.test.ts shows by an example each. */
describe.concurrent('a ledger shared by all runs', () => {
  test('takes the other purchases of a run of which one was answered with an id of 300 kB', async () => {
    const { bench, token, elsewhere } = await startShared({ config: BOTH_PROVIDERS });
    const json = JSON.stringify('x'.repeat(300_000));
    bench.emulator.inject({ at: 'submit', provider: 'empiriolabs', kind: 'id', json });
    const run = await bench.run({}, { token });
    const states = bench.results(run).results.map(({ provider, state }) => `${provider} ${state}`);
    expect(states.sort(), run.stdout).toEqual(['empiriolabs unknown', 'prospolabs generated']);
    expect(
      entries(bench)
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['recorded', 'unknown']);
    expect(run.stdout).toContain('has 300000 characters, where an id has at most 512');
    expect(JSON.stringify(bench.ledger()).length).toBeLessThan(20_000);
    const again = await bench.run({}, elsewhere());
    expect(bench.submits(), again.stdout).toBe(2);
  });

  test('has a run elsewhere fetch an artifact once, however many of its videos it needs', async () => {
    const outputs = ['wave', 'dance', 'wave-again', 'dance-again'];
    const transfers = outputs.map(
      (name, index) =>
        `  - { character: robot.png, motion: ${name.split('-')[0]}.mp4, output: animations/${name}.mp4, take: ${index + 1} }\n`,
    );
    const config = `version: 1\nprovider: empiriolabs\ntransfers:\n${transfers.join('')}`;
    const { bench, token, elsewhere } = await startShared({ config });
    await bench.run({}, { token });
    bench.emulator.inject({ at: 'download', kind: 'expired', times: Infinity });
    const place = elsewhere();
    const run = await bench.run({}, place);
    expect(run.exitCode, run.stdout).toBe(0);
    for (const name of outputs)
      expect(existsSync(join(place.workspace, `animations/${name}.mp4`))).toBe(true);
    const downloads = bench.emulator.requests.filter(({ path }) =>
      /artifacts\/\d+\/zip$/.test(path),
    );
    expect(downloads.length).toBe(1);
    expect(existsSync(join(place.workspace, '.git/motion-transfer/artifacts'))).toBe(false);
  });

  test('can be a file, with the same limits', async () => {
    const { bench } = await startShared({
      config: `${oneTransfer('empiriolabs')}budget: { per-month: 1.00 }\n`,
    });
    const ledger = `file:${bench.workspace}/../ledger.json`;
    expect((await bench.run({ ledger }, { workspace: bench.checkout() })).exitCode).toBe(0);
    const over = await bench.run({ ledger, take: '2' }, { workspace: bench.checkout() });
    expect(over.stdout).toContain('more than per-month $1.00');
    const again = await bench.run({ ledger }, { workspace: bench.checkout() });
    expect(again.exitCode, again.stdout).toBe(0);
    expect(bench.submits()).toBe(1);
  });

  test('that is given up says loudly which limits are off', async () => {
    const { bench, token } = await startShared({
      config: `${oneTransfer('empiriolabs')}budget: { per-month: 1.00, per-pull-request: 1.00 }\n`,
    });
    const run = await bench.run({ ledger: 'none' }, { token });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain('The limits per-pull-request and per-month are OFF');
    expect(run.summary).toContain('OFF');
    expect(bench.ledger()).toEqual({});
  });

  test('lets a run elsewhere take the video from the artifact instead of buying it', async () => {
    const { bench, token, elsewhere } = await startShared();
    await bench.run({}, { token });
    bench.emulator.inject({ at: 'download', kind: 'expired', times: Infinity });
    const place = elsewhere();
    const run = await bench.run({}, place);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain("fetched from that run's artifact, not bought again");
    expect(run.outputs).toMatchObject({
      'actual-cost': '0.00',
      'generated-count': '0',
      'collected-count': '1',
    });
    expect(run.summary).toContain('## Motion transfer: 1 collected, $0.00 spent');
    expect(bench.submits()).toBe(1);
  });

  test('remembers that nobody keeps a video any more: later runs are blocked without asking', async () => {
    const { bench, token, elsewhere } = await startShared();
    await bench.run({ 'retention-days': '1' }, { token });
    bench.emulator.advance(48 * HOUR_MS);
    bench.emulator.inject({ at: 'download', kind: 'expired', times: Infinity });
    const lost =
      /paid on \d{4}-\d\d-\d\d \(\$0\.56\), and nobody keeps the video any more: artifact motion-transfer of run \d+ expired or was deleted; EmpirioLabs does not give it again/;
    const asking = await bench.run({}, elsewhere());
    expect(asking.exitCode).toBe(1);
    expect(bench.results(asking).results, asking.stdout).toMatchObject([
      { state: 'blocked', message: expect.stringMatching(lost), charge: null },
    ]);
    expect(asking.outputs['blocked-count']).toBe('1');
    const asked = questionsAboutJobs(bench);

    const later = await bench.run({}, elsewhere());
    expect(later.stdout).toMatch(lost);
    expect(bench.results(later).results).toMatchObject([{ state: 'blocked' }]);
    expect(asked).toBeGreaterThan(0);
    expect(questionsAboutJobs(bench)).toBe(asked);
    expect(bench.submits()).toBe(1);
  });

  test('that was deleted or rewritten since the lockfile named it lets nothing be spent', async () => {
    const { bench, token, elsewhere } = await startShared();
    expect((await bench.run({}, { token })).exitCode).toBe(0);
    bench.commit('Add the animation and its lockfile');
    bench.deleteLedger();
    const run = await bench.run({ take: '2' }, elsewhere());
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('was rewritten or deleted');
    expect(run.stdout).toContain('Nothing is spent');
    const without = await bench.run({ take: '2' }, { workspace: bench.checkout() });
    expect(without.exitCode).toBe(1);
    expect(without.stdout).toContain('nothing is spent without it');
    expect(bench.submits()).toBe(1);
  });

  test('has concurrent runs of one commit buy once, and both deliver', async () => {
    const { bench, elsewhere } = await startShared({ jobDurationMs: 1_000 });
    const runs = await Promise.all([bench.run({}, elsewhere()), bench.run({}, elsewhere())]);
    for (const run of runs) expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.length).toBe(1);
    const bundles = bench.emulator.artifacts.filter(({ name }) => !name.endsWith('.html'));
    expect(bundles.length).toBe(2);
    const costs = runs.map((run) => run.outputs['actual-cost']).sort();
    expect(costs).toEqual(['0.00', '0.56']);
  });
});

function questionsAboutJobs({ emulator }: Workbench): number {
  return emulator.requests.filter(({ site }) => site?.at === 'status' || site?.at === 'download')
    .length;
}
