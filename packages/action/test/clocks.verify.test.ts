import { describe, expect, test } from 'vitest';
import { clockOff } from './clocks/clock-off.ts';
import { startWithoutArtifacts } from './workbench.ts';

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
