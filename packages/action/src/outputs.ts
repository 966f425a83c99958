import { join } from 'node:path';
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
  describeSharedWarning,
  findDrift,
  formatUsd,
  LIMITS,
  ownWarnings,
  type Report,
} from '@motion-transfer/core/shell';
import { annotate } from './annotations.ts';
import type { UploadedArtifact } from './artifacts/upload.ts';
import type { Committed } from './commit/commit-outputs.ts';
import { setOutput } from './environment.ts';
import type { GitHubContext } from './github/context.ts';

/** The only place that sets outputs. Money is written in dollars, like everywhere else. */
export function setPlanOutputs(report: Report, planPath: string): void {
  const { totals, plan, decision } = report;
  setOutput('plan', planPath);
  setOutput('plan-digest', plan.digest);
  setOutput('estimated-cost', dollars(totals.estimatedHighMicroUsd));
  setOutput('estimated-cost-low', dollars(totals.estimatedLowMicroUsd));
  setOutput('within-budget', String(decision.withinBudget));
  setOutput('reused-count', String(plan.totals.reuseCount));
  setOutput('blocked-count', String(plan.totals.blockedCount));
  setOutput('to-generate-count', String(plan.totals.generateCount));
  setOutput('new-count', String(countReason(plan.steps, true)));
  setOutput('stale-count', String(countReason(plan.steps, false)));
  setOutput('removed-count', String(plan.pullRequest?.removed?.length ?? 0));
  setOutput('approved-by', report.approval?.actor ?? '');
  for (const { output, field } of LIMITS) {
    const limit = plan.limits[field];
    setOutput(output, limit == null ? '' : dollars(limit));
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
    setOutput('results', join(outputDirectory, 'results.json'));
    setOutput('output-directory', outputDirectory);
  }
  setOutput('actual-cost', dollars(totals.chargedMicroUsd));
  setOutput('held-cost', dollars(totals.heldMicroUsd));
  setOutput('generated-count', String(totals.counts.generated + totals.counts.copied));
  setOutput('reused-count', String(totals.counts.reused));
  setOutput('blocked-count', String(totals.counts.blocked));
  setOutput('failed-count', String(totals.counts.failed));
  setOutput('unknown-count', String(totals.unknownCount));
  setOutput('collected-count', String(totals.counts.collected));
  setOutput('in-progress-count', String(totals.counts['in-progress']));
  setOutput('not-started-count', String(totals.counts['not-started']));
  setOutput('warned-count', String(totals.warnedCount));
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
  setOutput('actual-cost', dollars(sum(results.map(({ charge }) => charge?.microUsd ?? 0))));
  setOutput('held-cost', dollars(sum(held)));
  setOutput('unknown-count', String(found.length));
  setOutput('collected-count', String(count('collected')));
  setOutput('failed-count', String(count('failed')));
  setOutput('in-progress-count', String(count('in-progress')));
}

export function setProbeOutputs(outcome: ProbeOutcome<Delivered>, directory: string | null): void {
  const { findings, results } = outcome;
  const count = (verdict: Verdict) =>
    findings.assumptions.filter((assumption) => assumption.verdict === verdict).length;
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const charged = results.filter(({ state }) => state !== 'reused');
  if (directory != null) {
    setOutput('output-directory', directory);
    setOutput('probe-report', join(directory, 'report.md'));
  }
  setOutput('confirmed-count', String(count('confirmed')));
  setOutput('wrong-count', String(count('wrong')));
  setOutput('not-seen-count', String(count('not-seen')));
  setOutput('actual-cost', dollars(sum(charged.map(({ charge }) => charge?.microUsd ?? 0))));
  setOutput('held-cost', dollars(sum(results.map(({ holdMicroUsd }) => holdMicroUsd))));
}

/** Nothing without an artifact. */
export function setArtifactOutputs(github: GitHubContext, artifact: UploadedArtifact | null): void {
  if (artifact == null) return;
  setOutput('artifact-id', String(artifact.id));
  setOutput('artifact-url', github.artifactUrl(artifact.id) ?? '');
}

/** Nothing without a commit or a pull request. */
export function setCommitOutputs(
  github: GitHubContext,
  { commitId, pullRequestUrl }: Pick<Committed, 'commitId' | 'pullRequestUrl'>,
): void {
  if (commitId != null) {
    setOutput('commit-id', commitId);
    setOutput('commit-url', github.commitUrl(commitId) ?? '');
  }
  if (pullRequestUrl != null) setOutput('pull-request-url', pullRequestUrl);
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
    const warnings = ownWarnings(step, report.sharedWarnings).map(
      (message): Issue => ({ severity: 'warning', path: step.id, message, ...position }),
    );
    const bad =
      result != null && ['failed', 'unknown', 'in-progress', 'blocked'].includes(result.state);
    for (const { message } of result?.warnings ?? [])
      warnings.push({ severity: 'warning', path: step.id, message, ...position });
    if (step.action !== 'blocked' && !bad) return warnings;
    const message = result?.message ?? step.reasons.map((reason) => reason.message).join('; ');
    return [...warnings, { severity: 'error', path: step.id, message, ...position }];
  });
  const positions = new Map(report.plan.steps.map((step) => [step.id, step.position]));
  for (const warning of report.sharedWarnings)
    annotate(
      'warning',
      describeSharedWarning(warning),
      positions.get(warning.ids[0] ?? '') ?? undefined,
    );
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
