import * as actions from '@actions/core';
import { messageOf, type OnRecord, type Plan } from '@motion-transfer/core';
import {
  adapters,
  plainText,
  type Report,
  renderLedgerReport,
  renderSummary,
  renderTextTable,
  retentionNotes,
} from '@motion-transfer/core/shell';
import { finishAnnotations } from './annotations.ts';
import { notesOfPreviews, type Previews } from './draft/previews.ts';
import { actionsLog } from './environment.ts';
import { annotateReport } from './outputs.ts';
import { redactor } from './secrets.ts';

export function printTable(report: Report): void {
  for (const line of renderTextTable(report)) actions.info(line);
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

/** Annotations, summary, last word. Returns the exit code. */
export async function finishStep(
  report: Report,
  links: Parameters<typeof renderSummary>[1],
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
