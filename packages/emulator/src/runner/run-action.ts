import type { ActionRun } from './action-run.ts';
import type { ActionOptions } from './options.ts';
import { startAction } from './start-action.ts';

/** Runs an action to its end. */
export function runAction(options: ActionOptions): Promise<ActionRun> {
  return startAction(options).finished;
}
