import {
  createNodePorts,
  type DeliveryRequest,
  finishRun,
  messageOf,
  type SharedLedger,
} from '@motion-transfer/core';
import { findStateDirectory, ownLocks, readConnections } from '@motion-transfer/core/shell';
import { createPendingNote } from './artifacts/bundle.ts';
import { type BundleDelivery, deliverBundle } from './artifacts/deliver.ts';
import { bundleVideos } from './artifacts/report-bundle.ts';
import { actionsLog } from './environment.ts';
import { createGitHubAccess } from './github/access.ts';
import { readGitHubContext } from './github/context.ts';
import { enterWorkingDirectory } from './github/working-directory.ts';
import { readInputs, readWorkingDirectory } from './inputs.ts';
import { chooseSessionLedger, type LedgerSession, openSessionLedger } from './ledger.ts';
import { guardOutput } from './output-door.ts';
import { addSecret, addSecretsOf, redactor } from './secrets.ts';
import { createStop } from './stop-signals.ts';

/** GitHub waits five minutes for everything after a cancel. */
const POST_MINUTES = 4;
/** Of these, what a ledger that cannot be reached may take: the upload must come first then. */
const LEDGER_MINUTES = 2;

/**
 * After the step, whatever became of it: finishes what a killed or cancelled run left. It trusts only the
 * journal, never the lockfile (a pull request can write it) and never state that a printed line could
 * have set.
 */
export async function post(): Promise<number> {
  try {
    guardOutput(redactor);
    addSecretsOf(process.env);
    const local = createNodePorts(actionsLog);
    const read = await readGitHubContext(process.env);
    const github = await enterWorkingDirectory(local, read, readWorkingDirectory());
    const pending = createPendingNote(github);
    const note = await pending.read();
    if (note == null) return 0;
    const inputs = readInputs();
    if (inputs.githubToken != null) addSecret(inputs.githubToken);
    const { identity, repository } = github;
    const ports = ownLocks(local, { identity, repository, broken: null });
    const stop = createStop(Date.now() + POST_MINUTES * 60_000);
    const stateDirectory = await findStateDirectory(
      ports,
      github.workspace,
      github.runnerTemporaryDirectory,
    );
    const access = createGitHubAccess(local, process.env, inputs.githubToken, repository);
    // Nothing is asked of GitHub here but to sign, where the ledger's branch wants it.
    const session = {
      ports: { ...ports, github: access?.port ?? null },
      ...{ github, inputs, stateDirectory, stop },
    };
    const { deliveryProblem, isComplete } = await finishRun(ports, {
      workspace: github.workspace,
      stateDirectory,
      connections: readConnections(process.env, addSecret, redactor),
      repository: github.repository,
      identity: github.identity,
      stop,
      openLedger: () => openLedgerInTime(session, note.ledger),
      onProgress: () => {},
      deliver: (request) => deliverLeft(session, request),
    });
    if (deliveryProblem != null) actionsLog.warning(deliveryProblem);
    if (isComplete) await pending.clear();
  } catch (error) {
    actionsLog.warning(
      `the post step could not finish: ${messageOf(error)}; what was bought is still in the workspace and its journal`,
    );
  }
  return 0;
}

async function openLedgerInTime(
  session: LedgerSession,
  written: string | null,
): Promise<SharedLedger | null> {
  const { stop } = session;
  const hard = AbortSignal.any([stop.hard, AbortSignal.timeout(LEDGER_MINUTES * 60_000)]);
  const choice = await chooseSessionLedger(session, written);
  return openSessionLedger({ ...session, stop: { ...stop, hard } }, choice);
}

async function deliverLeft(
  session: LedgerSession,
  request: DeliveryRequest,
): Promise<BundleDelivery> {
  const bundle = await bundleVideos(session, 'motion-transfer-post', request.videos);
  const delivered = await deliverBundle(session, bundle, request);
  if (delivered.artifact != null)
    actionsLog.info(`uploaded what the interrupted run left behind as ${delivered.artifact.name}`);
  return delivered;
}
