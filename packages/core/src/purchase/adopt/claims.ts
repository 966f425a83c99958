import { fingerprintsOf, type GenerateStep } from '../../model/plan.ts';

/** What each transfer of this run buys or collects, by every fingerprint: no other one in it asks for the same. */
export interface Claims {
  /** Whether it is this transfer's now; not when one of them is another's. */
  claim(id: string, fingerprints: readonly string[]): boolean;
  release(id: string, fingerprints: readonly string[]): void;
}

export function createClaims(
  steps: readonly Pick<GenerateStep, 'id' | 'fingerprint' | 'alsoKnownAs'>[],
): Claims {
  const owners = new Map<string, string>();
  const add = (id: string, fingerprints: readonly string[]) => {
    for (const fingerprint of fingerprints)
      if (!owners.has(fingerprint)) owners.set(fingerprint, id);
  };
  for (const step of steps) add(step.id, fingerprintsOf(step));
  return {
    claim(id, fingerprints) {
      const isFree = fingerprints.every((one) => (owners.get(one) ?? id) === id);
      if (isFree) add(id, fingerprints);
      return isFree;
    },
    release(id, fingerprints) {
      for (const fingerprint of fingerprints)
        if (owners.get(fingerprint) === id) owners.delete(fingerprint);
    },
  };
}
