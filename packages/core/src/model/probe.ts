import type { ResultState } from './results.ts';
import type { Tier } from './transfer.ts';

/** Most that a probe may be allowed to spend, and what it may spend where nothing is said. */
export const MAX_PROBE_MICRO_USD = 500_000;

/** What a request of a probe was about. */
export type Purpose =
  | 'price'
  | 'balance'
  | 'upload'
  | 'submit'
  | 'status'
  | 'result'
  | 'look-up'
  | 'download';

/** One request and its answer, as they may be published: no secret, no query that signs an address. */
export interface Exchange {
  /** From 1, in the order in which they were sent. */
  readonly number: number;
  readonly purpose: Purpose;
  readonly request: {
    readonly method: string;
    /** At the provider's own origin, also where that was moved. */
    readonly url: string;
    /** Parsed where it is JSON; what else it is, in words; `null` without a body. */
    readonly body: unknown;
  };
  /** `null` when no answer came. */
  readonly response: ExchangeResponse | null;
  /** Why there is no answer. */
  readonly problem: string | null;
}

export interface ExchangeResponse {
  readonly status: number;
  /** Lower-case names; only those that say something about the API. */
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` when the body is not JSON. */
  readonly json: unknown;
  readonly text: string;
}

/** What the answers say about an assumption; `not-seen` when they say nothing about it. */
export type Verdict = 'confirmed' | 'wrong' | 'not-seen';

export interface CheckedAssumption {
  readonly id: string;
  /** What is taken to be true. */
  readonly sentence: string;
  /** Where it comes from, or why nothing better is known. */
  readonly source: string;
  readonly verdict: Verdict;
  /** What the answers showed; empty for `not-seen`. */
  readonly seen: string;
}

/** The purchase of a probe. */
export interface ProbedPurchase {
  readonly transferId: string;
  readonly model: string;
  readonly tier: Tier;
  readonly clipSeconds: number;
  readonly state: ResultState;
  readonly message: string | null;
  /** Highest price: what was reserved for it. */
  readonly holdMicroUsd: number;
  readonly chargedMicroUsd: number | null;
  /** Whether this probe itself sent the request to buy. */
  readonly wasSubmitted: boolean;
}

/** What one probe found out. */
export interface ProbeFindings {
  readonly provider: string;
  readonly title: string;
  readonly maxCostMicroUsd: number;
  /** `null` when the plan held nothing to buy. */
  readonly purchase: ProbedPurchase | null;
  readonly assumptions: readonly CheckedAssumption[];
  readonly exchanges: readonly Exchange[];
}
