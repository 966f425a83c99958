import type { Records } from '../src/ledger/journal-file.ts';
import type { Limits } from '../src/model/limits.ts';
import type { GenerateStep, Plan } from '../src/model/plan.ts';
import type { Ports } from '../src/ports.ts';
import type { Connections } from '../src/run/open-run.ts';
import type { Delivered, DeliveryRequest, StoredVideo } from '../src/use-cases/deliver.ts';
import type { RecordsRequest } from '../src/use-cases/with-records.ts';
import type { Checker } from './checker.ts';
import type { Core } from './core.ts';
import type { FakeDisk } from './fake-disk.ts';
import type { FakeGitHub } from './fake-github.ts';
import type { FakeLedger } from './fake-ledger.ts';
import { REPOSITORY } from './fake-network.ts';
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

/** `command: run`. */
export async function planAndRun(seat: Seat): Promise<void> {
  const { core, ports, process, concurrency } = seat;
  const { results, ledgerProblem } = await core.runTransfers(ports, {
    ...recordsOf(seat),
    concurrency,
    approvedPlan: null,
    makePlan: async (records) => makePlan(seat, records),
    findApproval: async () => ({ approval: null, notes: [] }),
    deliver: (request) => deliver(seat, request),
  });
  // What a ledger refused is charged in this run's report, and in that of the run which records it later:
  // only figures of a run whose ledger was written are held against the record.
  if (ledgerProblem == null) seat.checker.reports.reported(process, results);
}

/** `command: reconcile`. */
export async function reconcileOnly(seat: Seat): Promise<void> {
  const { core, ports, process, concurrency } = seat;
  const { results, ledgerProblem } = await core.reconcilePurchases(ports, {
    ...recordsOf(seat),
    writeOffs: { writeOffs: [], reason: '', actor: '' },
    concurrency,
    deliver: (request) => deliver(seat, request),
  });
  if (ledgerProblem == null) seat.checker.reports.reported(process, results);
}

/** The post step after a cancel. */
export async function flushAfterwards(seat: Seat): Promise<void> {
  const { core, ports } = seat;
  await core.finishRun(ports, {
    ...recordsOf(seat),
    deliver: (request) => deliver(seat, request),
  });
}

/** A person looks at the bill and settles what nobody else can. */
export async function writeOffTruthfully(
  seat: Seat,
  isBilled: (key: string) => boolean,
): Promise<void> {
  const { core, ports, checker } = seat;
  const unknown = [...checker.journal.values()].filter(({ state }) => state === 'unknown');
  await core.reconcilePurchases(ports, {
    ...recordsOf(seat),
    writeOffs: {
      writeOffs: unknown.map(({ fingerprint }) => ({
        key: fingerprint,
        outcome: isBilled(fingerprint) ? 'charged' : 'free',
      })),
      reason: 'looked at the bill',
      actor: 'somebody',
    },
    concurrency: seat.concurrency,
    deliver: (request) => deliver(seat, request),
  });
}

function makePlan(seat: Seat, records: Records): Plan {
  const { core, connections, disk, limits, requestedTransfers, isRefresh } = seat;
  const { endpoints } = connections;
  const { plan } = core.assemblePlan(
    planStateOf({ requestedTransfers, limits, endpoints, records, disk, isRefresh }),
  );
  for (const step of plan.steps) {
    if (step.action === 'generate') noteKey(seat, step);
  }
  return plan;
}

function noteKey({ keys, isRefresh }: Seat, step: GenerateStep): void {
  const { character, parameters, provider, fingerprint } = step;
  const url = character.source.kind === 'url' ? character.source.url : '';
  const asset = /c(\d+)\.png$/.exec(url)?.[1] ?? '';
  const again = isRefresh ? ' anew' : '';
  keys.set(`${provider} ${asset}/${parameters.take}${again}`, fingerprint);
}

function recordsOf({ core, process, ports, connections, ledger }: Seat): RecordsRequest {
  const { requested, hard, deadlineMs } = process;
  return {
    workspace: WORKSPACE,
    stateDirectory: STATE_DIRECTORY,
    connections,
    repository: REPOSITORY,
    identity: process.identity,
    stop: {
      requested: requested.signal,
      hard: hard.signal,
      deadlineMs,
      isCancelled: () => process.isCancelled,
    },
    onCancel: process.onCancel,
    openLedger: async () =>
      ledger == null
        ? null
        : core.openSharedLedger(ports, ledger.backendFor(process), hard.signal, ledger.vouched),
    onProgress: () => {},
  };
}

/** Uploads what is here, or proves that it is here where there is no artifact service. */
async function deliver(seat: Seat, { videos, mayUpload }: DeliveryRequest): Promise<Delivered> {
  const { core, ports, process, github, hasArtifacts } = seat;
  const { NOTHING_DELIVERED: nothing } = core;
  if (!mayUpload || videos.length === 0) return nothing;
  if (!hasArtifacts) {
    const paths = { workspace: WORKSPACE, stateDirectory: STATE_DIRECTORY };
    return core.deliverInPlace(ports, paths, videos);
  }
  const files = gather(seat, videos);
  const artifactId = await github.upload(process, files);
  if (artifactId == null) return { ...nothing, problem: 'the upload failed' };
  const { runId } = process.identity;
  return {
    videos: videos.filter(({ output }) => files.has(output)),
    archive: { artifactId, artifactName: 'motion-transfer', runId },
    problem: null,
  };
}

function gather({ disk }: Seat, videos: readonly StoredVideo[]): Map<string, Buffer> {
  return new Map(
    videos.flatMap(({ output, isAside, download }) => {
      const bytes =
        disk.files.get(`${isAside ? STATE_DIRECTORY : WORKSPACE}/${output}`) ??
        disk.files.get(download ?? '');
      return bytes == null ? [] : [[output, bytes] as const];
    }),
  );
}
