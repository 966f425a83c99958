import type { Fallback, GenerateStep } from '../model/plan.ts';
import type { RunContext } from './context.ts';
import { type ReservationTerms, type ReservedWave, reserveWave } from './reserve.ts';

export type FallbackReservation =
  /** ours to buy, or held by another run, which is then waited for */
  | { readonly kind: 'reserved'; readonly step: GenerateStep; readonly wave: ReservedWave }
  | { readonly kind: 'skipped'; readonly why: string };

export interface FallbackRules {
  readonly terms: ReservationTerms;
  /** Fingerprints that this run buys or collects: nobody else in it asks for them too. */
  readonly claimed: Set<string>;
  /** Machines that did not serve this step a moment ago, which several names may share. */
  readonly down: ReadonlySet<string>;
}

/**
 * Reserves a step at the next provider of its list, with a hold of its own that has to fit the limits as
 * they are by then.
 */
export async function reserveFallback(
  run: RunContext,
  planned: GenerateStep,
  fallback: Fallback,
  { terms, claimed, down }: FallbackRules,
): Promise<FallbackReservation> {
  const skip = (why: string) => ({ kind: 'skipped', why }) as const;
  const { endpoint } = run.apiFor(fallback.provider);
  const backend = endpoint.adapter.service.backend.value;
  if (!endpoint.hasKey) return skip('its key is not set');
  if (down.has(backend)) return skip(`it runs on the same machines (${backend})`);
  if (claimed.has(fallback.fingerprint))
    return skip('this run buys the same from it for another transfer; run again to copy that');
  const step = stepAt(planned, fallback);
  const wave = await reserveWave(run, [step], terms);
  if (!wave.granted.has(step.fingerprint) && !wave.taken.has(step.fingerprint))
    return skip(whyNotReserved(wave));
  claimed.add(step.fingerprint);
  return { kind: 'reserved', step, wave };
}

/** The step as that provider sells it; every other one of its list stays known to its records. */
function stepAt(planned: GenerateStep, fallback: Fallback): GenerateStep {
  // The name is written only where it is not the default, so that of the other provider goes first.
  const { modelName: _modelName, ...step } = planned;
  return {
    ...step,
    ...fallback,
    fallbacks: [planned, ...planned.fallbacks].filter(
      ({ fingerprint }) => fingerprint !== fallback.fingerprint,
    ),
    elsewhere: [planned.fingerprint, ...planned.elsewhere].filter(
      (fingerprint) => fingerprint !== fallback.fingerprint,
    ),
  };
}

function whyNotReserved({ problem, decision }: ReservedWave): string {
  const messages = decision.violations.map(({ message }) => message);
  return problem ?? (messages.length > 0 ? messages.join('; ') : 'the budget does not allow it');
}
