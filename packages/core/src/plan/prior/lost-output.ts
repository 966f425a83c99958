import { formatUsd } from '../../model/money.ts';

/** A bought video that nobody keeps any more. */
export interface LostOutput {
  readonly output: string;
  readonly paidAtMs: number;
  readonly microUsd: number | null;
  /** Whoever was asked for it, and what they said. */
  readonly why: string;
}

export function describeLost({ output, paidAtMs, microUsd, why }: LostOutput): string {
  const price = microUsd == null ? '' : ` (${formatUsd(microUsd)})`;
  return `paid on ${dayOf(paidAtMs)}${price}, and nobody keeps the video any more: ${why}. Restore ${output} from git, or raise take to buy it again`;
}

/** In UTC, like the months of the limits. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
