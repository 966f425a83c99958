import { describe, expect, test } from 'vitest';
import { startKilled, statesAtServer } from './reconcile-bench.ts';

describe.concurrent('reconcile after a run that was killed', () => {
  test('collects and records it once the ledger can be written again', async () => {
    const bench = await startKilled();
    const refused = bench.emulator.github.createToken({ contents: 'read', actions: 'read' });
    await bench.run({ command: 'reconcile' }, { token: refused });
    const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
    await bench.run({ command: 'reconcile' }, { token });
    expect(statesAtServer(bench)).toEqual(['recorded', 'unknown']);
    expect(bench.submits()).toBe(2);
  });
});
