import * as actions from '@actions/core';
import { messageOf, planTransfers } from '@motion-transfer/core';
import { makeReport, type Report } from '@motion-transfer/core/shell';
import { NO_PAGES, type Pages } from '../artifacts/deliver.ts';
import { notesOfDestination } from '../commit/destination.ts';
import { makePreviews, type Previews } from '../draft/previews.ts';
import { actionsLog, setOutput } from '../environment.ts';
import { chooseSessionLedger, notesOfLedger, openSessionLedger } from '../ledger.ts';
import { makePictures } from '../previews/make-pictures.ts';
import { notesOfBase } from '../pull-request/base.ts';
import { commentOnPlan } from '../pull-request/comment.ts';
import { findApproval } from '../pull-request/label-approval.ts';
import { notesOfMergeBase, readMergeBase } from '../pull-request/merge-base.ts';
import type { Session } from '../session.ts';
import { finishStep, logNotes, showPlan } from '../step-report.ts';
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
  const planning = { ...requested, mergeBase: await readMergeBase(session) };
  const planned = await planTransfers(ports, {
    workspace: github.workspace,
    stateDirectory,
    identity: github.identity,
    openLedger: () => openSessionLedger(session, choice),
    makePlan: (records) => actions.group('Plan', () => makePlan(session, planning, records)),
    findApproval: (plan, spent) => findApproval(session, { plan, spent }),
  });
  await showPlan(session, planned);
  const previews = await makePreviews(session, planned.plan);
  const notes = [
    ...logNotes(planned.plan, previews, notesOfLedger(choice, requested.config)),
    ...[planned.ledgerProblem, accountProblem].filter((problem) => problem != null),
    ...notesOfBase(session),
    ...notesOfMergeBase(planned.plan),
    ...notesOfDestination(session),
    ...planned.notes,
  ];
  const report = makeReport({ ...planned, command: 'plan', results: null, notes });
  const isDrafted = previews.all.some(({ path }) => path != null);
  const pages = isDrafted ? await deliverDrafts(session, report, previews) : NO_PAGES;
  // The pull request's comment comes last: it links what was uploaded.
  const { artifactUrl, galleryUrl = null } = pages.links;
  const pictures = await makePictures(session, { report, previews, bundleDirectory: null });
  const links = { runUrl: github.runUrl, artifactUrl, galleryUrl, pictures: pictures.shown };
  const noted = { ...report, notes: [...notes, ...pages.notes, ...pictures.notes] };
  const commented = await commentOnPlan(session, noted, links);
  setOutput('comment-body', commented.body);
  for (const note of commented.notes) actionsLog.info(note);
  const finished = { ...noted, notes: [...noted.notes, ...commented.notes] };
  return finishStep(finished, pages.links, planned.onRecord);
}

/** Loaded for drafts alone: with it come the gallery and the upload. */
async function deliverDrafts(session: Session, report: Report, previews: Previews): Promise<Pages> {
  const drafts = await import('./deliver-drafts.ts');
  return drafts.deliverDrafts(session, report, previews);
}
