import { join } from 'node:path';
import {
  createNodePorts,
  findStateDirectory,
  LedgerError,
  messageOf,
  type OpenRun,
  readConnections,
  recordDelivery,
  type SharedLedger,
  StoppedError,
  settleLeftovers,
  withRun,
} from '@motion-transfer/core';
import { assembleBundle, createPendingNote, freshDirectory } from './artifacts/bundle.ts';
import { uploadBundle } from './artifacts/upload.ts';
import { actionsLog, maskSecrets } from './environment.ts';
import { type GitHubContext, readGitHubContext } from './github/context.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { chooseSessionLedger, type LedgerSession, openSessionLedger } from './ledger.ts';
import { createStop } from './stop-signals.ts';

/** GitHub waits five minutes for everything after a cancel. */
const POST_MINUTES = 4;
/** Of these, what a ledger that cannot be reached may take: the upload must come first then. */
const LEDGER_MINUTES = 2;

/**
 * After the step, whatever became of it: uploads what a killed or cancelled run left on disk, tells the
 * ledger, and gives back what was only reserved. It buys nothing and trusts only the journal, never the lockfile (a pull request can write
 * it) and never state that a printed line could have set.
 */
export async function post(): Promise<number> {
  try {
    maskSecrets(process.env);
    const github = await readGitHubContext(process.env);
    const pending = createPendingNote(github.temporaryDirectory);
    const note = await pending.read();
    if (note == null) return 0;
    const inputs = readInputs();
    const ports = createNodePorts(actionsLog);
    const stop = createStop(Date.now() + POST_MINUTES * 60_000);
    const stateDirectory = await findStateDirectory(
      ports,
      github.workspace,
      github.runnerTemporaryDirectory,
    );
    const session = { ports, github, inputs, stateDirectory, stop };
    const ledger = await openLedgerOrNone(session, note.ledger);
    try {
      await withRun(
        ports,
        {
          workspace: github.workspace,
          stateDirectory,
          connections: readConnections(process.env),
          repository: github.repository,
          identity: github.identity,
          ledger,
          stop,
          onProgress: () => {},
        },
        (context) => finish(context, github, inputs),
      );
    } finally {
      await ledger?.close();
    }
    await pending.clear();
  } catch (error) {
    actionsLog.warning(
      `the post step could not finish: ${messageOf(error)}; what was bought is still in the workspace and its journal`,
    );
  }
  return 0;
}

/** Without the ledger the videos are uploaded all the same: they are gone with this machine otherwise. */
async function openLedgerOrNone(
  session: LedgerSession,
  written: string | null,
): Promise<SharedLedger | null> {
  const { stop } = session;
  const hard = AbortSignal.any([stop.hard, AbortSignal.timeout(LEDGER_MINUTES * 60_000)]);
  try {
    const choice = await chooseSessionLedger(session, written);
    return await openSessionLedger({ ...session, stop: { ...stop, hard } }, choice);
  } catch (error) {
    if (!isLedgerTrouble(error)) throw error;
    actionsLog.warning(
      `the ledger cannot be told what became of the purchases (${messageOf(error)}); what is here is uploaded without it`,
    );
    return null;
  }
}

function isLedgerTrouble(error: unknown): boolean {
  return error instanceof LedgerError || error instanceof StoppedError;
}

async function finish(context: OpenRun, github: GitHubContext, inputs: Inputs): Promise<void> {
  await context.store.flush().catch((error: unknown) => {
    if (!isLedgerTrouble(error)) throw error;
    actionsLog.warning(`the ledger could not be told yet: ${messageOf(error)}`);
  });
  await uploadVideos(context, github, inputs);
  // The run of this checkout is over: what it reserved and did not send is free again.
  await settleLeftovers(context);
}

/** Uploads the videos that are here and not settled; only then they are. */
async function uploadVideos(
  context: OpenRun,
  github: GitHubContext,
  inputs: Inputs,
): Promise<void> {
  const { ports, store, workspace, stateDirectory } = context;
  const stored = [...store.purchases.values()].filter(({ state }) => state === 'stored');
  const results = stored.map(({ fingerprint, output, download }) => ({
    fingerprint: fingerprint,
    output,
    sha256: download?.sha256 ?? '',
  }));
  const bundle = await assembleBundle(ports, {
    workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer-post')),
    videos: results.map(({ output, sha256 }) => ({ path: output, isAside: false, sha256 })),
    drafts: { directory: '', all: [] },
    documents: {},
  });
  if (!bundle.hasVideos) return;
  if (!github.supportsArtifacts) {
    actionsLog.warning(`no artifact service here; the videos are in ${bundle.directory}`);
    return;
  }
  const { artifactName: name, retentionDays } = inputs;
  const artifact = await uploadBundle(bundle, { name, retentionDays, ports });
  actionsLog.info(`uploaded what the interrupted run left behind as ${artifact.name}`);
  const kept = results.filter(({ output }) =>
    bundle.files.includes(join(bundle.directory, output)),
  );
  await recordDelivery(
    context,
    kept.map((result) => ({ ...result, state: 'generated' as const, charge: null, message: null })),
    {
      artifactId: artifact.id,
      artifactName: artifact.name,
      runId: github.identity.runId,
    },
  );
}
