import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BOTH_PROVIDERS, oneTransfer, startWorkbench, type Workbench } from './workbench.ts';

const HOUR_MS = 3_600_000;
const WRITE = { contents: 'write', actions: 'read', 'pull-requests': 'write' } as const;

async function startShared(options: Parameters<typeof startWorkbench>[0] = {}) {
  const bench = await startWorkbench({ config: oneTransfer('empiriolabs'), ...options });
  const token = bench.emulator.github.createToken(WRITE);
  const elsewhere = () => ({ token, workspace: bench.checkout() });
  return { bench, token, elsewhere };
}

function entries(bench: Workbench): { state: string; charge: { microUsd: number } | null }[] {
  return Object.entries(bench.ledger())
    .filter(([path]) => path.startsWith('transfers/'))
    .map(([, text]) => JSON.parse(text));
}

/** Resolves when the ledger was written so often: reserved, announced, accepted. */
async function pushes(bench: Workbench, count: number): Promise<void> {
  let seen = 0;
  await bench.emulator.waitFor(({ path, method, status }) => {
    if (method === 'POST' && path.endsWith('/git-receive-pack') && status === 200) seen += 1;
    return seen >= count;
  });
}

describe.concurrent('a ledger shared by all runs', () => {
  test('says on its branch what was bought, for people too', async () => {
    const { bench, token } = await startShared();
    const run = await bench.run({}, { token });
    expect(run.exitCode, run.stdout).toBe(0);
    const files = bench.ledger();
    expect(files['README.md']).toContain('The ledger of Motion Transfer');
    expect(JSON.parse(files['state.json'] ?? '')).toMatchObject({
      open: [],
      providers: { empiriolabs: { charged: '$0.56', held: '$0.00', purchases: 1 } },
    });
    expect(entries(bench)).toMatchObject([
      {
        state: 'recorded',
        charge: { microUsd: 560_000 },
        archive: { path: 'animations/wave.mp4' },
      },
    ]);
    const printed = run.stdout.replaceAll(/^::add-mask::.*$/gm, '');
    expect(printed + run.stderr).not.toContain(token);
    expect(JSON.stringify(files)).not.toContain(token);
  });

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

  test('lets a run elsewhere take the video from the artifact instead of buying it', async () => {
    const { bench, token, elsewhere } = await startShared();
    await bench.run({}, { token });
    bench.emulator.inject({ at: 'download', kind: 'expired', times: Infinity });
    const place = elsewhere();
    const run = await bench.run({}, place);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain("fetched from that run's artifact, not bought again");
    expect(run.outputs['actual-cost']).toBe('0.00');
    expect(bench.submits()).toBe(1);
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

  test('lets a run elsewhere collect the job of a run that was killed', async () => {
    const { bench, token, elsewhere } = await startShared({ jobDurationMs: HOUR_MS });
    const killed = bench.start({}, { token, runId: 77 });
    await killed.printed('animations/wave: waiting');
    await pushes(bench, 3);
    killed.kill('SIGKILL');
    await killed.finished;
    bench.emulator.github.setAttempt('octo/animations', 77, 1, {
      status: 'completed',
      conclusion: 'failure',
    });
    bench.emulator.advance(HOUR_MS);
    const run = await bench.run({}, elsewhere());
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill.length).toBe(1);
    expect(entries(bench)).toMatchObject([{ state: 'recorded' }]);
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

  test('keeps the month limit over all runs', async () => {
    const { bench, elsewhere } = await startShared({
      config: `${oneTransfer('empiriolabs')}budget: { per-month: 1.00 }\n`,
    });
    expect((await bench.run({}, elsewhere())).exitCode).toBe(0);
    const over = await bench.run({ take: '2' }, elsewhere());
    expect(over.exitCode).toBe(1);
    expect(over.stdout).toContain(
      'Budget exceeded: this month (UTC) may cost $1.26, $0.56 of it spent or held before, more than per-month $1.00',
    );
    expect(bench.submits()).toBe(1);
  });

  test('spends nothing when it cannot be written, and says what to do', async () => {
    const { bench } = await startShared();
    const token = bench.emulator.github.createToken({ contents: 'read' });
    const run = await bench.run({}, { token });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('contents: write');
    expect(bench.submits()).toBe(0);
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

  test('is settled by a person where nobody else can: once, with a reason', async () => {
    const { bench, token, elsewhere } = await startShared({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    const lost = await bench.run({}, { token });
    expect(lost.outputs['unknown-count']).toBe('1');
    const reconciled = await bench.run({ command: 'reconcile' }, elsewhere());
    expect(reconciled.exitCode).toBe(1);
    const [, key = ''] = /write-off: ([0-9a-f]{12})=free/.exec(reconciled.stdout) ?? [];
    const bare = await bench.run(
      { command: 'reconcile', 'write-off': `${key}=charged` },
      elsewhere(),
    );
    expect(bare.stdout).toContain('a write-off needs a reason');
    const settled = await bench.run(
      { command: 'reconcile', 'write-off': `${key}=charged`, reason: 'seen on the dashboard' },
      elsewhere(),
    );
    expect(settled.exitCode, settled.stdout).toBe(0);
    expect(entries(bench)).toMatchObject([
      {
        state: 'written-off',
        message: 'by octocat: seen on the dashboard',
        charge: { microUsd: 380_000 },
      },
    ]);
    expect(bench.submits()).toBe(1);
  });
});
