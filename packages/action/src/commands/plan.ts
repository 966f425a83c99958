import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  decideBudget,
  makeReport,
  type Report,
  readRecords,
  type renderSummary,
  spentOf,
} from '@motion-transfer/core';
import { assembleBundle, freshDirectory } from '../artifacts/bundle.ts';
import { deliver, deliverPages } from '../artifacts/deliver.ts';
import { documentsOf, writePlan } from '../artifacts/documents.ts';
import { addGallery } from '../artifacts/gallery.ts';
import { makePreviews } from '../draft/previews.ts';
import { actionsLog } from '../environment.ts';
import { finishStep, logNotes, type OnRecord, printTable } from '../finish-step.ts';
import { chooseSessionLedger, notesOfLedger, tryOpenLedger } from '../ledger.ts';
import { setPlanOutputs } from '../outputs.ts';
import { commentOnPlan } from '../pull-request/comment.ts';
import { findApproval } from '../pull-request/label-approval.ts';
import { notesOfBase } from '../pull-request/pull-request.ts';
import type { Session } from '../session.ts';
import { makePlan, readRequestedConfig } from './requested-config.ts';

/** `plan`: what would be bought, for how much, against which limits. Spends nothing, needs no secret. */
export async function runPlanCommand(session: Session): Promise<number> {
  const { github, ports, stateDirectory } = session;
  const requested = await readRequestedConfig(session);
  const choice = await chooseSessionLedger(session, requested.config.ledger);
  const { ledger, problem } = await tryOpenLedger(session, choice);
  try {
    const records = await readRecords(
      ports,
      { workspace: github.workspace, stateDirectory },
      ledger?.purchases,
    );
    const plan = await actions.group('Plan', () => makePlan(session, requested, records));
    const spent = spentOf(records.purchases, {
      ...github.identity,
      nowMs: ports.clock.nowMs(),
      isShared: ledger != null,
    });
    const { approval, notes: remarks } = await findApproval(session, { plan, spent });
    const decision = decideBudget(plan, spent, approval);
    printTable(makeReport({ command: 'plan', plan, decision, results: null, notes: [] }));
    const previews = await makePreviews(session, plan);
    const notes = [
      ...logNotes(plan, previews, notesOfLedger(choice, requested.config)),
      ...(problem == null ? [] : [problem]),
      ...notesOfBase(session),
      ...remarks,
    ];
    const report = makeReport({
      command: 'plan',
      plan,
      decision,
      results: null,
      notes,
      spent,
      approval,
    });
    setPlanOutputs(report, await writePlan(github.temporaryDirectory, plan));
    const onRecord = ledger == null ? null : { purchases: ledger.purchases, label: ledger.label };
    if (!previews.all.some((preview) => preview.path != null)) {
      const links = { artifactUrl: null, outputDirectory: null };
      return await finishPlan(session, report, links, onRecord);
    }
    const assembled = await assembleBundle(ports, {
      workspace: github.workspace,
      stateDirectory,
      directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
      videos: [],
      drafts: previews,
      documents: documentsOf(plan, report, previews),
    });
    const { bundle, gallery } = await addGallery({ session, report, previews, bundle: assembled });
    actions.setOutput('output-directory', bundle.directory);
    const delivery = await deliver(session, bundle);
    if (delivery.problem != null)
      ports.log.warning(`the drafts are only in ${bundle.directory}: ${delivery.problem}`);
    const artifactUrl = delivery.artifact == null ? null : github.artifactUrl(delivery.artifact.id);
    const pages = await deliverPages(session, bundle, gallery, delivery);
    const { galleryUrl } = pages;
    const links = { artifactUrl, galleryUrl, outputDirectory: bundle.directory };
    const told = { ...report, notes: [...report.notes, ...pages.notes] };
    return await finishPlan(session, told, links, onRecord);
  } finally {
    await ledger?.close();
  }
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
