import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type Bought,
  type DeliveryRequest,
  type Planned,
  type RunOutcome,
  runTransfers,
} from '@motion-transfer/core';
import { makeReport } from '@motion-transfer/core/shell';
import { createPendingNote } from '../artifacts/bundle.ts';
import { type BundleDelivery, deliverBundle, deliverPages } from '../artifacts/deliver.ts';
import { rewriteResults, writePlan } from '../artifacts/documents.ts';
import { bundleReport, type ReportBundle } from '../artifacts/report-bundle.ts';
import { makePreviews, type Previews } from '../draft/previews.ts';
import { finishStep, logNotes, printTable } from '../finish-step.ts';
import { chooseSessionLedger, notesOfLedger } from '../ledger.ts';
import { setArtifactOutputs, setPlanOutputs, setRunOutputs } from '../outputs.ts';
import { findApproval } from '../pull-request/label-approval.ts';
import type { Session } from '../session.ts';
import { readPinnedPlan } from './pinned-plan.ts';
import { recordsOf } from './records.ts';
import { makePlan, onAccountOfMerge, readRequestedConfig } from './requested-config.ts';

/** `run`: buys what the limits allow, and delivers it. */
export async function runRunCommand(started: Session): Promise<number> {
  const { ports, inputs } = started;
  const requested = await readRequestedConfig(started);
  const written = requested.config.ledger;
  const choice = await chooseSessionLedger(started, written);
  const session = await onAccountOfMerge(started, requested, choice);
  const warned = notesOfLedger(choice, requested.config);
  const outcome = await runTransfers(ports, {
    ...recordsOf(session, { choice, written }),
    s3: requested.config.s3,
    concurrency: inputs.concurrency,
    approvedPlan:
      inputs.approvedPlan == null ? null : await readPinnedPlan(ports, inputs.approvedPlan),
    makePlan: (records) => actions.group('Plan', () => makePlan(session, requested, records)),
    findApproval: (plan, spent) => findApproval(session, { plan, spent }),
    onPlanned: (planned) => showPlan(session, planned),
    inGroup: actions.group,
    deliver: (request, bought) => deliverRun(session, { request, bought, warned }),
  });
  return reportRun(session, outcome);
}

async function showPlan({ github }: Session, planned: Planned): Promise<void> {
  const report = makeReport({ ...planned, command: 'plan', results: null, notes: [] });
  printTable(report);
  setPlanOutputs(report, await writePlan(github.temporaryDirectory, planned.plan));
}

interface RunDelivery extends BundleDelivery, ReportBundle {
  readonly notes: readonly string[];
  readonly previews: Previews;
}

async function deliverRun(
  session: Session,
  {
    request,
    bought,
    warned,
  }: {
    readonly request: DeliveryRequest;
    readonly bought: Bought;
    readonly warned: readonly string[];
  },
): Promise<RunDelivery> {
  // After the purchases: collecting what is paid for must not wait behind a film that is free.
  const previews = await makePreviews(session, bought.plan);
  const notes = [...logNotes(bought.plan, previews, warned), ...bought.notes];
  const report = makeReport({ ...bought, command: 'run', notes });
  const { videos, mayUpload } = request;
  const bundled = await bundleReport(session, report, { videos, previews });
  const { directory } = bundled.bundle;
  setRunOutputs(report, join(directory, 'results.json'), directory);
  if (!mayUpload) session.ports.log.info('cancelled: the post step uploads what is on disk');
  return {
    ...(await deliverBundle(session, bundled.bundle, request)),
    ...bundled,
    notes,
    previews,
  };
}

async function reportRun(session: Session, outcome: RunOutcome<RunDelivery>): Promise<number> {
  const { github } = session;
  const { delivered, onRecord, isComplete } = outcome;
  const { bundle, gallery, notes, previews } = delivered;
  const { directory } = bundle;
  const report = makeReport({ ...outcome, command: 'run', notes });
  await rewriteResults(directory, outcome.plan, report, previews);
  setRunOutputs(report, join(directory, 'results.json'), directory);
  printTable(report);
  const artifactUrl = setArtifactOutputs(github, delivered.artifact);
  if (isComplete) await createPendingNote(github.temporaryDirectory).clear();
  const pages = await deliverPages(session, bundle, gallery, delivered);
  const problem = outcome.deliveryProblem ?? outcome.ledgerProblem;
  return finishStep(
    {
      ...report,
      failure: report.failure ?? problem,
      notes: [...notes, ...pages.notes, ...(problem == null ? [] : [problem])],
    },
    { artifactUrl, galleryUrl: pages.galleryUrl, outputDirectory: directory },
    onRecord,
  );
}
