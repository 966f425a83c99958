import * as actions from '@actions/core';
import { messageOf, type OnRecord, planTransfers } from '@motion-transfer/core';
import { makeReport, type Report, type renderSummary } from '@motion-transfer/core/shell';
import { deliverBundle, deliverPages } from '../artifacts/deliver.ts';
import { writePlan } from '../artifacts/documents.ts';
import { bundleReport } from '../artifacts/report-bundle.ts';
import { makePreviews, type Previews } from '../draft/previews.ts';
import { actionsLog } from '../environment.ts';
import { finishStep, logNotes, printTable } from '../finish-step.ts';
import { chooseSessionLedger, notesOfLedger, openSessionLedger } from '../ledger.ts';
import { setArtifactOutputs, setPlanOutputs } from '../outputs.ts';
import { notesOfBase } from '../pull-request/base.ts';
import { commentOnPlan } from '../pull-request/comment.ts';
import { findApproval } from '../pull-request/label-approval.ts';
import type { Session } from '../session.ts';
import { makePlan, onAccountOfMerge, readRequestedConfig } from './requested-config.ts';

/** `plan`: what would be bought, for how much, against which limits. Spends nothing, needs no secret. */
export async function runPlanCommand(started: Session): Promise<number> {
  const requested = await readRequestedConfig(started);
  const choice = await chooseSessionLedger(started, requested.config.ledger);
  let accountProblem: string | null = null;
  const session = await onAccountOfMerge(started, requested, choice).catch((error: unknown) => {
    accountProblem = `A run would buy nothing: ${messageOf(error)}`;
    return started;
  });
  const { github, ports, stateDirectory } = session;
  const planned = await planTransfers(ports, {
    workspace: github.workspace,
    stateDirectory,
    identity: github.identity,
    openLedger: () => openSessionLedger(session, choice),
    makePlan: (records) => actions.group('Plan', () => makePlan(session, requested, records)),
    findApproval: (plan, spent) => findApproval(session, { plan, spent }),
  });
  const { plan, ledgerProblem, onRecord } = planned;
  const input = { ...planned, command: 'plan', results: null } as const;
  printTable(makeReport({ ...input, notes: [] }));
  const previews = await makePreviews(session, plan);
  const notes = [
    ...logNotes(plan, previews, notesOfLedger(choice, requested.config)),
    ...[ledgerProblem, accountProblem].filter((problem) => problem != null),
    ...notesOfBase(session),
    ...planned.notes,
  ];
  const report = makeReport({ ...input, notes });
  setPlanOutputs(report, await writePlan(github.temporaryDirectory, plan));
  return previews.all.some((preview) => preview.path != null)
    ? deliverDrafts(session, { report, previews, onRecord })
    : finishPlan(session, report, { artifactUrl: null, outputDirectory: null }, onRecord);
}

async function deliverDrafts(
  session: Session,
  {
    report,
    previews,
    onRecord,
  }: {
    readonly report: Report;
    readonly previews: Previews;
    readonly onRecord: OnRecord | null;
  },
): Promise<number> {
  const { bundle, gallery } = await bundleReport(session, report, { videos: [], previews });
  actions.setOutput('output-directory', bundle.directory);
  const delivered = await deliverBundle(session, bundle, { videos: [], mayUpload: true });
  if (delivered.problem != null)
    actionsLog.warning(`the drafts are only in ${bundle.directory}: ${delivered.problem}`);
  const artifactUrl = setArtifactOutputs(session.github, delivered.artifact);
  const { galleryUrl, notes } = await deliverPages(session, bundle, gallery, delivered);
  const links = { artifactUrl, galleryUrl, outputDirectory: bundle.directory };
  return finishPlan(session, { ...report, notes: [...report.notes, ...notes] }, links, onRecord);
}

/** The pull request's comment comes last: it links what was uploaded. */
async function finishPlan(
  session: Session,
  report: Report,
  links: Parameters<typeof renderSummary>[1],
  onRecord: OnRecord | null,
): Promise<number> {
  const { runUrl } = session.github;
  const { artifactUrl, galleryUrl = null } = links;
  const commented = await commentOnPlan(session, report, { runUrl, artifactUrl, galleryUrl });
  actions.setOutput('comment-body', commented.body);
  for (const note of commented.notes) actionsLog.info(note);
  const notes = [...report.notes, ...commented.notes];
  return finishStep({ ...report, notes }, links, onRecord);
}
