import * as z from 'zod';
import type { Purchase } from '../purchase/purchase.ts';
import type { Identity } from './media.ts';

/** What names the bytes: a blob of git with SHA-1 or with SHA-256 objects, or the sha256 of the content alone. */
type IdentityKind = 'sha1-blob' | 'sha256-blob' | 'content';

export function kindOf(identity: Identity): IdentityKind {
  if (identity.startsWith('sha256:')) return 'content';
  return /^git:[0-9a-f]{64}$/.test(identity) ? 'sha256-blob' : 'sha1-blob';
}

/** No repository has objects of both formats, so nothing was ever bought with one of each. */
export function canBeOfOnePurchase(one: Identity, other: Identity): boolean {
  const kinds = [kindOf(one), kindOf(other)];
  return !(kinds.includes('sha1-blob') && kinds.includes('sha256-blob'));
}

/** What is written down beside an identity: each other one that the bytes have, once. */
export function recordedBeside(
  identity: Identity | null,
  others: readonly Identity[],
): { readonly alsoKnownAs?: Identity[] } {
  const alsoKnownAs = [...new Set(others)].filter((other) => other !== identity).sort();
  return alsoKnownAs.length === 0 ? {} : { alsoKnownAs };
}

/** What is worth being written down: GitHub has no repositories with SHA-256 objects. */
export function isLasting(identity: Identity): boolean {
  return kindOf(identity) !== 'sha256-blob';
}

/** The identities of both assets, each with every other kind that is known. */
export interface AssetNames {
  readonly character: readonly Identity[];
  readonly motion: readonly Identity[];
}

const names = z.array(z.string()).default([]);
const assetsOfIntent = z.object({
  character: z.string(),
  motion: z.string(),
  /** Absent in what earlier versions wrote. */
  alsoKnownAs: z.object({ character: names, motion: names }).default({ character: [], motion: [] }),
});

/** What the assets of a purchase were known by; `null` when nothing was asked for yet. */
export function assetsOf({ intent }: Pick<Purchase, 'intent'>): AssetNames | null {
  const read = assetsOfIntent.safeParse(intent);
  if (!read.success) return null;
  const { character, motion, alsoKnownAs } = read.data;
  return {
    character: [character, ...alsoKnownAs.character],
    motion: [motion, ...alsoKnownAs.motion],
  };
}
