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
import { findApproval } from './approval.ts';
import { assembleBundle, freshDirectory } from './bundle.ts';
import { commentOnPlan } from './comment.ts';
import { conclude, type OnRecord, printTable, tell } from './conclude.ts';
import { deliver, deliverPages } from './deliver.ts';
import { documentsOf, writePlan } from './documents.ts';
import { actionsLog } from './environment.ts';
import { addGallery } from './gallery.ts';
import { chooseSessionLedger, notesOfLedger, tryOpenLedger } from './ledger.ts';
import { setPlanOutputs } from './outputs.ts';
import { makePlan, readWish } from './planning.ts';
import { makePreviews } from './previews.ts';
import { notesOfBase } from './pull-request.ts';
import type { Session } from './session.ts';

/** `plan`: what would be bought, for how much, against which limits. Spends nothing, needs no secret. */
export async function runPlanCommand(session: Session): Promise<number> {
  const { github, ports, stateDirectory } = session;
  const wish = await readWish(session);
  const choice = await chooseSessionLedger(session, wish.config.ledger);
  const { ledger, problem } = await tryOpenLedger(session, choice);
  try {
    const records = await readRecords(
      ports,
      { workspace: github.workspace, stateDirectory },
      ledger?.purchases,
    );
    const plan = await actions.group('Plan', () => makePlan(session, wish, records));
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
      ...tell(plan, previews, notesOfLedger(choice, wish.config)),
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
      return await concludePlan(session, report, links, onRecord);
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
    return await concludePlan(session, told, links, onRecord);
  } finally {
    await ledger?.close();
  }
}

/** The pull request's comment comes last: it links what was uploaded. */
async function concludePlan(
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
  return conclude({ ...report, notes }, links, onRecord);
}
