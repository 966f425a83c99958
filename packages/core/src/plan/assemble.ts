import type { AssetRole } from '../providers/adapter.ts';
import { withoutQuery } from '../record/lockfile.ts';
import type {
  AssetSource,
  Fallback,
  GenerateStep,
  Identity,
  ImageFacts,
  MediaFacts,
  Plan,
  PlanTotals,
  Reason,
  ReasonCode,
  StagedAssets,
  Step,
  Transfer,
  VideoFacts,
} from '../types.ts';
import { describeReplacedPurchase, findEarlier, isForeignOutput } from './earlier.ts';
import { warnOfFallbacks } from './fallbacks.ts';
import { canonicalJson, sha256 } from './fingerprint.ts';
import {
  type Candidate,
  canSell,
  makeCandidate,
  type StagedCandidate,
  sellersOf,
  toOffer,
} from './offers.ts';
import { findOpen } from './open.ts';
import { decideStaging, type StagingDecision, type StagingSeller } from './staging.ts';
import { type AssetReport, type PlanState, sourceKey } from './state.ts';

/** Decides for every transfer: reuse, generate or blocked, with reasons and a price. Pure. */
export function assemblePlan(state: PlanState): Plan {
  const decided: Step[] = [];
  const buyers = new Map<string, GenerateStep>();
  const told = new Set<string>();
  for (const transfer of state.config.transfers) {
    const step = decideStep(state, transfer, buyers, told);
    if (step.action === 'generate' && step.sameAs == null) buyers.set(step.fingerprint, step);
    decided.push(step);
  }
  const steps = warnOfFallbacks(decided, state);
  const body = {
    version: 1 as const,
    commit: state.commit,
    configFile: state.config.file,
    limits: state.config.limits,
    staging: state.config.staging,
    steps,
    open: findOpen(state.journal, steps, told),
    pullRequest: state.pullRequest,
    totals: totalsOf(steps),
  };
  return { ...body, digest: sha256(canonicalJson(body)) };
}

export function totalsOf(steps: readonly Step[]): PlanTotals {
  const bought = steps.filter(
    (step): step is GenerateStep => step.action === 'generate' && costsAnew(step),
  );
  return {
    generateCount: steps.filter((step) => step.action === 'generate').length,
    reuseCount: steps.filter((step) => step.action === 'reuse').length,
    blockedCount: steps.filter((step) => step.action === 'blocked').length,
    lowMicroUsd: bought.reduce((sum, step) => sum + step.estimate.lowMicroUsd, 0),
    highMicroUsd: bought.reduce((sum, step) => sum + step.estimate.highMicroUsd, 0),
  };
}

/** Whether a step asks for new money: not when it is copied or collects what was paid for already. */
export function costsAnew(step: GenerateStep): boolean {
  return step.sameAs == null && !step.resumes;
}

/** `told` gathers the open purchases that a blocked step is about, each counted with the first. */
function decideStep(
  state: PlanState,
  transfer: Transfer,
  buyers: ReadonlyMap<string, GenerateStep>,
  told: Set<string>,
): Step {
  const character = state.characters.get(sourceKey(transfer.character));
  const motion = state.motions.get(sourceKey(transfer.motion));
  const base = {
    id: transfer.id,
    output: transfer.output,
    character: { source: transfer.character, identity: character?.identity ?? null },
    motion: { source: transfer.motion, identity: motion?.identity ?? null },
    parameters: transfer.parameters,
    position: transfer.position,
  };
  const problems = [character?.problem, motion?.problem].filter((problem) => problem != null);
  const facts = factsOf(character, motion);
  const identities = identitiesOf(character, motion);
  if (facts == null || identities == null) {
    const messages = problems.length > 0 ? problems : ['an asset could not be read'];
    const reasons = messages.map((message) => reason('asset-problem', message));
    return { ...base, action: 'blocked', heldMicroUsd: 0, reasons, warnings: [], offers: [] };
  }

  const candidates = state.providers.map((provider) =>
    stageCandidate(
      state,
      transfer,
      makeCandidate(provider, transfer, identities, facts, {
        contract: state.config.prices,
        published: state.published,
      }),
      character,
      motion,
    ),
  );
  const allowed = allowedCandidates(transfer, candidates);
  const offers = candidates.filter(isRemote).map(toOffer);
  const blocked = (code: ReasonCode, messages: readonly string[], heldMicroUsd = 0): Step => ({
    ...base,
    action: 'blocked',
    heldMicroUsd,
    reasons: messages.map((message) => reason(code, message)),
    warnings: [],
    offers,
  });

  // Before anything is reused or copied: a draft must not be laid over what was paid for.
  const replaced = allowed.some(isRemote) ? null : describeReplacedPurchase(state, transfer);
  if (replaced != null) return blocked('output-not-ours', [replaced]);

  const earlier = findEarlier(state, transfer, allowed);
  if (earlier?.kind === 'reuse') {
    const { kind: _kind, ...reuse } = earlier;
    return { ...base, action: 'reuse', offers, ...reuse };
  }
  if (earlier?.kind === 'blocked') {
    const { open } = earlier;
    const heldMicroUsd = open == null || told.has(open.fingerprint) ? 0 : open.holdMicroUsd;
    if (open != null) told.add(open.fingerprint);
    return blocked(earlier.code, [earlier.message], heldMicroUsd);
  }

  if (problems.length > 0) return blocked('asset-problem', problems);
  const chosen = earlier?.candidate ?? sellersOf(transfer, allowed)[0];
  if (chosen?.estimate == null) {
    if (allowed.length === 0)
      return blocked('no-provider', ['none of the providers it may use is known']);
    return { ...blocked('input-rule', []), reasons: obstaclesOf(allowed) };
  }
  const unplaceable = state.outputProblems.get(transfer.output);
  if (unplaceable != null) return blocked('output-not-ours', [unplaceable]);
  if (earlier == null && isForeignOutput(state, transfer)) {
    return blocked('output-not-ours', [
      `${transfer.output} exists and is not in the lockfile, so it would be overwritten; move it away or choose another output`,
    ]);
  }
  const { staged } = allowed.find(({ fingerprint }) => fingerprint === chosen.fingerprint) ?? {};
  const twin = buyers.get(chosen.fingerprint);
  const common = {
    ...base,
    action: 'generate' as const,
    provider: chosen.provider.adapter.id,
    model: chosen.model,
    adapterRevision: chosen.provider.adapter.revision,
    fingerprint: chosen.fingerprint,
    options: chosen.job.options,
    price: chosen.job.price ?? null,
    estimate: chosen.estimate,
    facts,
    staged: staged ?? collectOnly(transfer),
    fallbacks: earlier == null ? fallbacksOf(transfer, chosen, allowed) : [],
    elsewhere: elsewhereOf(chosen, allowed),
    warnings: chosen.warnings,
    offers,
  };
  if (twin != null) {
    const reasons = [reason('same-as', `the same as ${twin.id}: bought once and copied`)];
    return { ...common, sameAs: twin.id, resumes: false, reasons };
  }
  return earlier != null
    ? { ...common, sameAs: null, resumes: true, reasons: [reason('resumed', earlier.message)] }
    : {
        ...common,
        sameAs: null,
        resumes: false,
        reasons: reasonsToBuy(state, transfer, base, chosen),
      };
}

/** Why none of them can be asked: what the rules say, or else how the assets fail to reach it. */
function obstaclesOf(allowed: readonly StagedCandidate[]): Reason[] {
  return allowed.flatMap((candidate) => {
    const { problems, stagingProblems } = candidate;
    const code = problems.length > 0 ? 'input-rule' : 'staging';
    return (problems.length > 0 ? problems : stagingProblems).map((problem) =>
      reason(code, prefixed(candidate, allowed, problem)),
    );
  });
}

/**
 * Only a list in order of preference says who comes next. Keys are looked at when somebody is asked: a
 * plan made without them is the same plan.
 */
function fallbacksOf(
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
function elsewhereOf(chosen: Candidate, allowed: readonly StagedCandidate[]): string[] {
  if (!isRemote(chosen)) return [];
  return allowed
    .filter((candidate) => isRemote(candidate) && candidate.fingerprint !== chosen.fingerprint)
    .map(({ fingerprint }) => fingerprint);
}

function stageCandidate(
  state: PlanState,
  transfer: Transfer,
  candidate: Candidate,
  character: AssetReport<ImageFacts> | undefined,
  motion: AssetReport<VideoFacts> | undefined,
): StagedCandidate {
  const staged = isRemote(candidate)
    ? stageBoth(state, candidate.provider.adapter, character, motion)
    : stageLocally(transfer);
  return 'problems' in staged
    ? { ...candidate, staged: null, stagingProblems: staged.problems }
    : { ...candidate, staged, stagingProblems: [] };
}

function stageBoth(
  state: PlanState,
  seller: StagingSeller,
  character: AssetReport<ImageFacts> | undefined,
  motion: AssetReport<VideoFacts> | undefined,
): StagedAssets | { readonly problems: readonly string[] } {
  const decide = (
    role: AssetRole,
    asset: AssetReport<{ readonly bytes: number }> | undefined,
  ): StagingDecision =>
    asset == null
      ? { problem: 'asset missing' }
      : decideStaging({ ...asset, bytes: asset.facts?.bytes ?? null }, role, state.staging, seller);
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

function isRemote(candidate: Candidate): boolean {
  return candidate.provider.adapter.place === 'remote';
}

function stageLocally(transfer: Transfer): StagedAssets {
  return {
    character: { method: 'local', source: transfer.character },
    motion: { method: 'local', source: transfer.motion },
  };
}

/** A paid job needs no URLs any more. */
function collectOnly(transfer: Transfer): StagedAssets {
  const asset = (source: AssetSource) => ({
    method: 'pass-through' as const,
    url: sourceKey(source),
  });
  return { character: asset(transfer.character), motion: asset(transfer.motion) };
}

function reasonsToBuy(
  state: PlanState,
  transfer: Transfer,
  base: {
    readonly character: { readonly identity: Identity | null };
    readonly motion: { readonly identity: Identity | null };
  },
  chosen: Candidate,
): Reason[] {
  const locked = state.lockfile.outputs[transfer.output];
  if (locked == null) return [reason('new', 'no output yet')];
  const reasons: Reason[] = [];
  if (locked.character.identity !== base.character.identity) {
    reasons.push(reason('character-changed', `${nameOf(transfer.character)} changed`));
  }
  if (locked.motion.identity !== base.motion.identity) {
    reasons.push(reason('motion-changed', `${nameOf(transfer.motion)} changed`));
  }
  if (locked.take !== transfer.parameters.take) {
    reasons.push(reason('take-raised', `take is ${transfer.parameters.take}, was ${locked.take}`));
  }
  if (locked.fingerprint === chosen.fingerprint) {
    reasons.push(
      reason('adapter-revised', 'a newer version would ask for it differently (refresh)'),
    );
  }
  return reasons.length > 0
    ? reasons
    : [reason('parameters-changed', 'its parameters or provider changed')];
}

function allowedCandidates(
  transfer: Transfer,
  candidates: readonly StagedCandidate[],
): StagedCandidate[] {
  // The free engine is never the cheapest seller: a draft is another thing than a bought video.
  if (transfer.provider.kind === 'cheapest') return candidates.filter(isRemote);
  return transfer.provider.ids.flatMap((id) =>
    candidates.filter((candidate) => candidate.provider.adapter.id === id),
  );
}

function prefixed(candidate: Candidate, all: readonly Candidate[], problem: string): string {
  return all.length > 1 ? `${candidate.provider.adapter.title}: ${problem}` : problem;
}

function factsOf(
  character?: AssetReport<ImageFacts>,
  motion?: AssetReport<VideoFacts>,
): MediaFacts | null {
  return character?.facts != null && motion?.facts != null
    ? { character: character.facts, motion: motion.facts }
    : null;
}

function identitiesOf(character?: AssetReport<unknown>, motion?: AssetReport<unknown>) {
  return character?.identity != null && motion?.identity != null
    ? { character: character.identity, motion: motion.identity }
    : null;
}

/** How messages call an asset: the query of a URL may hold a signature. */
function nameOf(source: AssetSource): string {
  return sourceKey(withoutQuery(source));
}

function reason(code: ReasonCode, message: string): Reason {
  return { code, message };
}
