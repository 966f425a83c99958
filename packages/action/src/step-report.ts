import * as actions from '@actions/core';
import {
  type Delivered,
  messageOf,
  type OnRecord,
  type Plan,
  type Planned,
  type ReconcileOutcome,
  type Sample,
} from '@motion-transfer/core';
import {
  adapters,
  makeReport,
  plainText,
  type Report,
  renderLedgerReport,
  renderReconcile,
  renderSummary,
  renderTextReport,
  retentionNotes,
  type SummaryLinks,
} from '@motion-transfer/core/shell';
import { finishAnnotations } from './annotations.ts';
import { NO_PAGES } from './artifacts/deliver.ts';
import { writePlan } from './artifacts/documents.ts';
import { notesOfPreviews, type Previews } from './draft/previews.ts';
import { actionsLog } from './environment.ts';
import { annotateReport, setPlanOutputs } from './outputs.ts';
import { redactor } from './secrets.ts';
import type { Session } from './session.ts';

/** The plan in the log and in the outputs, before anything is bought. */
export async function showPlan({ github }: Session, planned: Planned): Promise<void> {
  const report = makeReport({ ...planned, command: 'plan', results: null, notes: [] });
  printReport(report);
  setPlanOutputs(report, await writePlan(github.temporaryDirectory, planned.plan));
}

export function printReport(report: Report, links: SummaryLinks = NO_PAGES.links): void {
  for (const line of renderTextReport(report, links)) actions.info(line);
}

/** What people should know besides the table: in the log now, in the summary later. */
export function logNotes(plan: Plan, previews: Previews, warned: readonly string[]): string[] {
  const warnings = [
    ...warned,
    ...plan.open.map((purchase) => purchase.message),
    ...retentionNotes(plan, adapters),
  ];
  const remarks = notesOfPreviews(previews);
  for (const warning of warnings) actionsLog.warning(warning);
  for (const remark of remarks) actionsLog.info(remark);
  return [...warnings, ...remarks];
}

/** Annotations, summary and verdict of `plan` and `run`. Returns the exit code. */
export async function finishStep(
  report: Report,
  links: SummaryLinks,
  onRecord: OnRecord | null,
): Promise<number> {
  annotateReport(report);
  const ledger =
    onRecord == null
      ? ''
      : `\n<details><summary>Ledger</summary>\n\n${renderLedgerReport(onRecord.purchases, onRecord.label)}\n</details>\n`;
  await writeSummary(`${renderSummary(report, links)}${ledger}`);
  if (report.failure != null) return fail(report.failure);
  finishAnnotations();
  actions.info(
    report.command === 'plan'
      ? 'The plan can be carried out; nothing was bought.'
      : 'All transfers are done.',
  );
  return 0;
}

/** Log, summary and verdict of `reconcile`. Returns the exit code. */
export async function finishReconcile(outcome: ReconcileOutcome<Delivered>): Promise<number> {
  const { writtenOff, results, findings, onRecord } = outcome;
  for (const { id, state, message, warnings } of results) {
    actions.info(`${id}: ${state}. ${message ?? ''}`);
    for (const warning of warnings ?? []) actionsLog.warning(`${id}: ${warning.message}`);
  }
  for (const { transferId, message } of findings) actionsLog.warning(`${transferId}: ${message}`);
  const problem = outcome.deliveryProblem ?? outcome.ledgerProblem;
  const { purchases, label: ledger } = onRecord;
  const report = { writtenOff, results, findings, problem, purchases, ledger };
  await writeSummary(renderReconcile(report));
  if (problem != null) return fail(problem);
  const [first] = findings;
  if (first != null) {
    return fail(
      `${findings.length} ${findings.length === 1 ? 'purchase needs' : 'purchases need'} a manual decision. First: ${first.transferId}: ${first.message}`,
    );
  }
  actions.info('Everything that can be settled is settled; nothing was bought.');
  return 0;
}

/** In the log line by line, and in the summary where GitHub puts a button to copy beside them. */
export async function showSamples(samples: readonly Sample[]): Promise<void> {
  if (samples.length === 0) return;
  for (const { title, yaml } of samples) actions.info(`${title}\n\n${yaml}`);
  const blocks = samples.map(({ title, yaml }) => `${title}\n\n\`\`\`yaml\n${yaml}\`\`\`\n`);
  await writeSummary(blocks.join('\n'));
}

export async function writeSummary(markdown: string): Promise<void> {
  await actions.summary
    .addRaw(redactor.redact(markdown))
    .write()
    .catch((error: unknown) =>
      actionsLog.warning(`the summary could not be written: ${messageOf(error)}`),
    );
}

export function fail(message: string): number {
  finishAnnotations();
  actions.error(plainText(message));
  return 1;
}
