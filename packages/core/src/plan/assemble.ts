import { isLasting, recordedBeside } from '../model/media/identities.ts';
import type { ImageFacts, VideoFacts } from '../model/media/media.ts';
import {
  fingerprintsOf,
  type GenerateStep,
  type Plan,
  type PlannedAsset,
  type Reason,
  type Step,
} from '../model/plan.ts';
import { totalsOf } from '../model/plan-totals.ts';
import { type Transfer, unlessDefault } from '../model/transfer.ts';
import { digestOf } from './digest.ts';
import { type AssetReport, type PlanState, sourceKey } from './planning-input.ts';
import { findOpenPurchases } from './prior/open-purchases.ts';
import { describeReplacedPurchase, findEarlier, isForeignOutput } from './prior/prior-purchases.ts';
import {
  type IndexedState,
  indexRecords,
  type RecordIndex,
  type Unread,
} from './prior/record-index.ts';
import { namesOf, requestNames } from './prior/same-bytes.ts';
import { findUnfetched } from './prior/unfetched.ts';
import { obstaclesOf, reason, reasonsToBuy } from './reasons.ts';
import {
  allowedCandidates,
  candidatesOf,
  collectOnly,
  elsewhereKnownAs,
  elsewhereOf,
  fallbacksOf,
  isOfModel,
  isRemote,
  knownAs,
  type ReadAssets,
} from './sellers/candidates.ts';
import { warnOfFallbacks } from './sellers/fallbacks.ts';
import { type StagedCandidate, sellersOf, toOffer } from './sellers/sellers.ts';
import { withWebFiles } from './web-files.ts';

/** A plan, and which files have to be read before it can be told that nothing of theirs was bought before. */
export interface Assembled {
  readonly plan: Plan;
  readonly unread: Unread;
}

/** Decides for every transfer: reuse, generate or blocked, with reasons and a price. Pure. */
export function assemblePlan(planned: PlanState): Assembled {
  const unread = { assets: new Set<string>(), outputs: new Set<string>() };
  const state = { ...planned, records: indexRecords(planned), unread };
  const decided: Step[] = [];
  const buyers = new Map<string, GenerateStep>();
  const reported = new Set<string>();
  for (const transfer of state.config.transfers) {
    const step = decideStep(state, transfer, buyers, reported);
    if (step.action === 'generate' && step.sameAs == null) {
      for (const fingerprint of fingerprintsOf(step))
        if (!buyers.has(fingerprint)) buyers.set(fingerprint, step);
    }
    decided.push(withWebFiles(state, transfer, step));
  }
  const steps = warnOfFallbacks(decided, state);
  const body = {
    version: 1 as const,
    commit: state.commit,
    configFile: state.config.file,
    limits: state.config.limits,
    staging: state.config.staging,
    steps,
    open: findOpenPurchases(state.purchases, steps, reported, state.checkout),
    pullRequest: state.pullRequest,
    totals: totalsOf(steps),
  };
  return { plan: { ...body, digest: digestOf(body) }, unread };
}

/** `reported` gathers the open purchases that a blocked step is about, each counted with the first. */
function decideStep(
  state: IndexedState,
  transfer: Transfer,
  buyers: ReadonlyMap<string, GenerateStep>,
  reported: Set<string>,
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
  const blocked = (
    reasons: readonly Reason[],
    { offers, otherModels }: Comparison = { offers: [], otherModels: [] },
    heldMicroUsd = 0,
  ): Step => ({
    ...base,
    action: 'blocked',
    heldMicroUsd,
    reasons,
    warnings: [],
    offers,
    otherModels,
  });
  const problems = [character?.problem, motion?.problem]
    .filter((problem) => problem != null)
    .map((problem) => reason('asset-problem', problem));
  const assets = readAssets(state.records, character, motion);
  if (assets == null) {
    const unfetched = findUnfetched(state, transfer, character, motion);
    if (unfetched != null) {
      const { kind: _kind, ...reuse } = unfetched;
      return { ...base, action: 'reuse', offers: [], otherModels: [], ...reuse };
    }
    const unread = reason('asset-problem', 'an asset could not be read');
    return blocked(problems.length > 0 ? problems : [unread]);
  }

  const candidates = candidatesOf(state, transfer, assets);
  const allowed = allowedCandidates(transfer, candidates);
  const compared = compareModels(transfer, candidates);

  // Before anything is reused or copied: a draft must not be laid over what was paid for.
  const replaced = allowed.some(isRemote) ? null : describeReplacedPurchase(state, transfer);
  if (replaced != null) return blocked([reason('output-not-ours', replaced)], compared);

  const earlier = findEarlier(state, transfer, allowed, assets.names);
  if (earlier?.kind === 'reuse') {
    const { kind: _kind, ...reuse } = earlier;
    return { ...base, action: 'reuse', ...compared, ...reuse };
  }
  if (earlier?.kind !== 'resume') requestNames(state, assets);
  if (earlier?.kind === 'blocked') {
    const { open } = earlier;
    const heldMicroUsd = open == null || reported.has(open.fingerprint) ? 0 : open.holdMicroUsd;
    if (open != null) reported.add(open.fingerprint);
    return blocked([reason(earlier.code, earlier.message)], compared, heldMicroUsd);
  }

  // What is paid for is collected, whatever its assets look like by now.
  if (problems.length > 0 && earlier == null) return blocked(problems, compared);
  const chosen = earlier?.candidate ?? sellersOf(transfer, allowed)[0];
  if (chosen?.estimate == null)
    return blocked(obstaclesOf(allowed, candidates, assets.facts), compared);
  const obstacle = describeOutputObstacle(state, transfer, earlier != null);
  if (obstacle != null) return blocked([reason('output-not-ours', obstacle)], compared);

  const { staged } = allowed.find(({ fingerprint }) => fingerprint === chosen.fingerprint) ?? {};
  const known = knownAs(chosen, assets.names);
  const fingerprints = fingerprintsOf({ fingerprint: chosen.fingerprint, ...known });
  const original =
    fingerprints.map((fingerprint) => buyers.get(fingerprint)).find((step) => step != null) ?? null;
  return {
    ...base,
    character: withNames(base.character, assets.character),
    motion: withNames(base.motion, assets.motion),
    action: 'generate',
    provider: chosen.provider.adapter.id,
    model: chosen.model,
    ...unlessDefault(chosen.modelName),
    adapterRevision: chosen.provider.adapter.revision,
    fingerprint: original?.fingerprint ?? chosen.fingerprint,
    options: chosen.job.options,
    price: chosen.job.price ?? null,
    estimate: chosen.estimate,
    facts: assets.facts,
    staged: staged ?? collectOnly(transfer),
    fallbacks: earlier == null ? fallbacksOf(transfer, chosen, allowed, assets.names) : [],
    elsewhere: elsewhereOf(chosen, allowed),
    ...elsewhereKnownAs(chosen, allowed, assets.names),
    ...known,
    warnings: chosen.warnings,
    ...compared,
    ...(original != null
      ? {
          sameAs: original.id,
          resumes: false,
          reasons: [reason('same-as', `the same as ${original.id}: bought once and copied`)],
        }
      : {
          sameAs: null,
          resumes: earlier != null,
          reasons:
            earlier != null
              ? [reason('resumed', earlier.message)]
              : reasonsToBuy(state, transfer, assets.names, chosen, fingerprints),
        }),
  };
}

type Comparison = Pick<Step, 'offers' | 'otherModels'>;

/** What is asked for, and apart from it what another model would cost: an offer that nothing chooses. */
function compareModels(transfer: Transfer, candidates: readonly StagedCandidate[]): Comparison {
  const offersOf = (isAskedFor: boolean) =>
    candidates
      .filter(isRemote)
      .filter((candidate) => isOfModel(transfer, candidate) === isAskedFor)
      .map(toOffer);
  return { offers: offersOf(true), otherModels: ownFirst(transfer, offersOf(false)) };
}

/** Of two that cost the same, the one counts that the config names. */
function ownFirst({ provider }: Transfer, offers: Comparison['otherModels']) {
  const own = provider.kind === 'ordered' ? provider.ids : [];
  return offers.toSorted(
    (a, b) => Number(own.includes(b.provider)) - Number(own.includes(a.provider)),
  );
}

/** Why the video could not be put at its output, or would take the place of something not ours. */
function describeOutputObstacle(
  state: IndexedState,
  transfer: Transfer,
  isPaidFor: boolean,
): string | null {
  const unplaceable = state.outputProblems.get(transfer.output) ?? null;
  if (unplaceable != null || isPaidFor || !isForeignOutput(state, transfer)) return unplaceable;
  return `${transfer.output} exists and is not in the lockfile, so it would be overwritten; move it away or choose another output`;
}

/** `null` unless both are there, with their facts. */
function readAssets(
  records: RecordIndex,
  character?: AssetReport<ImageFacts>,
  motion?: AssetReport<VideoFacts>,
): ReadAssets | null {
  if (character?.facts == null || motion?.facts == null) return null;
  if (character.identity == null || motion.identity == null) return null;
  return {
    character,
    motion,
    identities: { character: character.identity, motion: motion.identity },
    names: { character: namesOf(records, character), motion: namesOf(records, motion) },
    facts: { character: character.facts, motion: motion.facts },
  };
}

/** As what it is bought is written down, so that it is found again however it is stored by then. */
function withNames(
  asset: PlannedAsset,
  { identity, otherIdentities }: AssetReport<unknown>,
): PlannedAsset {
  return { ...asset, ...recordedBeside(identity, (otherIdentities ?? []).filter(isLasting)) };
}
