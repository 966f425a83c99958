import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  ConfigError,
  type DeliveryRequest,
  type ReconcileOutcome,
  reconcilePurchases,
} from '@motion-transfer/core';
import { parseWriteOffs, renderReconcile } from '@motion-transfer/core/shell';
import { assembleBundle, createPendingNote, freshDirectory } from '../artifacts/bundle.ts';
import { type BundleDelivery, deliverBundle } from '../artifacts/deliver.ts';
import { actionsLog } from '../environment.ts';
import { fail, writeSummary } from '../finish-step.ts';
import { chooseSessionLedger } from '../ledger.ts';
import { setArtifactOutputs, setReconcileOutputs } from '../outputs.ts';
import type { Session } from '../session.ts';
import { recordsOf } from './records.ts';
import { readRequestedConfig } from './requested-config.ts';

/** `reconcile`: settles what earlier runs left open, collects what they paid for, buys nothing. */
export async function runReconcileCommand(session: Session): Promise<number> {
  const { github, ports, inputs } = session;
  const writeOffs = parseWriteOffs(inputs.writeOff ?? '');
  const written = await readWrittenLedger(session);
  const choice = await chooseSessionLedger(session, written);
  const outcome = await reconcilePurchases(ports, {
    ...recordsOf(session, { choice, written }),
    writeOffs: { writeOffs, reason: inputs.reason ?? '', actor: github.actor },
    concurrency: inputs.concurrency,
    deliver: (request) => deliverCollected(session, request),
  });
  if (outcome.isComplete) await createPendingNote(github.temporaryDirectory).clear();
  setArtifactOutputs(github, outcome.delivered.artifact);
  setReconcileOutputs(outcome);
  return reportReconciled(outcome);
}

async function deliverCollected(
  session: Session,
  request: DeliveryRequest,
): Promise<BundleDelivery> {
  const { github, ports, stateDirectory } = session;
  const bundle = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos: request.videos,
    drafts: { directory: '', all: [] },
    documents: {},
  });
  actions.setOutput('output-directory', bundle.directory);
  return deliverBundle(session, bundle, request);
}

/** The place of the record may be an input where there is no config at all. */
async function readWrittenLedger(session: Session): Promise<string | null> {
  const { inputs, base } = session;
  // What a pull request writes does not count where its base branch cannot be asked.
  if (base?.kind === 'unreadable') return inputs.config.ledger ?? null;
  try {
    return (await readRequestedConfig(session)).config.ledger;
  } catch (error) {
    // What was bought is settled whatever became of the config that asked for it.
    if (!(error instanceof ConfigError)) throw error;
    actionsLog.warning('the config cannot be used, so only the ledger input counts here');
    return inputs.config.ledger ?? null;
  }
}

async function reportReconciled(outcome: ReconcileOutcome<BundleDelivery>): Promise<number> {
  const { results, findings, onRecord } = outcome;
  for (const { id, state, message } of results) actions.info(`${id}: ${state}. ${message ?? ''}`);
  for (const { transferId, message } of findings) actionsLog.warning(`${transferId}: ${message}`);
  const problem = outcome.deliveryProblem ?? outcome.ledgerProblem;
  await writeSummary(
    renderReconcile({
      results,
      findings,
      problem,
      purchases: onRecord.purchases,
      ledger: onRecord.label,
    }),
  );
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
