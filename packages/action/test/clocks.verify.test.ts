import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clockOff } from './clocks/clock-off.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

describe.concurrent('a machine whose clock is wrong', () => {
  test('is found wrong by the first answer of a provider where nobody else says what time it is', async () => {
    const bench = await startWithoutArtifacts();
    const run = await bench.run(
      { ledger: 'none', concurrency: '1' },
      { token: '', environment: clockOff(40) },
    );
    expect(run.stdout).toContain('the clock of this machine is taken to be right');
    expect(run.stdout).toMatch(/that of \w+ says .* so it is 40 days ahead/);
    expect(bench.submits()).toBe(1);
  });
});

test('a purchase of the future counts for this month, locks nobody out, and is dated anew by reconcile', async () => {
  const bench = await startWithoutArtifacts({
    config: `${oneTransfer('empiriolabs')}budget: { per-month: 2.00 }\n`,
  });
  const token = bench.emulator.github.createToken({ contents: 'read', actions: 'read' });
  const ledger = `file:${join(bench.workspace, '../ledger.json')}`;
  // Nobody says what time it is to a run without a token whose ledger is a file.
  const early = await bench.run({ ledger }, { token: '', environment: clockOff(40) });
  expect(early.exitCode, early.stdout).toBe(0);

  const low = { 'max-cost-per-month': '1.00' };
  const over = await bench.run({ ledger, take: '2', ...low }, { token });
  expect(over.stdout).toMatch(/it is dated 20\d\d-.*, 40 days from now/);
  expect(over.stdout).toContain('$0.56 of it spent or held before, more than per-month $1.00');
  const more = await bench.run({ ledger, take: '2' }, { token });
  expect(more.exitCode, more.stdout).toBe(0);
  expect(bench.submits()).toBe(2);

  const reason = 'its clock was 40 days ahead';
  const mended = await bench.run({ command: 'reconcile', ledger, reason }, { token });
  expect(mended.exitCode, mended.stdout).toBe(0);
  expect(mended.stdout).toMatch(/animations\/wave: dated 20\d\d-.* from now on/);
  const after = await bench.run({ ledger, take: '2' }, { token });
  expect(after.exitCode, after.stdout).toBe(0);
  expect(after.stdout).not.toContain('days from now');
});
