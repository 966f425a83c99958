import { CLIP_ADVICE } from '../model/advice/clip-advice.ts';
import { messageOf, StoppedError } from '../model/errors.ts';
import { purchaseOf } from '../model/lockfile/lockfile.ts';
import { reportWarning } from '../model/media/output-warning.ts';
import { formatUsd } from '../model/money.ts';
import {
  type BlockedStep,
  type GenerateStep,
  modelOfStep,
  type ReuseStep,
  type Step,
} from '../model/plan.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import { holdsMoney, isCollectable } from '../model/purchase/purchase-state.ts';
import { settleInstructions } from '../model/purchase/settle-instructions.ts';
import type { TransferResult } from '../model/results.ts';
import type { Failure } from '../providers/adapter.ts';
import type { Adopted } from './adopt/adopt.ts';
import { MAX_TIMES_HOLD, settleCharge } from './charge.ts';
import type { Collected } from './collect/collect.ts';
import { isHeldHere, type RunContext } from './context.ts';
import type { Submitted } from './submit/post.ts';

/** What became of each step, in the words of results.json. */

function blank(step: Step, state: TransferResult['state'], message: string | null): TransferResult {
  return {
    id: step.id,
    output: step.output,
    state,
    provider: step.action === 'blocked' ? null : step.provider,
    model: modelOfStep(step),
    draft: step.action !== 'blocked' && step.provider === 'draft',
    fingerprint: step.action === 'blocked' ? null : step.fingerprint,
    operation: null,
    holdMicroUsd: 0,
    charge: null,
    isBoughtHere: false,
    sha256: null,
    bytes: null,
    videoSeconds: null,
    elapsedMs: null,
    message,
    warnings: null,
    alarm: null,
  };
}

export function ofBlocked(step: BlockedStep): TransferResult {
  const message = step.reasons.map((reason) => reason.message).join('; ');
  return { ...blank(step, 'blocked', message), holdMicroUsd: step.heldMicroUsd };
}

export function ofNotStarted(step: Step, message: string): TransferResult {
  return blank(step, 'not-started', message);
}

/** What a draft engine made. */
export interface RenderedDraft {
  readonly sha256: string;
  readonly bytes: number;
  readonly videoSeconds: number;
  readonly warnings: readonly string[];
}

export function ofDraft(step: GenerateStep, rendered: RenderedDraft): TransferResult {
  const { sha256, bytes, videoSeconds, warnings } = rendered;
  const message = warnings.length > 0 ? warnings.join('; ') : null;
  return { ...blank(step, 'generated', message), sha256, bytes, videoSeconds };
}

export function ofReuse(context: RunContext, step: ReuseStep): TransferResult {
  const entry = context.store.lockfile.outputs[step.copyFrom ?? step.output];
  const locked = entry == null ? null : purchaseOf(entry, step.fingerprint);
  return {
    ...blank(step, 'reused', null),
    operation: locked?.operation ?? null,
    sha256: locked?.sha256 ?? null,
    bytes: locked?.bytes ?? null,
    videoSeconds: locked?.videoSeconds ?? null,
    warnings: locked?.warnings?.map(reportWarning) ?? null,
  };
}

export function ofCopy(step: GenerateStep, original: TransferResult): TransferResult {
  return {
    ...original,
    id: step.id,
    output: step.output,
    state: 'copied',
    holdMicroUsd: 0,
    charge: null,
    isBoughtHere: false,
    elapsedMs: null,
    message: `copied from ${original.output}`,
  };
}

export function ofCollected(
  context: RunContext,
  step: GenerateStep,
  collected: Collected,
): TransferResult {
  const purchase = context.store.purchases.get(step.fingerprint);
  switch (collected.kind) {
    case 'stored':
      return {
        ...fromEntry(
          context,
          step,
          collected.purchase,
          isBoughtHere(context, step, collected.purchase) ? 'generated' : 'collected',
          describeOrigin(collected.purchase),
        ),
        holdMicroUsd: 0,
        charge: collected.purchase.state === 'recorded' ? null : settleCharge(collected.purchase),
        alarm: describeOvercharge(collected.purchase),
        sha256: collected.purchase.download?.sha256 ?? null,
        bytes: collected.purchase.download?.bytes ?? null,
        videoSeconds: collected.purchase.download?.videoSeconds ?? null,
      };
    case 'failed':
      return {
        ...fromEntry(context, step, purchase, 'failed', describeEnd(collected.failure, purchase)),
        alarm: purchase == null ? null : describeFailureOvercharge(purchase, collected.failure),
      };
    case 'cancelled':
      return fromEntry(
        context,
        step,
        purchase,
        'not-started',
        `${collected.message}; run again to buy it`,
      );
    case 'cancelling':
      return fromEntry(context, step, purchase, 'in-progress', collected.message);
    case 'gone':
      return fromEntry(
        context,
        step,
        purchase,
        collected.isLost ? 'blocked' : 'failed',
        collected.message,
      );
    case 'in-progress':
      return fromEntry(
        context,
        step,
        purchase,
        'in-progress',
        `${collected.message}; run again to collect it, it is not bought again`,
      );
  }
}

/** What another run bought costs nothing here. */
function describeOrigin({ state, holder, reservedAtMs }: Purchase): string | null {
  if (state !== 'recorded') return null;
  const date = new Date(reservedAtMs).toISOString().slice(0, 10);
  return `bought on ${date} by run ${holder.runId}, fetched from there`;
}

export function ofAdopted(
  context: RunContext,
  step: GenerateStep,
  adopted: Extract<Adopted, { kind: 'settled' | 'waiting' }>,
): TransferResult {
  const purchase = context.store.purchases.get(step.fingerprint);
  const state = adopted.kind === 'waiting' ? 'in-progress' : adopted.state;
  // Whoever settled it counts what it cost.
  return { ...fromEntry(context, step, purchase, state, adopted.message), charge: null };
}

export function ofRefusal(
  context: RunContext,
  step: GenerateStep,
  submitted: Exclude<Submitted, { kind: 'paid' }>,
): TransferResult {
  const purchase = context.store.purchases.get(step.fingerprint);
  if (submitted.kind === 'failed')
    return fromEntry(
      context,
      step,
      purchase,
      'failed',
      describeFailure(submitted.failure, purchase),
    );
  const waysOut = [
    ...(purchase == null ? [] : [settleInstructions(purchase)]),
    'to buy it anyway, raise take',
  ].join('; ');
  return fromEntry(
    context,
    step,
    purchase,
    'unknown',
    `nobody can say whether it was accepted (${submitted.message}); its price stays held and it is not bought again. ${waysOut}`,
  );
}

/** With why it was not, or not only, the provider that was planned. */
export function withNote(result: TransferResult, note: string | null): TransferResult {
  if (note == null) return result;
  return { ...result, message: result.message == null ? note : `${note}; ${result.message}` };
}

/** A stop or a fault before the end: what the record says decides what it means. */
export function ofInterruption(
  context: RunContext,
  step: GenerateStep,
  error: unknown,
): TransferResult {
  const purchase = context.store.purchases.get(step.fingerprint);
  const message = messageOf(error);
  if (purchase != null && isCollectable(purchase.state)) {
    return fromEntry(
      context,
      step,
      purchase,
      'in-progress',
      `${message}; it is paid for, run again to collect it`,
    );
  }
  if (purchase?.state === 'unknown' || purchase?.state === 'submitting')
    return fromEntry(
      context,
      step,
      purchase,
      'unknown',
      `${message}; nobody can say whether it was accepted; its price stays held. ${settleInstructions(purchase)}`,
    );
  return fromEntry(
    context,
    step,
    purchase,
    error instanceof StoppedError ? 'not-started' : 'failed',
    message,
  );
}

function fromEntry(
  context: RunContext,
  step: GenerateStep,
  purchase: Purchase | undefined,
  state: TransferResult['state'],
  message: string | null,
): TransferResult {
  return {
    ...blank(step, state, message),
    isBoughtHere: purchase != null && isBoughtHere(context, step, purchase),
    operation: purchase?.operation ?? null,
    holdMicroUsd:
      purchase != null && holdsMoney(purchase.state, purchase.charge?.microUsd != null)
        ? purchase.holdMicroUsd
        : 0,
    // What an earlier run settled is charged there, once.
    charge: purchase?.state === 'recorded' ? null : (purchase?.charge ?? null),
  };
}

/** Whether this run asked for it, rather than an earlier run or another one at the same time. */
function isBoughtHere(context: RunContext, { resumes }: GenerateStep, purchase: Purchase): boolean {
  return !resumes && isHeldHere(context, purchase.fingerprint, purchase.state);
}

/** Recorded truthfully, but said loudly. Prospolabs' figure is an estimate and counts here too. */
function describeOvercharge(purchase: Purchase): string | null {
  const { holdMicroUsd, reported } = purchase;
  const charge = purchase.charge ?? settleCharge(purchase);
  if (reported?.microUsd != null && charge.microUsd == null) {
    return `a charge of ${formatUsd(reported.microUsd)} was reported, more than ${MAX_TIMES_HOLD} times the ${formatUsd(holdMicroUsd)} that was held; it is recorded as unknown and the hold counts; compare it with the bill`;
  }
  if (charge?.microUsd == null || charge.microUsd <= holdMicroUsd) return null;
  return `it cost ${formatUsd(charge.microUsd)} (${charge.source}), more than the ${formatUsd(holdMicroUsd)} that was held`;
}

function describeFailureOvercharge(purchase: Purchase, { billed, reported }: Failure) {
  return billed === 'yes' && reported != null
    ? describeOvercharge({ ...purchase, reported })
    : null;
}

function describeFailure(failure: Failure, purchase: Purchase | undefined, advice = ''): string {
  const money = {
    no: 'nothing was billed',
    yes: 'it was billed',
    unknown: 'whether it was billed is not known, so its price stays held',
  }[failure.billed];
  const isOpen = failure.billed === 'unknown' && purchase != null;
  return `${failure.message} (${money})${advice}${isOpen ? `. ${settleInstructions(purchase)}` : ''}`;
}

/** A job that was accepted and then failed because of its inputs has a clip, or an image, that the model cannot follow. */
function describeEnd(failure: Failure, purchase: Purchase | undefined): string {
  const isAboutInputs = failure.kind === 'input' || failure.kind === 'moderation';
  return describeFailure(failure, purchase, isAboutInputs ? `; a clip needs ${CLIP_ADVICE}` : '');
}
