import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clockOff } from './clocks/clock-off.ts';
import { startShared } from './ledger/shared.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

describe.concurrent('a machine whose clock is wrong', () => {
  test.each([
    [40, /so it is 40 days ahead/],
    [-40, /so it is 40 days behind/],
  ])('by %d days buys nothing, and keeps nobody else from buying', async (days, reason) => {
    const { bench, token, elsewhere } = await startShared();
    const wrong = await bench.run({}, { token, environment: clockOff(days) });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toMatch(reason);
    expect(wrong.stdout).toContain('set it (NTP), then run again');
    expect(bench.submits()).toBe(0);

    const right = await bench.run({}, elsewhere());
    expect(right.exitCode, right.stdout).toBe(0);
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
