import type { Purchase } from './purchase.ts';

/** The exact input that settles it, once a person has looked: part of every message about an open outcome. */
export function settleInstructions({ fingerprint }: Pick<Purchase, 'fingerprint'>): string {
  const short = fingerprint.slice(0, 12);
  return `Look in the provider's dashboard, then run command: reconcile with write-off: ${short}=free (it was never made) or ${short}=charged (it was billed), and a reason`;
}
