import { describe, expect, test } from 'vitest';
import { clockOff } from './clocks/clock-off.ts';
import { startShared } from './ledger/shared.ts';

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
