import { describe, expect, test } from 'vitest';
import { entries, HOUR_MS, pushes, startShared } from './ledger/shared.ts';
import { shownText } from './shown-text.ts';
import { oneTransfer } from './workbench.ts';

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

  test('keeps the month limit over all runs', async () => {
    const { bench, elsewhere } = await startShared({
      config: `${oneTransfer('empiriolabs')}budget: { per-month: 1.00 }\n`,
    });
    expect((await bench.run({}, elsewhere())).exitCode).toBe(0);
    const over = await bench.run({ take: '2' }, elsewhere());
    expect(over.exitCode).toBe(1);
    expect(over.stdout).toContain(
      'Budget exceeded: this month (UTC) may cost $1.12, $0.56 of it spent or held before, more than per-month $1.00',
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

  test('is settled by a person where nobody else can: once, with a reason', async () => {
    const { bench, token, elsewhere } = await startShared({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    const lost = await bench.run({}, { token });
    expect(lost.outputs['unknown-count']).toBe('1');
    const again = await bench.run({}, { token });
    expect(again.outputs).toMatchObject({ 'unknown-count': '1', 'held-cost': '0.304' });
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
    expect(shownText(settled.summary)).toContain('reconcile: 1 written off');
    expect(shownText(settled.summary)).toContain(
      '- animations/wave at prospolabs: counts as $0.304, $0.304 was held (by octocat: seen on the dashboard)',
    );
    expect(entries(bench)).toMatchObject([
      {
        state: 'written-off',
        message: 'by octocat: seen on the dashboard',
        charge: { microUsd: 304_000 },
      },
    ]);
    expect(bench.submits()).toBe(1);
  });
});
