import type { Stop } from '../../src/cancellation.ts';
import { openPurchaseStore, type Store } from '../../src/ledger/purchase-store.ts';
import { openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import type { NewEvent, PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import type { ClockPort, GitHubPort, Ports } from '../../src/ports.ts';
import { createClockCheck } from '../../src/purchase/clock-check.ts';
import type { RunContext, RunIdentity } from '../../src/purchase/context.ts';
import { temporaryDirectory } from '../media/support.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import { makePorts } from './ports.ts';
import { VirtualClock } from './virtual-clock.ts';

interface RunOptions {
  readonly events?: readonly PurchaseEvent[];
  readonly ledger?: MemoryLedger | null;
  readonly identity?: Partial<RunIdentity>;
  readonly attemptState?: GitHubPort['attemptState'];
  readonly deadlineMs?: number;
  readonly random?: () => number;
}

export interface OpenedRun {
  readonly context: RunContext;
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly messages: readonly string[];
  /** Tells the run to stop. */
  readonly stop: () => void;
}

let seed = 0;

/** A run on a real disk; the ledger, where there is one, lies in memory. */
export async function openRunOnDisk({
  ledger = null,
  ...options
}: RunOptions = {}): Promise<OpenedRun> {
  const clock = new VirtualClock();
  seed += 1;
  let drawn = seed * 1_000;
  const random = () => {
    drawn = (drawn * 48_271) % 2_147_483_647;
    return drawn / 2_147_483_647;
  };
  const { attemptState } = options;
  const { messages, ...basic } = makePorts();
  const ports: Omit<Ports, 'clock'> & { clock: ClockPort } = {
    ...basic,
    // Clocks count whole milliseconds, however long a sleep is.
    clock: {
      nowMs: () => Math.floor(clock.nowMs()),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
    random,
    github:
      attemptState == null
        ? null
        : {
            attemptState,
            readClock: async () => null,
            fetchArtifact: async () => 'gone',
            commitSigned: async () => ({ kind: 'refused', message: 'not asked' }),
          },
  };
  const requested = new AbortController();
  const shared = ledger == null ? null : await openSharedLedger(ports, ledger, requested.signal);
  const workspace = await temporaryDirectory();
  const paths = { workspace, stateDirectory: `${workspace}/.git/motion-transfer` };
  const store = await openPurchaseStore(ports, paths, shared);
  for (const { id: _, round: __, ...event } of options.events ?? []) {
    const isOurs = event.type === 'reserve' && ledger != null;
    const holder = isOurs ? { holder: { ...event.holder, checkout: store.checkout } } : {};
    await store.append({ ...event, ...holder } as NewEvent);
  }
  const stop: Stop = {
    requested: requested.signal,
    hard: new AbortController().signal,
    deadlineMs: options.deadlineMs ?? clock.nowMs() + 3_600_000,
  };
  const parts = {
    ...paths,
    ports: { ...ports, random: options.random ?? random },
    identity: { runId: '1', attempt: 1, job: 'animate', pullRequest: null, ...options.identity },
    store,
    stop,
    clockCheck: createClockCheck(ports, shared),
  };
  // What talks to providers is not part of these runs.
  const context = parts as unknown as RunContext;
  return { context, store, clock, messages, stop: () => requested.abort() };
}
