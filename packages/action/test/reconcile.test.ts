import { describe, expect, test } from 'vitest';
import { collectWithoutLedger, leaveLock, RUN_ID } from './reconcile-bench.ts';
import { shownText } from './shown-text.ts';
import { oneTransfer, REPOSITORY, startWorkbench } from './workbench.ts';

describe.concurrent('reconcile after a run that was killed', () => {
  test('collects the video in the checkout of the run and reports everything, although the ledger refuses to be written', () =>
    collectWithoutLedger((bench) => bench.workspace));
});

describe('a lock that a killed container job left', () => {
  test('is taken over once GitHub says that its run is over', async () => {
    const bench = await startWorkbench();
    const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
    leaveLock(bench, { repository: REPOSITORY, runId: String(RUN_ID), attempt: 1 });
    const early = await bench.run({}, { token });
    expect(early.exitCode, early.stdout).toBe(1);
    expect(early.stdout).toContain(`is held by process 1 on container.invalid, of run ${RUN_ID}`);
    expect(bench.submits()).toBe(0);
    bench.emulator.github.setAttempt(REPOSITORY, RUN_ID, 1, {
      status: 'completed',
      conclusion: 'cancelled',
    });
    const run = await bench.run({}, { token });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
  });
});
test('a freeze stops buying until it is taken away, and every plan says so', async () => {
  const bench = await startWorkbench({ config: oneTransfer('empiriolabs') });
  const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
  const reconcile = { command: 'reconcile', reason: 'the bill looks wrong' };
  const frozen = await bench.run({ ...reconcile, freeze: 'on' }, { token });
  expect(frozen.exitCode, frozen.stdout).toBe(0);
  const sentence = /Buying is frozen in this repository since .*the bill looks wrong/;
  const plan = await bench.run({ command: 'plan' }, { token });
  expect(plan.stdout).toMatch(sentence);
  expect(shownText(plan.summary)).toMatch(sentence);
  expect(shownText(plan.outputs['comment-body'] ?? '')).toMatch(sentence);
  const run = await bench.run({}, { token });
  expect(run.exitCode, run.stdout).toBe(1);
  expect(bench.submits()).toBe(0);
  await bench.run({ ...reconcile, freeze: 'off' }, { token });
  const allowed = await bench.run({}, { token });
  expect(allowed.exitCode, allowed.stdout).toBe(0);
  expect(bench.submits()).toBe(1);

  const nowhere = await bench.run({ ...reconcile, freeze: 'on', ledger: 'none' });
  expect(nowhere.exitCode).toBe(1);
  expect(nowhere.stdout).toContain('needs a ledger that all runs share');
}, 120_000);
