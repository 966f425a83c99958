import type { LockedOutput } from '../model/lockfile.ts';
import type { GenerateStep, PlannedAsset } from '../model/plan.ts';
import { withoutQueriesIn, withoutQuery } from '../model/redact.ts';

/** What a video was made from and by whom: the part of its lockfile entry that the plan knows. */
type Provenance = Pick<
  LockedOutput,
  | 'fingerprint'
  | 'provider'
  | 'model'
  | 'adapterRevision'
  | 'character'
  | 'motion'
  | 'take'
  | 'parameters'
>;

/** No query of an address is written down: it may hold a signature. */
export function provenanceOf(step: GenerateStep): Provenance {
  const { fingerprint, provider, model, adapterRevision, parameters } = step;
  return {
    fingerprint,
    provider,
    model,
    adapterRevision,
    character: lockedAsset(step.character),
    motion: lockedAsset(step.motion),
    take: parameters.take,
    parameters: { ...parameters, options: withoutQueriesIn(step.options) },
  };
}

function lockedAsset({ source, identity }: PlannedAsset): LockedOutput['character'] {
  return { source: withoutQuery(source), identity: identity ?? '' };
}
