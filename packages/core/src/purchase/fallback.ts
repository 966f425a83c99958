import { type Fallback, fingerprintsOf, type GenerateStep } from '../model/plan.ts';
import type { Claims } from './adopt/claims.ts';
import type { RunContext } from './context.ts';
import {
  type ReservationTerms,
  type ReservedWave,
  reserveWave,
  whyNotReserved,
} from './reserve.ts';

export type FallbackReservation =
  /** ours to buy, or held by another run, which is then waited for */
  | { readonly kind: 'reserved'; readonly step: GenerateStep; readonly wave: ReservedWave }
  | { readonly kind: 'skipped'; readonly why: string };

export interface FallbackRules {
  readonly terms: ReservationTerms;
  readonly claims: Claims;
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
  { terms, claims, down }: FallbackRules,
): Promise<FallbackReservation> {
  const skip = (why: string) => ({ kind: 'skipped', why }) as const;
  const { endpoint } = run.apiFor(fallback.provider);
  const backend = endpoint.adapter.service.backend.value;
  if (!endpoint.hasKey) return skip('its key is not set');
  if (down.has(backend)) return skip(`it runs on the same machines (${backend})`);
  const fingerprints = fingerprintsOf(fallback);
  // Before anything is waited for: another transfer may come to the same provider at the same time.
  if (!claims.claim(planned.id, fingerprints))
    return skip('this run buys the same from it for another transfer; run again to copy that');
  const step = stepAt(planned, fallback);
  const wave = await reserveWave(run, [step], terms);
  if (!wave.granted.has(step.fingerprint) && !wave.taken.has(step.fingerprint)) {
    claims.release(planned.id, fingerprints);
    return skip(whyNotReserved(wave));
  }
  return { kind: 'reserved', step, wave };
}

/** The step as that provider sells it; every other one of its list stays known to its records, under all fingerprints. */
function stepAt(planned: GenerateStep, fallback: Fallback): GenerateStep {
  // These are written only where there are any, so those of the other provider go first.
  const { modelName: _modelName, alsoKnownAs = [], ...step } = planned;
  const own = fingerprintsOf(fallback);
  const isOther = (fingerprint: string) => !own.includes(fingerprint);
  const elsewhereAlsoKnownAs = [...alsoKnownAs, ...(planned.elsewhereAlsoKnownAs ?? [])];
  return {
    ...step,
    ...fallback,
    fallbacks: [planned, ...planned.fallbacks].filter(
      ({ fingerprint }) => fingerprint !== fallback.fingerprint,
    ),
    elsewhere: [planned.fingerprint, ...planned.elsewhere].filter(isOther),
    elsewhereAlsoKnownAs: elsewhereAlsoKnownAs.filter(isOther),
  };
}
