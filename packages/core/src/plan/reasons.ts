import { listWords } from '../model/list-words.ts';
import type { LockedOutput } from '../model/lockfile/lockfile.ts';
import type { AssetNames } from '../model/media/identities.ts';
import type { AssetSource, MediaFacts } from '../model/media/media.ts';
import type { Reason, ReasonCode } from '../model/plan.ts';
import { withoutQuery } from '../model/secrets/redact.ts';
import type { ModelName, Transfer } from '../model/transfer.ts';
import { listChangedParameters } from './changed-parameters.ts';
import { type PlanState, sourceKey } from './planning-input.ts';
import type { Candidate, StagedCandidate } from './sellers/sellers.ts';

export function reason(code: ReasonCode, message: string): Reason {
  return { code, message };
}

/** What has changed since the output that is there, or that there is none. */
export function reasonsToBuy(
  state: PlanState,
  transfer: Transfer,
  now: AssetNames,
  chosen: Candidate,
  fingerprints: readonly string[],
): Reason[] {
  const locked = state.lockfile.outputs[transfer.output];
  if (locked == null) return [reason('new', 'no output yet')];
  const reasons: Reason[] = [];
  if (!now.character.includes(locked.character.identity)) {
    reasons.push(reason('character-changed', `${nameOf(transfer.character)} changed`));
  }
  if (!now.motion.includes(locked.motion.identity)) {
    reasons.push(reason('motion-changed', `${nameOf(transfer.motion)} changed`));
  }
  if (locked.take !== transfer.parameters.take) {
    reasons.push(reason('take-raised', `take is ${transfer.parameters.take}, was ${locked.take}`));
  }
  const modelWas = nameOfModel(state, locked);
  if (modelWas != null && chosen.modelName != null && modelWas !== chosen.modelName) {
    reasons.push(reason('model-changed', `model is ${chosen.modelName}, was ${modelWas}`));
  }
  const same = [chosen.formerFingerprint, ...fingerprints];
  if (same.includes(locked.fingerprint)) {
    reasons.push(
      reason('adapter-revised', 'a newer version would ask for it differently (refresh)'),
    );
  } else {
    for (const change of listChangedParameters(locked, transfer.parameters, chosen))
      reasons.push(reason('parameters-changed', change));
  }
  return reasons.length > 0
    ? reasons
    : [
        reason(
          'parameters-changed',
          'what is asked for changed, and the record does not say in what',
        ),
      ];
}

/** `null` for what this version does not know: a draft, or a model that is sold no more. */
function nameOfModel({ providers }: PlanState, locked: LockedOutput): ModelName | null {
  const seller = providers.find(({ adapter }) => adapter.id === locked.provider);
  return seller?.adapter.models[locked.model]?.name ?? null;
}

/** Why none of them can be asked: what the rules say, or else how the assets fail to reach it. */
export function obstaclesOf(
  allowed: readonly StagedCandidate[],
  all: readonly StagedCandidate[],
  { motion }: MediaFacts,
): Reason[] {
  if (allowed.length === 0)
    return [
      reason('no-provider', 'none of the providers it may use is known, or none has the model'),
    ];
  const obstacles = allowed.flatMap((candidate) => {
    const { problems, stagingProblems } = candidate;
    const code = problems.length > 0 ? 'input-rule' : 'staging';
    return (problems.length > 0 ? problems : stagingProblems).map((problem) =>
      reason(code, prefixed(candidate, allowed, problem)),
    );
  });
  return [...obstacles, ...whoTakes(motion.container, allowed, all), ...whoGetsFiles(allowed, all)];
}

/** Where none of them takes the clip's format, who does. */
function whoTakes(
  container: string,
  allowed: readonly Candidate[],
  all: readonly Candidate[],
): Reason[] {
  const takes = ({ provider, model }: Candidate) =>
    provider.adapter.models[model]?.videoContainers.value.includes(container) === true;
  const titles = all.filter(takes).map(({ provider }) => provider.adapter.title);
  if (titles.length === 0 || allowed.some(takes)) return [];
  const message = `${container.toUpperCase()} clips are taken by ${titles.join(', ')}`;
  return [reason('input-rule', message)];
}

/** Where the files reach none of them, who takes them by an upload of its own. */
function whoGetsFiles(
  allowed: readonly StagedCandidate[],
  all: readonly StagedCandidate[],
): Reason[] {
  const isOnlyStaging = allowed.every(
    ({ problems, staged }) => problems.length === 0 && staged == null,
  );
  if (!isOnlyStaging) return [];
  const models = new Set(allowed.map(({ modelName }) => modelName));
  const uploads = all.filter(
    ({ problems, estimate, staged, modelName }) =>
      problems.length === 0 &&
      estimate != null &&
      models.has(modelName) &&
      [staged?.character, staged?.motion].some((asset) => asset?.method === 'provider'),
  );
  const titles = [...new Set(uploads.map(({ provider }) => provider.adapter.title))];
  if (titles.length === 0) return [];
  const message =
    titles.length === 1
      ? `${titles[0]} takes the files by an upload of its own; name it as provider`
      : `${listWords(titles, 'and')} take the files by uploads of their own; name one as provider`;
  return [reason('staging', message)];
}

function prefixed(candidate: Candidate, all: readonly Candidate[], problem: string): string {
  const { provider, modelName } = candidate;
  const isSoldTwice = all.filter((each) => each.provider === provider).length > 1;
  const seller = isSoldTwice ? `${provider.adapter.title} (${modelName})` : provider.adapter.title;
  return all.length > 1 ? `${seller}: ${problem}` : problem;
}

/** How messages call an asset: the query of a URL may hold a signature. */
function nameOf(source: AssetSource): string {
  return sourceKey(withoutQuery(source));
}
