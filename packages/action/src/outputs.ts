import * as actions from '@actions/core';
import {
  formatIssue,
  formatUsd,
  type Issue,
  plainText,
  type Report,
  type SourcePosition,
} from '@motion-transfer/core';

/** The only place that sets outputs. Money is written in dollars, like everywhere else. */
export function setPlanOutputs(report: Report, planPath: string): void {
  const { totals, plan, decision } = report;
  actions.setOutput('plan', planPath);
  actions.setOutput('estimated-cost', dollars(totals.estimatedHighMicroUsd));
  actions.setOutput('within-budget', String(decision.withinBudget));
  actions.setOutput('reused-count', String(plan.totals.reuseCount));
  actions.setOutput('blocked-count', String(plan.totals.blockedCount));
}

export function setRunOutputs(report: Report, resultsPath: string, outputDirectory: string): void {
  const { totals } = report;
  actions.setOutput('results', resultsPath);
  actions.setOutput('output-directory', outputDirectory);
  actions.setOutput('actual-cost', dollars(totals.chargedMicroUsd));
  actions.setOutput('held-cost', dollars(totals.heldMicroUsd));
  actions.setOutput('generated-count', String(totals.counts.generated + totals.counts.copied));
  actions.setOutput('reused-count', String(totals.counts.reused));
  actions.setOutput('blocked-count', String(totals.counts.blocked));
  actions.setOutput('failed-count', String(totals.counts.failed));
  actions.setOutput('unknown-count', String(totals.counts.unknown));
}

function dollars(microUsd: number): string {
  return formatUsd(microUsd).slice(1);
}

/** GitHub shows ten annotations of a kind and drops the rest; the tenth says how many there are. */
const MAX_ANNOTATIONS = 9;

export function annotateIssues(issues: readonly Issue[]): void {
  for (const severity of ['error', 'warning'] as const) {
    const ofKind = issues.filter((issue) => issue.severity === severity);
    for (const issue of ofKind.slice(0, MAX_ANNOTATIONS)) {
      annotate(
        severity,
        formatIssue({ severity, path: issue.path, message: issue.message }),
        issue.position,
      );
    }
    const rest = ofKind.slice(MAX_ANNOTATIONS);
    for (const issue of rest) actions.info(plainText(formatIssue(issue)));
    if (rest.length > 0)
      annotate(severity, `and ${rest.length} more, listed in the log`, undefined);
  }
}

/** Blocked transfers and failures, on the line of the config that asked for them. */
export function annotateReport(report: Report): void {
  const results = new Map((report.results ?? []).map((result) => [result.id, result]));
  const issues = report.plan.steps.flatMap((step): Issue[] => {
    const result = results.get(step.id);
    const position = step.position != null ? { position: step.position } : {};
    const warnings = step.warnings.map(
      (message): Issue => ({ severity: 'warning', path: step.id, message, ...position }),
    );
    const bad = result != null && ['failed', 'unknown', 'in-progress'].includes(result.state);
    if (step.action !== 'blocked' && !bad) return warnings;
    const message = result?.message ?? step.reasons.map((reason) => reason.message).join('; ');
    return [...warnings, { severity: 'error', path: step.id, message, ...position }];
  });
  annotateIssues(issues);
}

function annotate(
  severity: Issue['severity'],
  message: string,
  position: SourcePosition | undefined,
): void {
  const properties =
    position != null
      ? { file: position.file, startLine: position.line, startColumn: position.column }
      : {};
  const line = plainText(message);
  if (severity === 'error') actions.error(line, properties);
  else actions.warning(line, properties);
}
