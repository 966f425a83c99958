import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type Approval,
  type BudgetDecision,
  decideBudget,
  holdUndelivered,
  LedgerError,
  makeReport,
  messageOf,
  type OpenRun,
  type Plan,
  recordDelivery,
  runPlan,
  type Spent,
  settleLeftovers,
  spentOf,
  type TransferResult,
  withRun,
} from '@motion-transfer/core';
import {
  assembleBundle,
  createPendingNote,
  freshDirectory,
  videosOf,
} from '../artifacts/bundle.ts';
import { type Delivery, deliver, deliverPages, NOT_DELIVERED } from '../artifacts/deliver.ts';
import { documentsOf, writePlan } from '../artifacts/documents.ts';
import { addGallery } from '../artifacts/gallery.ts';
import { makePreviews, type Previews } from '../draft/previews.ts';
import { finishStep, logNotes, printTable } from '../finish-step.ts';
import { chooseSessionLedger, notesOfLedger, openSessionLedger } from '../ledger.ts';
import { setPlanOutputs, setRunOutputs } from '../outputs.ts';
import { createProgressLog } from '../progress.ts';
import { findApproval } from '../pull-request/label-approval.ts';
import type { Session } from '../session.ts';
import { readPinnedPlan, refuseChangedPlan } from './pinned-plan.ts';
import { makePlan, type RequestedConfig, readRequestedConfig } from './requested-config.ts';

/** The records are held from before the plan to after the last purchase: what was planned is what is true. */
export async function runRunCommand(session: Session): Promise<number> {
  const { github, ports, stateDirectory, connections, stop } = session;
  const requested = await readRequestedConfig(session);
  const choice = await chooseSessionLedger(session, requested.config.ledger);
  const warned = notesOfLedger(choice, requested.config);
  const ledger = await openSessionLedger(session, choice);
  try {
    return await withRun(
      ports,
      {
        workspace: github.workspace,
        stateDirectory,
        connections,
        repository: github.repository,
        identity: github.identity,
        ledger,
        s3: requested.config.s3,
        stop,
        onProgress: createProgressLog(ports.log),
      },
      async (context) => {
        await createPendingNote(github.temporaryDirectory).write({
          startedMs: ports.clock.nowMs(),
          ledger: requested.config.ledger,
        });
        return reportRun(session, context, warned, await buy(session, requested, context));
      },
    );
  } finally {
    await ledger?.close();
  }
}

interface Bought {
  readonly plan: Plan;
  readonly decision: BudgetDecision;
  readonly previews: Previews;
  readonly results: readonly TransferResult[];
  readonly spent: Spent;
  readonly approval: Approval | null;
  readonly remarks: readonly string[];
}

async function buy(
  session: Session,
  requested: RequestedConfig,
  context: OpenRun,
): Promise<Bought> {
  const { github, ports, inputs } = session;
  const { store } = context;
  const approved =
    inputs.approvedPlan == null ? null : await readPinnedPlan(ports, inputs.approvedPlan);
  for (const { transferId, message } of await settleLeftovers(context))
    ports.log.warning(`${transferId}: ${message}`);
  const plan = await actions.group('Plan', () => makePlan(session, requested, store));
  if (approved != null) refuseChangedPlan(approved, plan);
  const spent = spentOf(store.purchases, {
    ...github.identity,
    nowMs: ports.clock.nowMs(),
    isShared: store.ledger != null,
  });
  const { approval, notes: remarks } = await findApproval(session, { plan, spent });
  const decision = decideBudget(plan, spent, approval);
  const planned = makeReport({
    command: 'plan',
    plan,
    decision,
    results: null,
    notes: [],
    spent,
    approval,
  });
  printTable(planned);
  setPlanOutputs(planned, await writePlan(github.temporaryDirectory, plan));
  const outcome = await actions.group('Run', () =>
    runPlan(context, { plan, decision, approval, concurrency: inputs.concurrency }),
  );
  // After the purchases: collecting what is paid for must not wait behind a film that is free.
  const previews = await makePreviews(session, plan);
  return { plan, previews, spent, approval, remarks, ...outcome };
}

async function reportRun(
  session: Session,
  context: OpenRun,
  warned: readonly string[],
  bought: Bought,
): Promise<number> {
  const { ports, github, stop, stateDirectory } = session;
  const { plan, decision, previews, spent, approval, results: stored } = bought;
  const notes = [...logNotes(plan, previews, warned), ...bought.remarks];
  const reportOf = (results: readonly TransferResult[]) =>
    makeReport({ command: 'run', plan, decision, results, notes, spent, approval });
  await context.store.lockLedger();
  const assembled = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos: videosOf(stored),
    drafts: previews,
    documents: documentsOf(plan, reportOf(stored), previews),
  });
  const { bundle, gallery } = await addGallery({
    session,
    report: reportOf(stored),
    previews,
    bundle: assembled,
  });
  setRunOutputs(reportOf(stored), join(bundle.directory, 'results.json'), bundle.directory);
  let delivery: Delivery = NOT_DELIVERED;
  if (stop.isCancelled()) ports.log.info('cancelled: the post step uploads what is on disk');
  else if (bundle.hasVideos) delivery = await deliver(session, bundle);

  const settled = await settleDelivery(session, context, stored, delivery);
  const report = reportOf(settled.results);
  setRunOutputs(report, join(bundle.directory, 'results.json'), bundle.directory);
  printTable(report);
  const { artifact } = delivery;
  const problem = delivery.problem ?? settled.problem;
  if (!stop.isCancelled() && settled.problem == null)
    await createPendingNote(github.temporaryDirectory).clear();
  const pages = await deliverPages(session, bundle, gallery, delivery);
  const { purchases, ledger } = context.store;
  return finishStep(
    {
      ...report,
      failure: report.failure ?? problem,
      notes: [...notes, ...pages.notes, ...(problem == null ? [] : [problem])],
    },
    {
      artifactUrl: artifact == null ? null : github.artifactUrl(artifact.id),
      galleryUrl: pages.galleryUrl,
      outputDirectory: bundle.directory,
    },
    ledger == null ? null : { purchases, label: ledger.label },
  );
}

interface Settled {
  readonly results: readonly TransferResult[];
  readonly problem: string | null;
}

/** Purchases are settled once their videos are kept somewhere beyond this step. */
async function settleDelivery(
  { github, stop, ports }: Session,
  context: OpenRun,
  results: readonly TransferResult[],
  { artifact }: Delivery,
): Promise<Settled> {
  const isKept = artifact != null || !github.supportsArtifacts;
  try {
    if (stop.isCancelled() || !isKept) {
      await context.store.flush();
      return { results: holdUndelivered(context, results), problem: null };
    }
    const { runId } = github.identity;
    const delivered =
      artifact == null ? null : { artifactId: artifact.id, artifactName: artifact.name, runId };
    return { results: await recordDelivery(context, results, delivered), problem: null };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const problem = `The videos are here, but the ledger was not told everything (${messageOf(error)}). The post step of this job tries again; until then their money stays held.`;
    ports.log.warning(problem);
    return { results, problem };
  }
}
