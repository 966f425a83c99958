import * as actions from '@actions/core';
import {
  type Bought,
  type DeliveryRequest,
  messageOf,
  type RunOutcome,
  runTransfers,
} from '@motion-transfer/core';
import { makeReport } from '@motion-transfer/core/shell';
import { createPendingNote } from '../artifacts/bundle.ts';
import {
  deliverBundle,
  deliverPages,
  NO_PAGES,
  type ReportDelivery,
} from '../artifacts/deliver.ts';
import { rewriteResults } from '../artifacts/documents.ts';
import { type EarlierOutputs, keepEarlierOutputs } from '../artifacts/earlier-outputs.ts';
import { bundleReport } from '../artifacts/report-bundle.ts';
import { commitOutputs } from '../commit/commit-outputs.ts';
import { type Destination, requireDestination } from '../commit/destination.ts';
import { makePreviews, type Previews } from '../draft/previews.ts';
import { chooseSessionLedger, notesOfLedger } from '../ledger.ts';
import { setArtifactOutputs, setCommitOutputs, setRunOutputs } from '../outputs.ts';
import { makePictures, NO_PICTURES } from '../previews/make-pictures.ts';
import { commentOnRun } from '../pull-request/comment.ts';
import { findApproval } from '../pull-request/label-approval.ts';
import { notesOfMergeBase, readMergeBase } from '../pull-request/merge-base.ts';
import type { Session } from '../session.ts';
import { finishStep, logNotes, printReport, showPlan } from '../step-report.ts';
import { readPinnedPlan } from './pinned-plan.ts';
import { recordsOf } from './records.ts';
import { makePlan, onAccountOfMerge, readRequestedConfig } from './requested-config.ts';

/** `run`: buys what the limits allow, and delivers it. */
export async function runRunCommand(started: Session): Promise<number> {
  const { ports, inputs } = started;
  const destination = requireDestination(started);
  const requested = await readRequestedConfig(started);
  const written = requested.config.ledger;
  const choice = await chooseSessionLedger(started, written);
  const session = await onAccountOfMerge(started, requested, choice);
  const planning = { ...requested, mergeBase: await readMergeBase(session) };
  const warned = notesOfLedger(choice, requested.config);
  const pinned = inputs.approvedPlan;
  let earlier: EarlierOutputs = new Map();
  const outcome = await runTransfers(ports, {
    ...recordsOf(session, { choice, written }),
    s3: requested.config.s3,
    concurrency: inputs.concurrency,
    approvedPlan: pinned == null ? null : await readPinnedPlan(ports, pinned),
    makePlan: (records) => actions.group('Plan', () => makePlan(session, planning, records)),
    findApproval: (plan, spent) => findApproval(session, { plan, spent }),
    onPlanned: async (planned) => {
      await showPlan(session, planned);
      earlier = await keepEarlierOutputs(session, planned.plan);
    },
    inGroup: actions.group,
    deliver: (request, bought) => deliverRun(session, request, { bought, warned, earlier }),
  });
  return reportRun(session, outcome, destination);
}

interface Made {
  readonly bought: Bought;
  readonly warned: readonly string[];
  readonly earlier: EarlierOutputs;
}

interface RunDelivery extends ReportDelivery {
  readonly notes: readonly string[];
  readonly previews: Previews;
}

async function deliverRun(
  session: Session,
  request: DeliveryRequest,
  { bought, warned, earlier }: Made,
): Promise<RunDelivery> {
  // After the purchases: collecting what is paid for must not wait behind a film that is free.
  const previews = await makePreviews(session, bought.plan);
  const notes = [
    ...logNotes(bought.plan, previews, warned),
    ...notesOfMergeBase(bought.plan),
    ...bought.notes,
  ];
  const report = makeReport({ ...bought, command: 'run', notes });
  const bundled = await bundleReport(session, report, {
    videos: request.videos,
    previews,
    earlier,
  });
  setRunOutputs(report, bundled.bundle.directory);
  if (!request.mayUpload)
    session.ports.log.info('cancelled: the post step uploads what is on disk');
  const delivered = await deliverBundle(session, bundled.bundle, request);
  return { ...delivered, ...bundled, notes, previews };
}

async function reportRun(
  session: Session,
  outcome: RunOutcome<RunDelivery>,
  destination: Destination | null,
): Promise<number> {
  const { delivered, onRecord, isComplete } = outcome;
  const directory = delivered?.bundle.directory ?? null;
  const notes = delivered?.notes ?? outcome.notes;
  const report = makeReport({ ...outcome, command: 'run', notes });
  const pages = delivered == null ? NO_PAGES : await deliverPages(session, delivered);
  // The table before anything that is written: on a full disk it may be all that can be said.
  printReport(report, pages.links);
  if (delivered != null)
    await rewriteResults(delivered.bundle.directory, report, delivered.previews).catch(
      (error: unknown) =>
        session.ports.log.warning(`results.json could not be written: ${messageOf(error)}`),
    );
  setRunOutputs(report, directory);
  setArtifactOutputs(session.github, delivered?.artifact ?? null);
  if (isComplete) await createPendingNote(session.github).clear();
  const { results } = outcome;
  const made = { results, delivered, isOnRecord: onRecord != null };
  const committed = await commitOutputs(session, destination, made);
  setCommitOutputs(session.github, committed);
  const problems = [outcome.deliveryProblem ?? outcome.ledgerProblem, committed.problem].filter(
    (problem) => problem != null,
  );
  const failure = report.failure ?? problems[0] ?? null;
  // What ends the step stands last in the log.
  if (committed.problem != null && committed.problem !== failure)
    session.ports.log.warning(committed.problem);
  const pictures =
    delivered == null
      ? NO_PICTURES
      : await makePictures(session, {
          report,
          previews: delivered.previews,
          bundleDirectory: directory,
        });
  const finished = [...notes, ...pages.notes, ...committed.notes, ...pictures.notes, ...problems];
  const { commitId, pullRequestUrl } = committed;
  const commitUrl = commitId == null ? null : session.github.commitUrl(commitId);
  const links = { ...pages.links, commitUrl, pullRequestUrl };
  const ended = { ...report, failure, notes: finished };
  const told = await commentOnRun(session, ended, {
    runUrl: session.github.runUrl,
    artifactUrl: pages.links.artifactUrl,
    galleryUrl: pages.links.galleryUrl ?? null,
    pictures: pictures.shown,
  });
  for (const note of told) session.ports.log.info(note);
  return finishStep({ ...ended, notes: [...finished, ...told] }, links, onRecord);
}
