import type { SharedLedger } from '../src/ledger/shared-ledger.ts';
import type { Limits } from '../src/model/limits.ts';
import type { GenerateStep } from '../src/model/plan.ts';
import type { TransferResult } from '../src/model/results.ts';
import type { Ports } from '../src/ports.ts';
import type { Connections, OpenRun } from '../src/run/open-run.ts';
import type { Checker } from './checker.ts';
import type { Core } from './core.ts';
import type { FakeDisk } from './fake-disk.ts';
import type { FakeGitHub } from './fake-github.ts';
import type { FakeLedger } from './fake-ledger.ts';
import { planStateOf, STATE_DIRECTORY, WORKSPACE } from './plan-state.ts';
import type { Process } from './process.ts';
import type { RequestedTransfer } from './script.ts';

/** What a process of the Action works with. */
export interface Seat {
  readonly core: Core;
  readonly process: Process;
  readonly ports: Ports;
  readonly disk: FakeDisk;
  readonly github: FakeGitHub;
  readonly ledger: FakeLedger | null;
  readonly connections: Connections;
  readonly checker: Checker;
  readonly hasArtifacts: boolean;
  readonly limits: Limits;
  readonly requestedTransfers: readonly RequestedTransfer[];
  readonly concurrency: number;
  readonly isRefresh: boolean;
  /** Fingerprint by content, for whoever reads the bill. */
  readonly keys: Map<string, string>;
}

/** `command: run`, in the order in which the Action goes. */
export function planAndRun(seat: Seat): Promise<void> {
  return withRecords(seat, async (context) => {
    const { core, connections, disk, limits, requestedTransfers, process, isRefresh } = seat;
    await core.settleLeftovers(context);
    const { store } = context;
    const { endpoints } = connections;
    const plan = core.assemblePlan(
      planStateOf({ requestedTransfers, limits, endpoints, store, disk, isRefresh }),
    );
    for (const step of plan.steps) {
      if (step.action === 'generate') noteKey(seat, step);
    }
    const decision = core.decideBudget(
      plan,
      core.spentOf(store.purchases, {
        runId: process.identity.runId,
        pullRequest: process.identity.pullRequest,
        nowMs: process.nowMs(),
        isShared: store.ledger != null,
      }),
    );
    const outcome = await core.runPlan(context, {
      plan,
      decision,
      approval: null,
      concurrency: seat.concurrency,
    });
    await deliver(seat, context, outcome.results);
  });
}

/** `command: reconcile`: settles what can be settled and buys nothing. */
export function reconcileOnly(seat: Seat): Promise<void> {
  return withRecords(seat, async (context) => {
    const { results } = await seat.core.reconcile(context, seat.concurrency);
    await deliver(seat, context, results);
  });
}

/** The post step after a cancel: tells what the journal holds and keeps what lies on disk. */
export function flushAfterwards(seat: Seat): Promise<void> {
  return withRecords(seat, async ({ store }) => {
    await store.flush();
    const videos = [...store.purchases.values()].flatMap(({ state, output, download }) =>
      state === 'stored' && download != null ? [{ output, isAside: false }] : [],
    );
    const files = gather(seat, videos);
    if (files.size > 0) await seat.github.upload(seat.process, files);
  });
}

/** A person looks at the bill and settles what nobody else can. */
export function writeOffTruthfully(seat: Seat, isBilled: (key: string) => boolean): Promise<void> {
  return withRecords(seat, async (context) => {
    const unknown = [...context.store.purchases.values()].filter(
      ({ state }) => state === 'unknown',
    );
    if (unknown.length === 0) return;
    await seat.core.writeOff(context, {
      writeOffs: unknown.map(({ fingerprint }) => ({
        key: fingerprint,
        outcome: isBilled(fingerprint) ? 'charged' : 'free',
      })),
      reason: 'looked at the bill',
      actor: 'somebody',
    });
  });
}

function noteKey({ keys, isRefresh }: Seat, step: GenerateStep): void {
  const { character, parameters, provider, fingerprint } = step;
  const url = character.source.kind === 'url' ? character.source.url : '';
  const asset = /c(\d+)\.png$/.exec(url)?.[1] ?? '';
  const again = isRefresh ? ' anew' : '';
  keys.set(`${provider} ${asset}/${parameters.take}${again}`, fingerprint);
}

async function withRecords(seat: Seat, work: (context: OpenRun) => Promise<void>): Promise<void> {
  const { core, process, ports, connections } = seat;
  const { requested, hard, deadlineMs } = process;
  let ledger: SharedLedger | null = null;
  if (seat.ledger != null)
    ledger = await core.openSharedLedger(ports, seat.ledger.backendFor(process), hard.signal);
  try {
    await core.withRun(
      ports,
      {
        workspace: WORKSPACE,
        stateDirectory: STATE_DIRECTORY,
        connections,
        repository: null,
        identity: process.identity,
        ledger,
        stop: { requested: requested.signal, hard: hard.signal, deadlineMs },
        onProgress: () => {},
      },
      work,
    );
  } finally {
    await ledger?.close();
  }
}

/** Uploads what is here and settles it, unless the run was cancelled or the upload failed. */
async function deliver(
  seat: Seat,
  context: OpenRun,
  stored: readonly TransferResult[],
): Promise<void> {
  const { core, process, github, checker, hasArtifacts } = seat;
  await context.store.lockLedger();
  const videos = stored.flatMap(({ state, output, sha256 }) =>
    sha256 != null && ['generated', 'copied', 'collected'].includes(state)
      ? [{ output, isAside: state === 'collected' }]
      : [],
  );
  let artifactId: number | null = null;
  if (hasArtifacts && videos.length > 0 && !process.isCancelled)
    artifactId = await github.upload(process, gather(seat, videos));
  const isKept = artifactId != null || !hasArtifacts;
  try {
    if (process.isCancelled || !isKept) {
      await context.store.flush();
      checker.reported(process, core.holdUndelivered(context, stored));
      return;
    }
    const { runId } = process.identity;
    const delivered =
      artifactId == null ? null : { artifactId, artifactName: 'motion-transfer', runId };
    checker.reported(process, await core.recordDelivery(context, stored, delivered));
  } catch (error) {
    // The post step of the job tries again.
    if (!(error instanceof core.LedgerError)) throw error;
  }
}

function gather(
  { disk }: Seat,
  videos: readonly { readonly output: string; readonly isAside: boolean }[],
): Map<string, Buffer> {
  return new Map(
    videos.flatMap(({ output, isAside }) => {
      const bytes = disk.files.get(`${isAside ? STATE_DIRECTORY : WORKSPACE}/${output}`);
      return bytes == null ? [] : [[output, bytes] as const];
    }),
  );
}
