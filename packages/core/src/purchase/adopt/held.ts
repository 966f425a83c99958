import type { GenerateStep } from '../../model/plan.ts';
import { MAX_REFUNDED_FAILURES } from '../../model/purchase/purchase.ts';
import { isCollectable } from '../../model/purchase/purchase-state.ts';
import { unlessDefault } from '../../model/transfer.ts';
import type { RunContext } from '../context.ts';
import { readIntent, revisionOf } from '../intent.ts';
import type { Claims } from './claims.ts';

/**
 * What is on record for a step under another fingerprint than its own: with its assets stored otherwise, or from
 * another provider that it allows.
 */

/** Why what is held cannot be waited for and collected here; `null` when it can, and is this transfer's now. */
export function whyNotAdopted(
  run: RunContext,
  { id }: GenerateStep,
  held: string,
  claims: Claims,
): string | null {
  const purchase = run.store.purchases.get(held);
  // What is recorded is fetched from where the other run kept it.
  if (purchase != null && purchase.state !== 'recorded') {
    const { adapter, hasKey } = run.apiFor(purchase.provider).endpoint;
    if (!hasKey)
      return `run ${purchase.holder.runId} is buying it from ${adapter.title}, whose key is not set here; run again when that run is over`;
  }
  return claims.claim(id, [held])
    ? null
    : 'this run buys the same for another transfer; run again to copy that';
}

/** The step as the purchase that is held: its seller and terms, so that it is collected and recorded as what it is. */
export async function stepHeldAs(
  run: RunContext,
  step: GenerateStep,
  held: string,
): Promise<GenerateStep> {
  const purchase = run.store.purchases.get(held);
  if (held === step.fingerprint || purchase == null) return step;
  const { provider } = purchase;
  if (purchase.intent == null) return { ...step, fingerprint: held, provider };
  const { model, options, price } = (await readIntent(run, purchase)).job;
  const { modelName: _modelName, ...rest } = step;
  const name = run.apiFor(provider).endpoint.adapter.models[model]?.name ?? null;
  return {
    ...rest,
    fingerprint: held,
    provider,
    model,
    ...unlessDefault(name),
    adapterRevision: revisionOf(purchase) ?? step.adapterRevision,
    options,
    price: price ?? null,
  };
}

/** Why it is not bought while that is on record. */
export function describeHeld(run: RunContext, held: string): string {
  const purchase = run.store.purchases.get(held);
  if (purchase == null) return 'another run is buying it; run again to collect it';
  const { state, failureCount, holder } = purchase;
  if (['reserved', 'submitting'].includes(state) || isCollectable(state))
    return `run ${holder.runId} is buying it; run again to collect it, it is not bought twice`;
  return failureCount >= MAX_REFUNDED_FAILURES
    ? `it failed ${failureCount} times; change the inputs, or raise take to try again`
    : 'an earlier purchase of it is on record; run again to see what became of it';
}
