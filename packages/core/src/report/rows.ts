import { formatUsd, formatUsdRange } from '../model/money.ts';
import type { Step } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import type { Report } from './report.ts';

/** One transfer as people read it, in the log and in the summary alike. */
export interface ReportRow {
  readonly id: string;
  readonly action: string;
  readonly provider: string;
  readonly why: string;
  readonly price: string;
}

export function makeRows(report: Report): ReportRow[] {
  const results = new Map((report.results ?? []).map((result) => [result.id, result]));
  const planned = new Set(report.plan.steps.map((step) => step.id));
  const others = (report.results ?? []).filter((result) => !planned.has(result.id));
  const rows = report.plan.steps.map((step) => {
    const result = results.get(step.id) ?? null;
    return {
      id: step.id,
      action: result == null ? step.action : describeState(result),
      provider:
        step.action === 'blocked'
          ? ''
          : step.action === 'generate'
            ? `${result?.provider ?? step.provider} ${step.parameters.tier}`
            : step.provider,
      why: result?.message ?? describeVideo(result) ?? describeWhy(step),
      price: result == null ? describePrice(step) : describeCharge(step, result),
    };
  });
  return [...rows, ...others.map(unplannedRow)];
}

/** A purchase of an earlier run that no step is about any more. */
function unplannedRow(result: TransferResult): ReportRow {
  return {
    id: result.id,
    action: describeState(result),
    provider: result.provider ?? '',
    why: result.message ?? '',
    price: describeFigures(result) ?? '',
  };
}

function describeState(result: TransferResult): string {
  if (result.draft && result.state === 'generated') return 'draft';
  return result.state === 'generated' ? 'generated' : result.state.replace('-', ' ');
}

export function describeWhy(step: Step): string {
  return [
    ...step.reasons.map((reason) => reason.message),
    ...describeContract(step),
    ...describeFallbacks(step),
    ...step.warnings,
  ].join('; ');
}

/** An agreed price is nobody's list price, so that it is said how it was reckoned. */
function describeContract(step: Step): string[] {
  if (step.action !== 'generate' || !costsAnew(step)) return [];
  return step.price?.origin === 'contract' ? [step.estimate.basis] : [];
}

function describeFallbacks(step: Step): string[] {
  if (step.action !== 'generate' || step.fallbacks.length === 0) return [];
  const { fallbacks } = step;
  const highest = Math.max(...fallbacks.map(({ estimate }) => estimate.highMicroUsd));
  const names = fallbacks.map(({ provider }) => provider).join(', then ');
  return [`if ${step.provider} does not accept it: ${names}, at most ${formatUsd(highest)}`];
}

/** What was delivered: its length and size say more than why it was ordered. */
function describeVideo(result: TransferResult | null): string | null {
  if (result?.videoSeconds == null || result.bytes == null) return null;
  const seconds = Math.round(result.videoSeconds * 10) / 10;
  return `${seconds} s video, ${(result.bytes / 1_000_000).toFixed(2)} MB`;
}

function describePrice(step: Step): string {
  if (step.action === 'reuse') return '$0.00';
  if (step.action === 'blocked') return '';
  return costsAnew(step)
    ? formatUsdRange(step.estimate.lowMicroUsd, step.estimate.highMicroUsd)
    : '$0.00';
}

function describeCharge(step: Step, result: TransferResult): string {
  if (result.draft || result.state === 'reused' || result.state === 'copied') return '$0.00';
  const figures = describeFigures(result);
  if (figures != null) return figures;
  return step.action === 'blocked' ? '' : '$0.00';
}

/** What it cost, or what is set aside for it; `null` when neither is known. */
function describeFigures(result: TransferResult): string | null {
  if (result.charge?.microUsd != null) {
    return `${formatUsd(result.charge.microUsd)} ${result.charge.source === 'estimated' ? '(estimated)' : '(charged)'}`;
  }
  if (result.holdMicroUsd > 0) return `${formatUsd(result.holdMicroUsd)} held`;
  return null;
}
