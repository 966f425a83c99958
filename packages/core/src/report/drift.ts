import { formatUsd, formatUsdRange } from '../model/money.ts';
import { type Estimate, fingerprintsOf, type Plan } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';

/** A bought video whose reported charge is not what was estimated. */
export interface Drift {
  readonly id: string;
  readonly provider: string;
  readonly lowMicroUsd: number;
  readonly highMicroUsd: number;
  readonly chargedMicroUsd: number;
  /** Of the nearest end of the estimate: 0.1 is 10 % more, -0.1 is 10 % less. */
  readonly share: number;
  /** Far enough off that a price or a rule of ours is likely wrong. */
  readonly isLarge: boolean;
}

const TOLERATED_SHARE = 0.02;

/** Charges outside their estimates, in plan order. A charge that is itself an estimate tells nothing. */
export function findDrift(plan: Plan, results: readonly TransferResult[] | null): Drift[] {
  const estimates = new Map(
    plan.steps.flatMap((step) =>
      step.action === 'generate'
        ? [step, ...step.fallbacks].flatMap((sale) =>
            fingerprintsOf(sale).map((fingerprint) => [fingerprint, sale.estimate]),
          )
        : [],
    ) as [string, Estimate][],
  );
  return (results ?? []).flatMap(({ id, provider, fingerprint, state, charge }): Drift[] => {
    const estimate = estimates.get(fingerprint ?? '');
    if (estimate == null || !isDelivered(state) || provider == null) return [];
    if (charge?.microUsd == null || charge.source !== 'provider-reported') return [];
    const { lowMicroUsd, highMicroUsd } = estimate;
    const chargedMicroUsd = charge.microUsd;
    const nearest = Math.min(highMicroUsd, Math.max(lowMicroUsd, chargedMicroUsd));
    if (chargedMicroUsd === nearest) return [];
    const share = nearest === 0 ? Number.MAX_VALUE : (chargedMicroUsd - nearest) / nearest;
    const isLarge = Math.abs(share) > TOLERATED_SHARE;
    return [{ id, provider, lowMicroUsd, highMicroUsd, chargedMicroUsd, share, isLarge }];
  });
}

function isDelivered(state: TransferResult['state']): boolean {
  return state === 'generated' || state === 'collected';
}

export function describeDrift(drift: Drift): string {
  const { provider, lowMicroUsd, highMicroUsd, chargedMicroUsd, share } = drift;
  const percent = Math.round(Math.abs(share) * 1000) / 10;
  const words = share > 0 ? 'more' : 'less';
  const size = percent > 1000 ? '' : `, ${percent} % ${words}`;
  const advice = drift.isLarge ? '; write what you pay into prices, if it stays like this' : '';
  return `${provider} charged ${formatUsd(chargedMicroUsd)}, estimated was ${formatUsdRange(lowMicroUsd, highMicroUsd)}${size}${advice}`;
}
