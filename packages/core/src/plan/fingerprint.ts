import { sha256 } from '../model/hash.ts';
import { canonicalJson, type Json } from '../model/json/json.ts';
import type { Identity } from '../model/media/media.ts';

export interface FingerprintParts {
  readonly character: Identity;
  readonly motion: Identity;
  readonly provider: string;
  readonly model: string;
  readonly take: number;
  /** Every parameter that reaches the API, in the provider's own words. */
  readonly parameters: Json;
}

/** What is bought, by content: two transfers with one fingerprint are the same purchase. Hex sha256. */
export function fingerprintOf(parts: FingerprintParts): string {
  return sha256(canonicalJson(parts));
}
