import { resolveInside } from '../media/paths.ts';
import { messageOf } from '../model/errors.ts';
import { purchaseOf } from '../model/lockfile/lockfile.ts';
import type { ReuseStep, Step } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import { moveInto } from '../purchase/collect/output-file.ts';
import type { RunContext } from '../purchase/context.ts';
import * as results from '../purchase/results.ts';

/** The result of a step that nothing had to be bought for. A copy that fails is reported, not fatal. */
export async function settleOther(
  context: RunContext,
  step: Step,
  bought: ReadonlyMap<string, TransferResult>,
): Promise<TransferResult> {
  switch (step.action) {
    case 'blocked':
      return results.ofBlocked(step);
    case 'reuse':
      return settleReuse(context, step);
    case 'generate': {
      const original = step.sameAs == null ? null : bought.get(step.sameAs);
      if (original == null) {
        return results.ofNotStarted(step, 'not bought: the budget does not allow it');
      }
      if (original.sha256 == null) {
        return {
          ...original,
          id: step.id,
          output: step.output,
          holdMicroUsd: 0,
          charge: null,
          isBoughtHere: false,
        };
      }
      return settleCopy(context, step, original.output, results.ofCopy(step, original));
    }
  }
}

async function settleReuse(context: RunContext, step: ReuseStep): Promise<TransferResult> {
  const result = results.ofReuse(context, step);
  return step.copyFrom == null ? result : settleCopy(context, step, step.copyFrom, result);
}

type CopiedStep = Exclude<Step, { readonly action: 'blocked' }>;

async function settleCopy(
  context: RunContext,
  step: CopiedStep,
  from: string,
  result: TransferResult,
): Promise<TransferResult> {
  try {
    await copyOutput(context, step, from);
    return result;
  } catch (error) {
    const message = `${from} could not be copied to ${step.output}: ${messageOf(error)}`;
    return { ...result, state: 'failed', message };
  }
}

async function copyOutput(
  { ports, workspace, store }: RunContext,
  step: CopiedStep,
  from: string,
): Promise<void> {
  const target = await resolveInside(ports, workspace, step.output);
  await moveInto({ ports }, await resolveInside(ports, workspace, from), target);
  const entry = store.lockfile.outputs[from];
  if (entry == null) return;
  // What was made of the original lies beside the original.
  const { webFiles: _webFiles, ...locked } = purchaseOf(entry, step.fingerprint);
  const charge = { microUsd: 0, source: 'estimated' as const };
  await store.lockOutput(step.output, { ...locked, copyOf: from, holdMicroUsd: 0, charge });
}
