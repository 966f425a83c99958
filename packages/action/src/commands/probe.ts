import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type DeliveryRequest,
  type ProbeFindings,
  type ProbeOutcome,
  probeProvider,
} from '@motion-transfer/core';
import { makeReport, probeDocuments, renderProbeSummary } from '@motion-transfer/core/shell';
import { assembleBundle, createPendingNote, freshDirectory } from '../artifacts/bundle.ts';
import { type BundleDelivery, deliverBundle } from '../artifacts/deliver.ts';
import { actionsLog } from '../environment.ts';
import { placeOf } from '../github/context.ts';
import { chooseSessionLedger, notesOfLedger, openSessionLedger } from '../ledger.ts';
import { setArtifactOutputs, setProbeOutputs } from '../outputs.ts';
import { secretsOf } from '../secrets.ts';
import type { Session } from '../session.ts';
import { fail, printReport, writeSummary } from '../step-report.ts';
import { type ProbeTarget, prepareProbe } from './probe-target.ts';
import { recordsOf } from './records.ts';
import { makePlan } from './requested-config.ts';

/** `probe`: buys one short transfer at one provider, and tells which assumptions about it hold. */
export async function runProbeCommand(session: Session): Promise<number> {
  const target = await prepareProbe(session);
  const { config } = target.requested;
  const choice = await chooseSessionLedger(session, config.ledger);
  for (const note of notesOfLedger(choice, config)) actionsLog.warning(note);
  const outcome = await probeProvider(session.ports, {
    ...recordsOf(target.session, { choice, written: config.ledger }),
    // The record is that of the repository, wherever the assets of the probe lie.
    openLedger: () => openSessionLedger(session, choice),
    s3: config.s3,
    provider: target.provider,
    maxCostMicroUsd: target.maxCostMicroUsd,
    secrets: [...secretsOf(process.env), session.inputs.githubToken ?? ''],
    makePlan: (records) =>
      actions.group('Plan', () => makePlan(target.session, target.requested, records)),
    onPlanned: async (planned) =>
      printReport(makeReport({ ...planned, command: 'plan', results: null, notes: [] })),
    inGroup: actions.group,
    deliver: (request, findings) => deliverProbe(target, { request, findings }),
  });
  if (outcome.isComplete) await createPendingNote(session.github).clear();
  return reportProbe(session, outcome);
}

interface ProbeDelivery extends BundleDelivery {
  readonly directory: string;
}

async function deliverProbe(
  { session, isExample }: ProbeTarget,
  { request, findings }: { readonly request: DeliveryRequest; readonly findings: ProbeFindings },
): Promise<ProbeDelivery> {
  const { github, ports, stateDirectory } = session;
  const directory = await freshDirectory(
    join(github.temporaryDirectory, 'motion-transfer-probe-result'),
  );
  const bundle = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory,
    videos: request.videos,
    webFiles: [],
    drafts: { directory: '', all: [] },
    documents: probeDocuments(findings),
    withoutLockfile: isExample,
  });
  // The answers are what a probe is for, with a video or without.
  const hasVideos = bundle.hasVideos || findings.exchanges.length > 0;
  return { ...(await deliverBundle(session, { ...bundle, hasVideos }, request)), directory };
}

async function reportProbe(
  { github }: Session,
  outcome: ProbeOutcome<ProbeDelivery>,
): Promise<number> {
  const { findings, delivered } = outcome;
  const artifact = delivered?.artifact ?? null;
  setProbeOutputs(outcome, delivered?.directory ?? null);
  setArtifactOutputs(github, artifact);
  const artifactUrl = artifact == null ? null : github.artifactUrl(artifact.id);
  const report = makeReport({ ...outcome, command: 'run', notes: [] });
  printReport(report);
  for (const { verdict, sentence, seen } of findings.assumptions) {
    if (verdict === 'confirmed') actions.info(`confirmed: ${sentence} (${seen})`);
    if (verdict === 'wrong') actionsLog.warning(`wrong: ${sentence} (${seen})`);
  }
  const problem =
    outcome.deliveryProblem ?? outcome.ledgerProblem ?? report.failure ?? whyNotProbed(findings);
  await writeSummary(renderProbeSummary(findings, { artifactUrl, problem }));
  if (problem != null) return fail(problem);
  if (delivered != null)
    actions.info(`The answers and the report are in ${placeOf(github, delivered.directory)}.`);
  return 0;
}

/** A video that was there already tells nothing about the provider. */
function whyNotProbed({ purchase, title }: ProbeFindings): string | null {
  if (purchase?.wasSubmitted === true) return null;
  return `${title} was not asked to make anything, because this very transfer was bought before; raise take to buy it once more`;
}
