import { sha256 } from '../media/hash.ts';
import type { Json } from '../model/json.ts';
import type { Identity } from '../model/media.ts';

/** JSON with sorted keys and without `undefined`: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value != null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

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
