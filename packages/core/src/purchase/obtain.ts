import { MotionTransferError } from '../model/errors.ts';
import type { Fallback, GenerateStep } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import { adoptPurchase } from './adopt/adopt.ts';
import type { Claims } from './adopt/claims.ts';
import { describeHeld, stepHeldAs, whyNotAdopted } from './adopt/held.ts';
import { type BuyOutcome, buy } from './buy.ts';
import { collectJob } from './collect/collect.ts';
import type { Report, RunContext } from './context.ts';
import { reserveFallback } from './fallback.ts';
import { plannedJob } from './paid-job.ts';
import {
  type ReservationTerms,
  type ReservedWave,
  reserveWave,
  whyNotReserved,
} from './reserve.ts';
import * as results from './results.ts';

export interface ObtainContext {
  readonly run: RunContext;
  readonly terms: ReservationTerms;
  readonly claims: Claims;
  readonly report: Report;
}

/**
 * Obtains the video of one planned step: bought from its provider, or from the next of its list when that
 * one provably did not accept it, or adopted from the run that is buying it; then collected. Never throws
 * for what happens to a purchase: what is on record decides what the result says.
 */
export async function obtainTransfer(
  context: ObtainContext,
  planned: GenerateStep,
  wave: ReservedWave,
): Promise<TransferResult> {
  const { run, claims, terms, report } = context;
  const adapterOf = (provider: string) => run.apiFor(provider).endpoint.adapter;
  const notes: string[] = [];
  const down = new Set<string>();
  // The step as whoever was asked last sells it: the records are about that purchase.
  let asked = planned;
  try {
    let { outcome, step } = await obtainFrom(
      context,
      asked,
      wave,
      canAskNext(run, asked, planned.fallbacks),
    );
    asked = step;
    for (const [index, fallback] of planned.fallbacks.entries()) {
      if (outcome.kind === 'paid' || outcome.refusal == null) break;
      const { about, message } = outcome.refusal;
      const { title, service } = adapterOf(asked.provider);
      if (about === 'outage') down.add(service.backend.value);
      const next = await reserveFallback(run, planned, fallback, { terms, claims, down });
      const nextTitle = adapterOf(fallback.provider).title;
      if (next.kind === 'skipped') {
        notes.push(`${nextTitle} was not asked: ${next.why}`);
        continue;
      }
      notes.push(`${title} did not accept it (${message})`);
      asked = next.step;
      run.ports.log.info(`${planned.id}: ${notes.join('; ')}; asking ${nextTitle}`);
      const others = planned.fallbacks.slice(index + 1);
      ({ outcome, step } = await obtainFrom(
        context,
        asked,
        next.wave,
        canAskNext(run, asked, others),
      ));
      asked = step;
    }
    if (outcome.kind === 'ended')
      return results.withNote(outcome.result, notes.length === 0 ? null : notes.join('; '));
    const collected = await collectJob(run, plannedJob(run, asked), report);
    report('done', collected.kind);
    const note =
      notes.length === 0 ? null : `made by ${adapterOf(asked.provider).title}: ${notes.join('; ')}`;
    return results.withNote(results.ofCollected(run, asked, collected), note);
  } catch (error) {
    return ofError(run, asked, error);
  }
}

/** Whether one of them has a key and machines of its own. */
function canAskNext(run: RunContext, step: GenerateStep, others: readonly Fallback[]): boolean {
  const backendOf = (provider: string) =>
    run.apiFor(provider).endpoint.adapter.service.backend.value;
  return others.some(
    ({ provider }) =>
      run.apiFor(provider).endpoint.hasKey && backendOf(provider) !== backendOf(step.provider),
  );
}

interface Obtained {
  readonly outcome: BuyOutcome;
  /** The step as what was bought or adopted: the records are about that purchase. */
  readonly step: GenerateStep;
}

/** From one provider: bought when the hold is ours, adopted when another run has it, under whatever fingerprint. */
async function obtainFrom(
  { run, terms, report, claims }: ObtainContext,
  step: GenerateStep,
  wave: ReservedWave,
  hasNext: boolean,
): Promise<Obtained> {
  const buyHere = async () => ({ outcome: await buy(run, step, { report, hasNext }), step });
  const notBought = (why: string) => ended(step, results.ofNotStarted(step, `not bought: ${why}`));
  if (wave.granted.has(step.fingerprint)) return buyHere();
  if (wave.problem != null && costsAnew(step)) return notBought(wave.problem);
  const held = step.resumes ? step.fingerprint : wave.taken.get(step.fingerprint);
  if (held == null) return notBought('the budget does not allow it');
  const obstacle = whyNotAdopted(run, step, held, claims);
  if (obstacle != null) return notBought(obstacle);
  const adopted = await adoptPurchase(run, held, (note) => report('waiting', note));
  if (adopted.kind === 'free') {
    if (step.resumes)
      return ended(
        step,
        results.ofNotStarted(step, 'the run that was buying it did not; run again to buy it'),
      );
    const again = await reserveWave(run, [step], terms);
    if (again.granted.has(step.fingerprint)) return buyHere();
    const heldNow = again.taken.get(step.fingerprint);
    return notBought(heldNow == null ? whyNotReserved(again) : describeHeld(run, heldNow));
  }
  const as = await stepHeldAs(run, step, held);
  return adopted.kind === 'collectable'
    ? { outcome: { kind: 'paid' }, step: as }
    : ended(as, results.ofAdopted(run, as, adopted));
}

function ended(step: GenerateStep, result: TransferResult): Obtained {
  return { outcome: { kind: 'ended', result, refusal: null }, step };
}

/** What a stop or a fault came to; one that is our own mistake is logged with its stack. */
export function ofError(run: RunContext, step: GenerateStep, error: unknown): TransferResult {
  if (!(error instanceof MotionTransferError)) {
    const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
    run.ports.log.warning(`${step.id}: ${bug}`);
  }
  return results.ofInterruption(run, step, error);
}
