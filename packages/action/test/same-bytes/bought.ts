import type { ActionRun } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { actionsOf, expectNothingToBuy } from '../formats/scenes.ts';
import { startShared } from '../ledger/shared.ts';
import { oneTransfer } from '../workbench.ts';

export const ID = 'animations/wave';

/** Bought with plain files, and committed with its lockfile. */
export async function startBought() {
  const { bench, token } = await startShared({ config: oneTransfer('prospolabs') });
  const run = await bench.run({}, { token });
  expect(run.exitCode, run.stdout).toBe(0);
  bench.commit('Add the animation');
  return { bench, token, plan: () => bench.run({ command: 'plan' }, { token }) };
}

export function expectReuse(plan: ActionRun): void {
  expect(plan.exitCode, plan.stdout).toBe(0);
  expectNothingToBuy(plan);
  expect(actionsOf(plan)).toEqual({ [ID]: 'reuse' });
}
