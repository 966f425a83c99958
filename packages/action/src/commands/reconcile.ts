import { type DeliveryRequest, reconcilePurchases } from '@motion-transfer/core';
import { parseWriteOffs } from '@motion-transfer/core/shell';
import { createPendingNote } from '../artifacts/bundle.ts';
import { type BundleDelivery, deliverBundle } from '../artifacts/deliver.ts';
import { bundleVideos } from '../artifacts/report-bundle.ts';
import { setOutput } from '../environment.ts';
import { chooseSessionLedger } from '../ledger.ts';
import { setArtifactOutputs, setReconcileOutputs } from '../outputs.ts';
import type { Session } from '../session.ts';
import { finishReconcile } from '../step-report.ts';
import { recordsOf } from './records.ts';
import { readRequestedLedger } from './requested-config.ts';

/** `reconcile`: settles what earlier runs left open, collects what they paid for, buys nothing. */
export async function runReconcileCommand(session: Session): Promise<number> {
  const { github, ports, inputs } = session;
  const writeOffs = parseWriteOffs(inputs.writeOff ?? '');
  const written = await readRequestedLedger(session);
  const choice = await chooseSessionLedger(session, written);
  const by = { reason: inputs.reason ?? '', actor: github.actor };
  const outcome = await reconcilePurchases(ports, {
    ...recordsOf(session, { choice, written }),
    writeOffs: { writeOffs, ...by },
    freeze: inputs.freeze == null ? null : { isOn: inputs.freeze === 'on', ...by },
    concurrency: inputs.concurrency,
    deliver: (request) => deliverCollected(session, request),
  });
  setReconcileOutputs(outcome);
  setArtifactOutputs(github, outcome.delivered?.artifact ?? null);
  if (outcome.isComplete) await createPendingNote(github).clear();
  return finishReconcile(outcome);
}

async function deliverCollected(
  session: Session,
  request: DeliveryRequest,
): Promise<BundleDelivery> {
  const bundle = await bundleVideos(session, 'motion-transfer', request.videos);
  setOutput('output-directory', bundle.directory);
  return deliverBundle(session, bundle, request);
}
