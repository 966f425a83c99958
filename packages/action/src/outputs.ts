import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type Delivered,
  formatIssue,
  type Issue,
  type ProbeOutcome,
  type ReconcileOutcome,
  type SourcePosition,
  type Step,
  type Verdict,
} from '@motion-transfer/core';
import {
  describeDrift,
  findDrift,
  formatUsd,
  LIMITS,
  type Report,
} from '@motion-transfer/core/shell';
import { annotate } from './annotations.ts';
import type { UploadedArtifact } from './artifacts/upload.ts';
import type { GitHubContext } from './github/context.ts';

/** The only place that sets outputs. Money is written in dollars, like everywhere else. */
export function setPlanOutputs(report: Report, planPath: string): void {
  const { totals, plan, decision } = report;
  actions.setOutput('plan', planPath);
  actions.setOutput('plan-digest', plan.digest);
  actions.setOutput('estimated-cost', dollars(totals.estimatedHighMicroUsd));
  actions.setOutput('estimated-cost-low', dollars(totals.estimatedLowMicroUsd));
  actions.setOutput('within-budget', String(decision.withinBudget));
  actions.setOutput('reused-count', String(plan.totals.reuseCount));
  actions.setOutput('blocked-count', String(plan.totals.blockedCount));
  actions.setOutput('to-generate-count', String(plan.totals.generateCount));
  actions.setOutput('new-count', String(countReason(plan.steps, true)));
  actions.setOutput('stale-count', String(countReason(plan.steps, false)));
  actions.setOutput('removed-count', String(plan.pullRequest?.removed?.length ?? 0));
  actions.setOutput('approved-by', report.approval?.actor ?? '');
  for (const { output, field } of LIMITS) {
    const limit = plan.limits[field];
    actions.setOutput(output, limit == null ? '' : dollars(limit));
  }
}

/** Steps that buy: because there is no output yet, or because the one there is stale. */
function countReason(steps: readonly Step[], isNew: boolean): number {
  return steps.filter(
    (step) =>
      step.action === 'generate' &&
      step.sameAs == null &&
      !step.resumes &&
      step.reasons.some(({ code }) => code === 'new') === isNew,
  ).length;
}

export function setRunOutputs({ totals }: Report, outputDirectory: string | null): void {
  if (outputDirectory != null) {
    actions.setOutput('results', join(outputDirectory, 'results.json'));
    actions.setOutput('output-directory', outputDirectory);
  }
  actions.setOutput('actual-cost', dollars(totals.chargedMicroUsd));
  actions.setOutput('held-cost', dollars(totals.heldMicroUsd));
  actions.setOutput('generated-count', String(totals.counts.generated + totals.counts.copied));
  actions.setOutput('reused-count', String(totals.counts.reused));
  actions.setOutput('blocked-count', String(totals.counts.blocked));
  actions.setOutput('failed-count', String(totals.counts.failed));
  actions.setOutput('unknown-count', String(totals.counts.unknown));
  actions.setOutput('collected-count', String(totals.counts.collected));
  actions.setOutput('in-progress-count', String(totals.counts['in-progress']));
  actions.setOutput('not-started-count', String(totals.counts['not-started']));
}

/** Whatever became of the ledger: what was found, collected and spent is in the outputs. */
export function setReconcileOutputs(outcome: ReconcileOutcome<Delivered>): void {
  const { results, findings, onRecord } = outcome;
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const count = (state: string) => results.filter((result) => result.state === state).length;
  // A job that takes too long is a finding too: its hold counts once.
  const collecting = new Set(results.map(({ fingerprint }) => fingerprint));
  const found = findings.filter(({ fingerprint }) => !collecting.has(fingerprint));
  const open = found.map(({ fingerprint }) => onRecord.purchases.get(fingerprint));
  const held = [...results, ...open].map((one) => one?.holdMicroUsd ?? 0);
  actions.setOutput(
    'actual-cost',
    dollars(sum(results.map(({ charge }) => charge?.microUsd ?? 0))),
  );
  actions.setOutput('held-cost', dollars(sum(held)));
  actions.setOutput('unknown-count', String(found.length));
  actions.setOutput('collected-count', String(count('collected')));
  actions.setOutput('failed-count', String(count('failed')));
  actions.setOutput('in-progress-count', String(count('in-progress')));
}

export function setProbeOutputs(outcome: ProbeOutcome<Delivered>, directory: string | null): void {
  const { findings, results } = outcome;
  const count = (verdict: Verdict) =>
    findings.assumptions.filter((assumption) => assumption.verdict === verdict).length;
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const charged = results.filter(({ state }) => state !== 'reused');
  if (directory != null) {
    actions.setOutput('output-directory', directory);
    actions.setOutput('probe-report', join(directory, 'report.md'));
  }
  actions.setOutput('confirmed-count', String(count('confirmed')));
  actions.setOutput('wrong-count', String(count('wrong')));
  actions.setOutput('not-seen-count', String(count('not-seen')));
  actions.setOutput(
    'actual-cost',
    dollars(sum(charged.map(({ charge }) => charge?.microUsd ?? 0))),
  );
  actions.setOutput('held-cost', dollars(sum(results.map(({ holdMicroUsd }) => holdMicroUsd))));
}

/** Nothing without an artifact. */
export function setArtifactOutputs(github: GitHubContext, artifact: UploadedArtifact | null): void {
  if (artifact == null) return;
  actions.setOutput('artifact-id', String(artifact.id));
  actions.setOutput('artifact-url', github.artifactUrl(artifact.id) ?? '');
}

function dollars(microUsd: number): string {
  return formatUsd(microUsd).slice(1);
}

export function annotateIssues(issues: readonly Issue[]): void {
  for (const { severity, path, message, position } of issues)
    annotate(severity, formatIssue({ severity, path, message }), position);
}

/** Blocked transfers and failures, on the line of the config that asked for them, or on the asset that is at fault. */
export function annotateReport(report: Report): void {
  const results = new Map((report.results ?? []).map((result) => [result.id, result]));
  const issues = report.plan.steps.flatMap((step): Issue[] => {
    const result = results.get(step.id);
    const place = locationOf(step);
    const position = place != null ? { position: place } : {};
    const warnings = step.warnings.map(
      (message): Issue => ({ severity: 'warning', path: step.id, message, ...position }),
    );
    const bad = result != null && ['failed', 'unknown', 'in-progress'].includes(result.state);
    if (step.action !== 'blocked' && !bad) return warnings;
    const message = result?.message ?? step.reasons.map((reason) => reason.message).join('; ');
    return [...warnings, { severity: 'error', path: step.id, message, ...position }];
  });
  const positions = new Map(report.plan.steps.map((step) => [step.id, step.position]));
  const drifts = findDrift(report.plan, report.results).filter(({ isLarge }) => isLarge);
  annotateIssues([
    ...issues,
    ...drifts.map((drift): Issue => {
      const position = positions.get(drift.id);
      const message = describeDrift(drift);
      const place = position == null ? {} : { position };
      return { severity: 'warning', path: drift.id, message, ...place };
    }),
  ]);
}

function locationOf(step: Step): SourcePosition | null {
  const faults = step.reasons.filter(({ code }) => code === 'asset-problem');
  for (const { source, identity } of [step.character, step.motion]) {
    // What is not there cannot carry an annotation.
    if (source.kind !== 'file' || identity == null) continue;
    if (faults.some(({ message }) => message.includes(source.path)))
      return { file: source.path, line: 1, column: 1 };
  }
  return step.position;
}
