import { formatUsd, formatUsdRange } from '../model/money.ts';
import type { Step } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';

export interface RowPrice {
  /** For sorting and comparing; the highest of an estimate. */
  readonly microUsd: number | null;
  /** `null` when there is no figure: nothing was or would be bought, or nobody knows. */
  readonly figure: string | null;
  /** What kind of figure it is: an estimate is never shown as a charge. */
  readonly mark: 'estimate' | 'estimated' | 'charged' | 'held' | 'free' | null;
  /** `4 to 5 s x $0.076`, of an estimate. */
  readonly basis: string | null;
}

export const NO_PRICE: RowPrice = { microUsd: null, figure: null, mark: null, basis: null };
const NOTHING: RowPrice = { microUsd: 0, figure: '$0.00', mark: null, basis: null };
const FREE: RowPrice = { microUsd: 0, figure: '$0.00', mark: 'free', basis: null };

export function priceOfStep(step: Step): RowPrice {
  if (step.action === 'blocked') return step.heldMicroUsd > 0 ? held(step.heldMicroUsd) : NO_PRICE;
  if (step.action === 'reuse') return NOTHING;
  if (step.provider === 'draft') return FREE;
  if (!costsAnew(step)) return NOTHING;
  const { lowMicroUsd, highMicroUsd, basis } = step.estimate;
  const figure = formatUsdRange(lowMicroUsd, highMicroUsd);
  return { microUsd: highMicroUsd, figure, mark: 'estimate', basis };
}

export function priceOfResult({ draft, state, charge, holdMicroUsd }: TransferResult): RowPrice {
  if (state === 'reused' || state === 'copied') return NOTHING;
  if (draft) return FREE;
  if (charge?.microUsd != null) {
    const mark = charge.source === 'provider-reported' ? 'charged' : 'estimated';
    return { microUsd: charge.microUsd, figure: formatUsd(charge.microUsd), mark, basis: null };
  }
  if (holdMicroUsd > 0) return held(holdMicroUsd);
  return state === 'failed' || state === 'not-started' ? NOTHING : NO_PRICE;
}

/** In one cell of a table: `$0.38 (charged)`, `$0.38 held`, `$0.30 - $0.38`. */
export function describePrice({ figure, mark }: RowPrice): string {
  if (figure == null) return '';
  if (mark === 'charged' || mark === 'estimated') return `${figure} (${mark})`;
  return mark === 'held' ? `${figure} held` : figure;
}

function held(microUsd: number): RowPrice {
  return { microUsd, figure: formatUsd(microUsd), mark: 'held', basis: null };
}
