import { listWords } from '../../model/list-words.ts';
import type { AssetNames } from '../../model/media/identities.ts';
import type { AssetSource, ImageFacts, MediaFacts, VideoFacts } from '../../model/media/media.ts';
import type { Fallback, StagedAssets } from '../../model/plan.ts';
import { acceptsModel, type Transfer, unlessDefault } from '../../model/transfer.ts';
import type { AssetRole } from '../../providers/adapter.ts';
import { type AssetReport, type PlanState, sourceKey } from '../planning-input.ts';
import { fingerprintsElsewhere } from '../prior/same-bytes.ts';
import { decideStaging, type StagingDecision, type StagingSeller } from '../staging.ts';
import { isPinned } from '../url-staging.ts';
import {
  type AssetIdentities,
  type Candidate,
  canSell,
  makeCandidate,
  type StagedCandidate,
} from './sellers.ts';

/** The two assets of a transfer, both of which could be read. */
export interface ReadAssets {
  readonly character: AssetReport<ImageFacts>;
  readonly motion: AssetReport<VideoFacts>;
  readonly identities: AssetIdentities;
  /** Everything that they are called. */
  readonly names: AssetNames;
  readonly facts: MediaFacts;
}

/** The transfer as every model of every provider, whether it may be that or not, with how the assets would reach it. */
export function candidatesOf(
  state: PlanState,
  transfer: Transfer,
  assets: ReadAssets,
): StagedCandidate[] {
  const prices = { contract: state.config.prices, published: state.published };
  const { identities, facts } = assets;
  return state.providers.flatMap((provider) => {
    const { adapter } = provider;
    const { isClipFixed, ...staging } =
      adapter.runsOn === 'remote' ? stageBoth(state, adapter, assets) : stageLocally(transfer);
    const circumstances = { prices, isClipFixed };
    return Object.keys(adapter.models).map((model) => ({
      ...makeCandidate(provider, model, transfer, identities, facts, circumstances),
      ...staging,
    }));
  });
}

/** Whether it is of a model that the transfer asks for. */
export function isOfModel(transfer: Transfer, { modelName }: Candidate): boolean {
  return acceptsModel(transfer.model, modelName);
}

/**
 * Those that the transfer names, in its order; of a provider that may sell it as one of several models, the
 * cheaper one first.
 */
export function allowedCandidates(
  transfer: Transfer,
  candidates: readonly StagedCandidate[],
): StagedCandidate[] {
  // The free engine is never the cheapest seller: a draft is another thing than a bought video.
  const fitting = candidates.filter((candidate) => isOfModel(transfer, candidate));
  if (transfer.provider.kind === 'cheapest') return fitting.filter(isRemote);
  return transfer.provider.ids.flatMap((id) =>
    fitting.filter((candidate) => candidate.provider.adapter.id === id).sort(byHighestPrice),
  );
}

function byHighestPrice({ estimate: one }: Candidate, { estimate: other }: Candidate): number {
  // Without a price it sells nothing, wherever it stands.
  return one == null || other == null ? 0 : one.highMicroUsd - other.highMicroUsd;
}

/**
 * Only a list in order of preference says who comes next, each provider with one model. Keys are looked at
 * when somebody is asked: a plan made without them is the same plan.
 */
export function fallbacksOf(
  { provider }: Transfer,
  chosen: Candidate,
  allowed: readonly StagedCandidate[],
  names: AssetNames,
): Fallback[] {
  if (provider.kind !== 'ordered') return [];
  const at = allowed.findIndex(({ fingerprint }) => fingerprint === chosen.fingerprint);
  const others = allowed
    .slice(at + 1)
    .filter(canSell)
    .filter((seller) => isRemote(seller) && seller.provider !== chosen.provider);
  return others
    .filter(
      (seller, index) => others.findIndex(({ provider }) => provider === seller.provider) === index,
    )
    .map((seller) => ({
      provider: seller.provider.adapter.id,
      model: seller.model,
      ...unlessDefault(seller.modelName),
      adapterRevision: seller.provider.adapter.revision,
      fingerprint: seller.fingerprint,
      options: seller.job.options,
      price: seller.job.price ?? null,
      estimate: seller.estimate,
      ...knownAs(seller, names),
      staged: seller.staged,
    }));
}

/** What else the same purchase is called where its assets were stored otherwise. */
export function knownAs(
  candidate: Candidate,
  names: AssetNames,
): { readonly alsoKnownAs?: string[] } {
  const alsoKnownAs = fingerprintsElsewhere(candidate, names);
  return alsoKnownAs.length === 0 ? {} : { alsoKnownAs };
}

/** Also those that this job cannot ask: another one has their key, or saw another price. */
export function elsewhereOf(chosen: Candidate, allowed: readonly StagedCandidate[]): string[] {
  if (!isRemote(chosen)) return [];
  return allowed
    .filter(isRemote)
    .flatMap(({ fingerprint, formerFingerprint }) => [
      fingerprint,
      formerFingerprint ?? fingerprint,
    ])
    .filter(
      (fingerprint, at, all) =>
        fingerprint !== chosen.fingerprint && all.indexOf(fingerprint) === at,
    );
}

/** What those are called where their assets were stored otherwise. */
export function elsewhereKnownAs(
  chosen: Candidate,
  allowed: readonly StagedCandidate[],
  names: AssetNames,
): { readonly elsewhereAlsoKnownAs?: string[] } {
  if (!isRemote(chosen)) return {};
  const own = [chosen.fingerprint, ...fingerprintsElsewhere(chosen, names)];
  const others = allowed
    .filter(isRemote)
    .flatMap((candidate) => fingerprintsElsewhere(candidate, names))
    .filter((fingerprint) => !own.includes(fingerprint));
  return others.length === 0 ? {} : { elsewhereAlsoKnownAs: [...new Set(others)] };
}

export function isRemote(candidate: Candidate): boolean {
  return candidate.provider.adapter.runsOn === 'remote';
}

type Staging = Pick<StagedCandidate, 'staged' | 'stagingProblems'> & {
  /** Whether the provider gets the very clip whose length was read. */
  readonly isClipFixed: boolean;
};

function stageLocally(transfer: Transfer): Staging {
  const staged: StagedAssets = {
    character: { method: 'local', source: transfer.character },
    motion: { method: 'local', source: transfer.motion },
  };
  return { staged, stagingProblems: [], isClipFixed: true };
}

/** A paid job needs no URLs any more. */
export function collectOnly(transfer: Transfer): StagedAssets {
  const asset = (source: AssetSource) => ({
    method: 'pass-through' as const,
    url: sourceKey(source),
  });
  return { character: asset(transfer.character), motion: asset(transfer.motion) };
}

function stageBoth(
  state: PlanState,
  seller: StagingSeller,
  { character, motion }: ReadAssets,
): Staging {
  const decideBoth = (named: { readonly named?: string }) => {
    const decide = (
      role: AssetRole,
      asset: AssetReport<{ readonly bytes: number }>,
    ): StagingDecision => {
      const toStage = { ...asset, ...named, bytes: asset.facts?.bytes ?? null };
      return decideStaging(toStage, role, state.staging, seller);
    };
    return [decide('character', character), decide('motion', motion)] as const;
  };
  const [first, second] = decideBoth({});
  const isClipFixed = !(
    'staged' in second &&
    second.staged.method === 'pass-through' &&
    !isPinned(second.staged.url, state.staging.rawBaseUrl)
  );
  if ('staged' in first && 'staged' in second) {
    const staged = { character: first.staged, motion: second.staged };
    return { staged, stagingProblems: [], isClipFixed };
  }
  const both = [sourceKey(character.source), sourceKey(motion.source)];
  const together = decideBoth({ named: listWords(both, 'and') });
  const [shared, ...others] = new Set(problemsOf(together));
  const isShared = shared != null && others.length === 0 && problemsOf(together).length === 2;
  const stagingProblems = isShared ? [shared] : problemsOf([first, second]);
  return { staged: null, stagingProblems, isClipFixed };
}

function problemsOf(decisions: readonly StagingDecision[]): string[] {
  return decisions.flatMap((decision) => ('problem' in decision ? [decision.problem] : []));
}
