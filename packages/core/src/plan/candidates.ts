import type { AssetSource, ImageFacts, MediaFacts, VideoFacts } from '../model/media.ts';
import type { Fallback, StagedAssets } from '../model/plan.ts';
import type { Transfer } from '../model/transfer.ts';
import type { AssetRole } from '../providers/adapter.ts';
import { type AssetReport, type PlanState, sourceKey } from './planning-input.ts';
import {
  type AssetIdentities,
  type Candidate,
  canSell,
  makeCandidate,
  type StagedCandidate,
} from './sellers.ts';
import { decideStaging, type StagingDecision, type StagingSeller } from './staging.ts';

/** The two assets of a transfer, both of which could be read. */
export interface ReadAssets {
  readonly character: AssetReport<ImageFacts>;
  readonly motion: AssetReport<VideoFacts>;
  readonly identities: AssetIdentities;
  readonly facts: MediaFacts;
}

/** The transfer at every provider, whether it may sell it or not, with how the assets would reach it. */
export function candidatesOf(
  state: PlanState,
  transfer: Transfer,
  assets: ReadAssets,
): StagedCandidate[] {
  const prices = { contract: state.config.prices, published: state.published };
  return state.providers.map((provider) => {
    const { identities, facts } = assets;
    const candidate = makeCandidate(provider, transfer, identities, facts, prices);
    const staged = isRemote(candidate)
      ? stageBoth(state, provider.adapter, assets)
      : stageLocally(transfer);
    return 'problems' in staged
      ? { ...candidate, staged: null, stagingProblems: staged.problems }
      : { ...candidate, staged, stagingProblems: [] };
  });
}

/** Those that the transfer names, in its order. */
export function allowedCandidates(
  transfer: Transfer,
  candidates: readonly StagedCandidate[],
): StagedCandidate[] {
  // The free engine is never the cheapest seller: a draft is another thing than a bought video.
  if (transfer.provider.kind === 'cheapest') return candidates.filter(isRemote);
  return transfer.provider.ids.flatMap((id) =>
    candidates.filter((candidate) => candidate.provider.adapter.id === id),
  );
}

/**
 * Only a list in order of preference says who comes next. Keys are looked at when somebody is asked: a
 * plan made without them is the same plan.
 */
export function fallbacksOf(
  { provider }: Transfer,
  chosen: Candidate,
  allowed: readonly StagedCandidate[],
): Fallback[] {
  if (provider.kind !== 'ordered') return [];
  const at = allowed.findIndex(({ fingerprint }) => fingerprint === chosen.fingerprint);
  return allowed
    .slice(at + 1)
    .filter(canSell)
    .filter(isRemote)
    .map((seller) => ({
      provider: seller.provider.adapter.id,
      model: seller.model,
      adapterRevision: seller.provider.adapter.revision,
      fingerprint: seller.fingerprint,
      options: seller.job.options,
      price: seller.job.price ?? null,
      estimate: seller.estimate,
      staged: seller.staged,
    }));
}

/** Also those that this job cannot ask: another one has their key, or saw another price. */
export function elsewhereOf(chosen: Candidate, allowed: readonly StagedCandidate[]): string[] {
  if (!isRemote(chosen)) return [];
  return allowed
    .filter((candidate) => isRemote(candidate) && candidate.fingerprint !== chosen.fingerprint)
    .map(({ fingerprint }) => fingerprint);
}

export function isRemote(candidate: Candidate): boolean {
  return candidate.provider.adapter.runsOn === 'remote';
}

function stageLocally(transfer: Transfer): StagedAssets {
  return {
    character: { method: 'local', source: transfer.character },
    motion: { method: 'local', source: transfer.motion },
  };
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
): StagedAssets | { readonly problems: readonly string[] } {
  const decide = (
    role: AssetRole,
    asset: AssetReport<{ readonly bytes: number }>,
  ): StagingDecision =>
    decideStaging({ ...asset, bytes: asset.facts?.bytes ?? null }, role, state.staging, seller);
  const [first, second] = [decide('character', character), decide('motion', motion)];
  if ('staged' in first && 'staged' in second) {
    return { character: first.staged, motion: second.staged };
  }
  return {
    problems: [first, second].flatMap((decision) =>
      'problem' in decision ? [decision.problem] : [],
    ),
  };
}
