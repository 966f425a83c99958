import { MotionTransferError } from '../model/errors.ts';
import type { Fallback, GenerateStep } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import { adoptPurchase } from './adopt.ts';
import { type BuyOutcome, buy } from './buy.ts';
import { collectJob } from './collect.ts';
import type { Report, RunContext } from './context.ts';
import { reserveFallback } from './fallback.ts';
import { plannedJob } from './paid-job.ts';
import { type ReservationTerms, type ReservedWave, reserveWave } from './reserve.ts';
import * as results from './results.ts';

export interface ObtainContext {
  readonly run: RunContext;
  readonly terms: ReservationTerms;
  /** Fingerprints that this run buys or collects: nobody else in it asks for them too. */
  readonly claimed: Set<string>;
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
  const { run, claimed, terms, report } = context;
  const adapterOf = (provider: string) => run.apiFor(provider).endpoint.adapter;
  const notes: string[] = [];
  const down = new Set<string>();
  // The step as whoever was asked last sells it: the records are about that purchase.
  let asked = planned;
  try {
    let outcome = await obtainFrom(context, asked, wave, canAskNext(run, asked, planned.fallbacks));
    for (const [index, fallback] of planned.fallbacks.entries()) {
      if (outcome.kind === 'paid' || outcome.refusal == null) break;
      const { about, message } = outcome.refusal;
      const { title, service } = adapterOf(asked.provider);
      if (about === 'outage') down.add(service.backend.value);
      const next = await reserveFallback(run, planned, fallback, { terms, claimed, down });
      const nextTitle = adapterOf(fallback.provider).title;
      if (next.kind === 'skipped') {
        notes.push(`${nextTitle} was not asked: ${next.why}`);
        continue;
      }
      notes.push(`${title} did not accept it (${message})`);
      asked = next.step;
      run.ports.log.info(`${planned.id}: ${notes.join('; ')}; asking ${nextTitle}`);
      const others = planned.fallbacks.slice(index + 1);
      outcome = await obtainFrom(context, asked, next.wave, canAskNext(run, asked, others));
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

/** From one provider: bought when the hold is ours, adopted when another run has it. */
async function obtainFrom(
  { run, terms, report }: ObtainContext,
  step: GenerateStep,
  wave: ReservedWave,
  hasNext: boolean,
): Promise<BuyOutcome> {
  if (wave.granted.has(step.fingerprint)) return buy(run, step, { report, hasNext });
  if (wave.problem != null && costsAnew(step)) return notBought(step, wave.problem);
  if (!step.resumes && !wave.taken.has(step.fingerprint))
    return notBought(step, 'the budget does not allow it');
  const adopted = await adoptPurchase(run, step, (note) => report('waiting', note));
  switch (adopted.kind) {
    case 'collectable':
      return { kind: 'paid' };
    case 'free': {
      if (step.resumes)
        return ended(
          results.ofNotStarted(step, 'the run that was buying it did not; run again to buy it'),
        );
      const again = await reserveWave(run, [step], terms);
      return again.granted.has(step.fingerprint)
        ? buy(run, step, { report, hasNext })
        : notBought(step, 'another run is buying it, or the budget does not allow it');
    }
    default:
      return ended(results.ofAdopted(run, step, adopted));
  }
}

function notBought(step: GenerateStep, why: string): BuyOutcome {
  return ended(results.ofNotStarted(step, `not bought: ${why}`));
}

function ended(result: TransferResult): BuyOutcome {
  return { kind: 'ended', result, refusal: null };
}

/** What a stop or a fault came to; one that is our own mistake is logged with its stack. */
export function ofError(run: RunContext, step: GenerateStep, error: unknown): TransferResult {
  if (!(error instanceof MotionTransferError)) {
    const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
    run.ports.log.warning(`${step.id}: ${bug}`);
  }
  return results.ofInterruption(run, step, error);
}
