import { CLIP_ADVICE } from '../../model/advice/clip-advice.ts';
import type { LockedOutput } from '../../model/lockfile/lockfile.ts';
import type { AssetNames } from '../../model/media/identities.ts';
import { formatUsd } from '../../model/money.ts';
import type { Reason, ReasonCode } from '../../model/plan.ts';
import {
  costOf,
  MAX_REFUNDED_FAILURES,
  type Purchase,
  whyLost,
} from '../../model/purchase/purchase.ts';
import { isCollectable } from '../../model/purchase/purchase-state.ts';
import { settleInstructions } from '../../model/purchase/settle-instructions.ts';
import { type ModelName, type Transfer, unlessDefault } from '../../model/transfer.ts';
import { reason } from '../reasons.ts';
import type { Candidate } from '../sellers/sellers.ts';
import { dayOf, describeLost } from './lost-output.ts';
import type { IndexedState } from './record-index.ts';
import { fingerprintsElsewhere, holdsRecorded } from './same-bytes.ts';

/** What earlier runs left under one fingerprint. */
type Left =
  | {
      readonly kind: 'reuse';
      readonly provider: string;
      readonly modelName?: ModelName;
      readonly fingerprint: string;
      readonly copyFrom: string | null;
      readonly reasons: readonly Reason[];
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'blocked';
      readonly code: ReasonCode;
      readonly message: string;
      /** The purchase whose outcome or figure is open, and what is set aside for it. */
      readonly open?: { readonly fingerprint: string; readonly holdMicroUsd: number };
    }
  | { readonly kind: 'resume'; readonly message: string };

/** What earlier runs left for a transfer. */
export type Earlier =
  | Exclude<Left, { readonly kind: 'resume' }>
  | { readonly kind: 'resume'; readonly candidate: Candidate; readonly message: string };

/** What is looked for on record. */
export type Sought = Pick<Candidate, 'fingerprint' | 'provider' | 'modelName'>;

/**
 * What earlier runs left for this transfer, from any provider it allows: looked at before any is
 * chosen. An output that is there counts first, then a paid job, then what stands in the way. `names` are all
 * that the assets are called: bought under any of them, it is the same.
 */
export function findEarlier(
  state: IndexedState,
  transfer: Transfer,
  allowed: readonly Candidate[],
  names: AssetNames,
): Earlier | null {
  const findAll = (candidates: readonly Candidate[]): Earlier[] =>
    candidates.flatMap((candidate) => {
      const left = findLeft(state, transfer, candidate);
      if (left == null) return [];
      return left.kind === 'resume' ? { ...left, candidate } : left;
    });
  const asNow = findAll(allowed.flatMap((one) => [one, ...underFormerName(one)]));
  const isReused = asNow.some(({ kind }) => kind === 'reuse');
  const found = isReused
    ? asNow
    : [
        ...asNow,
        ...findAll(
          allowed
            .filter(({ provider }) => state.records.hasAnyOf(provider.adapter.id))
            .flatMap((one) => underOtherNames(one, names)),
        ),
      ];
  return (
    found.find(({ kind }) => kind === 'reuse') ??
    found.find(({ kind }) => kind === 'resume') ??
    found[0] ??
    null
  );
}

function underFormerName(candidate: Candidate): Candidate[] {
  const { formerFingerprint } = candidate;
  return formerFingerprint == null
    ? []
    : [{ ...candidate, fingerprint: formerFingerprint, formerFingerprint: null }];
}

function underOtherNames(candidate: Candidate, names: AssetNames): Candidate[] {
  return fingerprintsElsewhere(candidate, names).map((fingerprint) => ({
    ...candidate,
    fingerprint,
    formerFingerprint: null,
  }));
}

export function findLeft(state: IndexedState, transfer: Transfer, candidate: Sought): Left | null {
  const journaled = findJournaled(state, transfer, candidate);
  const locked = findLocked(state, transfer, candidate);
  // What is paid for and not settled is brought to its end, whatever lies at the output.
  if (isOpenPurchase(state, candidate)) return journaled;
  // Bytes that are gone from here can be fetched from where another run kept them.
  if (locked?.kind === 'blocked' && journaled?.kind === 'resume') return journaled;
  return locked ?? journaled;
}

function isOpenPurchase(state: IndexedState, candidate: Sought): boolean {
  const purchase = state.purchases.get(candidate.fingerprint);
  return purchase != null && isCollectable(purchase.state);
}

function findLocked(state: IndexedState, transfer: Transfer, candidate: Sought): Left | null {
  const matches = state.records
    .lockedAs(candidate.fingerprint)
    .filter(
      ([, locked]) =>
        locked.draft === (candidate.provider.adapter.runsOn === 'local') &&
        !isOutdated(state, locked, candidate),
    );
  if (matches.length === 0) return null;
  const own = matches.find(([path]) => path === transfer.output) ?? matches[0];
  if (own == null) return null;
  const [lockedPath, locked] = own;
  const here = state.outputs.get(transfer.output) ?? null;
  const reuse = (copyFrom: string | null, warnings: readonly string[]): Left => ({
    kind: 'reuse',
    provider: locked.provider,
    ...unlessDefault(candidate.modelName),
    fingerprint: locked.fingerprint,
    copyFrom,
    reasons: [
      reason(
        'unchanged',
        copyFrom == null ? 'nothing it is made from has changed' : `already bought as ${copyFrom}`,
      ),
    ],
    warnings,
  });
  if (holdsRecorded(state, transfer.output, locked)) return reuse(null, []);
  const current = state.lockfile.outputs[lockedPath]?.fingerprint;
  if (here != null && lockedPath === transfer.output && current === locked.fingerprint) {
    return reuse(null, [`${transfer.output} was changed after it was made; it is kept as it is`]);
  }
  if (isForeignOutput(state, transfer)) return null;
  const elsewhere = matches.find(([path, other]) => holdsRecorded(state, path, other));
  if (elsewhere != null) return reuse(elsewhere[0], []);
  // A lost draft costs nothing to make again.
  if (locked.draft) return null;
  return {
    kind: 'blocked',
    ...unavailable(transfer.output, locked.generatedAt.slice(0, 10), locked.charge.microUsd),
  };
}

function isOutdated(state: IndexedState, locked: LockedOutput, candidate: Sought): boolean {
  return state.refresh && locked.adapterRevision < candidate.provider.adapter.revision;
}

function findJournaled(state: IndexedState, transfer: Transfer, candidate: Sought): Left | null {
  const purchase = state.purchases.get(candidate.fingerprint);
  if (purchase == null) return null;
  if (isCollectable(purchase.state)) {
    return {
      kind: 'resume',
      message: `paid for by an earlier run (${purchase.state}); it is collected, not bought again`,
    };
  }
  if (purchase.state === 'submitting' && purchase.holder.checkout !== state.checkout) {
    return {
      kind: 'resume',
      message: `run ${purchase.holder.runId} is buying it; it is adopted, not bought twice`,
    };
  }
  const before = purchase.settled.find(({ state: settledAs }) => settledAs === 'recorded');
  const isFreeAgain = purchase.state === 'released' || purchase.state === 'failed-refunded';
  if (isFreeAgain && before != null && !isRefreshed(state, transfer, candidate)) {
    const date = dayOf(before.reservedAtMs);
    return { kind: 'blocked', ...unavailable(transfer.output, date, before.microUsd) };
  }
  switch (purchase.state) {
    case 'submitting':
    case 'unknown':
      return {
        kind: 'blocked',
        code: 'outcome-unknown',
        open: { fingerprint: purchase.fingerprint, holdMicroUsd: purchase.holdMicroUsd },
        message: `an earlier run asked ${candidate.provider.adapter.title} for this and nobody can say whether it was accepted${detail(purchase)}; ${formatUsd(purchase.holdMicroUsd)} stays held. ${settleInstructions(purchase)}; to buy it anyway, raise take`,
      };
    case 'failed-charged':
      return {
        kind: 'blocked',
        code: 'charged-failure',
        ...(purchase.charge?.microUsd == null
          ? { open: { fingerprint: purchase.fingerprint, holdMicroUsd: purchase.holdMicroUsd } }
          : {}),
        message: `it failed and the provider may have kept the money${detail(purchase)}; change the inputs (a clip needs ${CLIP_ADVICE}), or raise take to try again${purchase.charge?.microUsd == null ? `. ${settleInstructions(purchase)}` : ''}`,
      };
    case 'failed-refunded':
      return purchase.failureCount < MAX_REFUNDED_FAILURES
        ? null
        : {
            kind: 'blocked',
            code: 'too-many-failures',
            message: `it failed ${purchase.failureCount} times${detail(purchase)}; change the inputs (a clip needs ${CLIP_ADVICE}), or raise take to try again`,
          };
    case 'written-off':
      return costOf(purchase) === 0
        ? null
        : {
            kind: 'blocked',
            code: 'charged-failure',
            message: `it was settled by hand as charged${detail(purchase)}; to buy it again, raise take`,
          };
    case 'recorded':
      return isRefreshed(state, transfer, candidate)
        ? null
        : findRecorded(state, transfer, candidate, purchase);
    default:
      return null;
  }
}

/** Bought here, but the lockfile no longer says so (it was reverted or lost). */
function findRecorded(
  state: IndexedState,
  transfer: Transfer,
  candidate: Sought,
  purchase: Purchase,
): Left | null {
  if (isForeignOutput(state, transfer)) return null;
  const recorded = { identity: purchase.identity, sha256: purchase.download?.sha256 ?? '' };
  if (!holdsRecorded(state, purchase.output, recorded)) {
    const date = dayOf(purchase.reservedAtMs);
    if (purchase.archive != null) {
      const message = `bought on ${date} by run ${purchase.holder.runId}; it is fetched from that run's artifact, not bought again`;
      return { kind: 'resume', message };
    }
    const microUsd = purchase.charge?.microUsd ?? null;
    const why = whyLost(purchase);
    return why == null
      ? { kind: 'blocked', ...unavailable(transfer.output, date, microUsd) }
      : {
          kind: 'blocked',
          code: 'paid-but-unavailable',
          message: describeLost({
            output: transfer.output,
            paidAtMs: purchase.reservedAtMs,
            microUsd,
            why,
          }),
        };
  }
  return {
    kind: 'reuse',
    provider: purchase.provider,
    ...unlessDefault(candidate.modelName),
    fingerprint: purchase.fingerprint,
    copyFrom: purchase.output === transfer.output ? null : purchase.output,
    reasons: [reason('unchanged', 'bought earlier in this checkout')],
    warnings: [
      `${purchase.output} is missing from the lockfile; restore the lockfile from the run's artifact`,
    ],
  };
}

function unavailable(output: string, date: string, microUsd: number | null) {
  const price = microUsd == null ? '' : ` (${formatUsd(microUsd)})`;
  return {
    code: 'paid-but-unavailable' as const,
    message: `paid on ${date}${price}, but ${output} is not here; restore it from git or from that run's artifact, or raise take to buy it again`,
  };
}

function detail(purchase: Purchase): string {
  return purchase.message == null ? '' : ` (${purchase.message})`;
}

/** A file at the output path that no record of ours explains: somebody's own work. */
export function isForeignOutput(state: IndexedState, transfer: Transfer): boolean {
  if (state.outputs.get(transfer.output) == null) return false;
  if (Object.hasOwn(state.lockfile.outputs, transfer.output)) return false;
  return state.records.boughtFor(transfer.output) == null;
}

/** Why a draft must not be rendered over this output: it was paid for. */
export function describeReplacedPurchase(state: IndexedState, transfer: Transfer): string | null {
  const locked = state.lockfile.outputs[transfer.output];
  if (locked?.draft === true || state.outputs.get(transfer.output) == null) return null;
  const bought = locked ?? state.records.boughtFor(transfer.output);
  return bought == null
    ? null
    : `${transfer.output} was bought from ${bought.provider} and would be replaced by a draft; give the draft another output, or set draft: true to preview beside it`;
}

function isRefreshed(state: IndexedState, transfer: Transfer, candidate: Sought): boolean {
  const locked = state.lockfile.outputs[transfer.output];
  return locked?.fingerprint === candidate.fingerprint && isOutdated(state, locked, candidate);
}
