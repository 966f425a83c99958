import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  ConfigError,
  formatUsd,
  type OpenRun,
  parseWriteOffs,
  type Reconciled,
  reconcile,
  recordDelivery,
  renderReconcile,
  type TransferResult,
  withRun,
  writeOff,
} from '@motion-transfer/core';
import {
  assembleBundle,
  createPendingNote,
  freshDirectory,
  videosOf,
} from '../artifacts/bundle.ts';
import { deliver, NOT_DELIVERED } from '../artifacts/deliver.ts';
import { actionsLog } from '../environment.ts';
import { fail, writeSummary } from '../finish-step.ts';
import { chooseSessionLedger, openSessionLedger } from '../ledger.ts';
import { createProgressLog } from '../progress.ts';
import type { Session } from '../session.ts';
import { readRequestedConfig } from './requested-config.ts';

/** `reconcile`: settles what earlier runs left open, collects what they paid for, buys nothing. */
export async function runReconcileCommand(session: Session): Promise<number> {
  const { github, ports, stateDirectory, connections, stop, inputs } = session;
  const writeOffs = parseWriteOffs(inputs.writeOff ?? '');
  const written = await readWrittenLedger(session);
  const choice = await chooseSessionLedger(session, written);
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
        stop,
        onProgress: createProgressLog(ports.log),
      },
      async (context) => {
        await createPendingNote(github.temporaryDirectory).write({
          startedMs: ports.clock.nowMs(),
          ledger: written,
        });
        if (writeOffs.length > 0) {
          const reason = inputs.reason ?? '';
          const settled = await writeOff(context, { writeOffs, reason, actor: github.actor });
          for (const { transferId, charge } of settled) {
            actions.info(`${transferId}: written off at ${formatUsd(charge?.microUsd ?? 0)}`);
          }
        }
        const reconciled = await reconcile(context, inputs.concurrency);
        return reportReconciled(session, context, reconciled);
      },
    );
  } finally {
    await ledger?.close();
  }
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

async function reportReconciled(
  session: Session,
  context: OpenRun,
  { findings, results: stored }: Reconciled,
): Promise<number> {
  const { ports, github, stateDirectory, stop } = session;
  const bundle = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos: videosOf(stored),
    drafts: { directory: '', all: [] },
    documents: {},
  });
  const delivery =
    bundle.hasVideos && !stop.isCancelled() ? await deliver(session, bundle) : NOT_DELIVERED;
  const { artifact } = delivery;
  let results: readonly TransferResult[] = stored;
  if (!stop.isCancelled() && (artifact != null || !github.supportsArtifacts)) {
    const { runId } = github.identity;
    results = await recordDelivery(
      context,
      stored,
      artifact == null ? null : { artifactId: artifact.id, artifactName: artifact.name, runId },
    );
    await createPendingNote(github.temporaryDirectory).clear();
  }
  for (const { id, state, message } of results) actions.info(`${id}: ${state}. ${message ?? ''}`);
  for (const { transferId, message } of findings) actionsLog.warning(`${transferId}: ${message}`);
  actions.setOutput('output-directory', bundle.directory);
  actions.setOutput('unknown-count', String(findings.length));
  const { store } = context;
  const place = store.ledger?.label ?? 'the journal of this checkout';
  await writeSummary(
    renderReconcile({
      results,
      findings,
      problem: delivery.problem,
      purchases: store.purchases,
      ledger: place,
    }),
  );
  if (delivery.problem != null) return fail(delivery.problem);
  if (findings.length > 0) {
    return fail(
      `${findings.length} ${findings.length === 1 ? 'purchase needs' : 'purchases need'} a person's word. First: ${findings[0]?.transferId}: ${findings[0]?.message}`,
    );
  }
  actions.info('Everything that can be settled is settled; nothing was bought.');
  return 0;
}
