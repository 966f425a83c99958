import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import { openPurchaseStore, type Store } from '../../src/ledger/purchase-store.ts';
import { openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import type { GitHubPort, Ports } from '../../src/ports.ts';
import { createClockCheck } from '../../src/purchase/clock-check.ts';
import type { OpenRun } from '../../src/purchase/context.ts';
import { readConnections } from '../../src/run/open-run.ts';
import { temporaryDirectory } from '../media/support.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import { makePorts } from './ports.ts';

/** What a test says about a run: which one it is, and what GitHub says of the others. */
export interface RunRequest {
  readonly runId: string;
  readonly github?: GitHubPort | null;
  readonly workspace?: string;
}

/** A run with a real state directory and a ledger in memory, before its plan. */
export async function openTestRun(
  backend: MemoryLedger,
  { runId, github = null, workspace }: RunRequest,
): Promise<OpenRun & { readonly store: Store; readonly ports: Ports }> {
  const ports: Ports = { ...makePorts(), random: Math.random, github };
  const directory = workspace ?? (await temporaryDirectory());
  const paths = { workspace: directory, stateDirectory: `${directory}/.git/motion-transfer` };
  const running = new AbortController().signal;
  const ledger = await openSharedLedger(ports, backend, running);
  const store = await openPurchaseStore(ports, paths, ledger);
  const { endpoints, rawHosts, redactor } = readConnections({});
  return {
    ports,
    ...paths,
    identity: { runId, attempt: 1, job: 'animate', pullRequest: null },
    repository: null,
    rawHosts,
    store,
    stop: { requested: running, hard: running, deadlineMs: ports.clock.nowMs() + 3_600_000 },
    clockCheck: createClockCheck(ports, ledger),
    cancelsQueued: () => false,
    uploaded: new Map(),
    fetched: new Map(),
    artifacts: new Map(),
    s3: null,
    allowLoopback: false,
    halted: null,
    apiFor(provider) {
      const endpoint = endpoints.find(({ adapter }) => adapter.id === provider);
      if (endpoint == null) throw new TypeError(`no adapter is called ${provider}`);
      return { ports, endpoint, rateLimiter: createRateLimiter(ports, null), redactor };
    },
    redactor,
    onProgress: () => {},
  };
}

export function gitHubSaying(state: 'running' | 'over' | 'unknown'): GitHubPort {
  return {
    readClock: async () => null,
    attemptState: async () => state,
    fetchArtifact: async () => 'gone',
    commitSigned: async () => ({ kind: 'refused', message: 'not asked' }),
  };
}
