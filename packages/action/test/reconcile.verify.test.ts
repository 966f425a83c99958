import { describe, expect, test } from 'vitest';
import { collectWithoutLedger, leaveLock, startKilled, statesAtServer } from './reconcile-bench.ts';
import { startWorkbench } from './workbench.ts';

describe.concurrent('reconcile after a run that was killed', () => {
  test('collects the video in the checkout of another machine, although the ledger refuses to be written', () =>
    collectWithoutLedger((bench) => bench.checkout()));

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

describe('a lock that a killed container job left', () => {
  test('and that names no run is broken by reconcile, by its name', async () => {
    const bench = await startWorkbench();
    leaveLock(bench, null);
    const refused = await bench.run({ command: 'reconcile' });
    expect(refused.exitCode).toBe(1);
    const name = /break-lock: ([0-9a-f]{12})/.exec(refused.stdout)?.[1] ?? '';
    const wrong = await bench.run({ command: 'run', 'break-lock': name });
    expect(wrong.stdout).toContain('break-lock: is only for command: reconcile');
    const broken = await bench.run({ command: 'reconcile', 'break-lock': name });
    expect(broken.exitCode, broken.stdout).toBe(0);
    expect(bench.exists('.git/motion-transfer/lock')).toBe(false);
  });
});
