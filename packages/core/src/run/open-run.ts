import type { Ports } from '../ports.ts';
import { adapters } from '../providers/registry.ts';
import type { StorePaths } from '../record/local-records.ts';
import type { SharedLedger } from '../record/shared-ledger.ts';
import { openStore } from '../record/store.ts';
import type { ProgressUpdate, RunContext, RunIdentity } from './context.ts';
import {
  createEndpoint,
  createRawHosts,
  type Endpoint,
  type Environment,
  type RawHosts,
} from './endpoint.ts';
import type { ApiContext } from './http.ts';
import { createPacer } from './pace.ts';
import type { Stop } from './stop.ts';

/** Every provider as this environment reaches it, and GitHub's file hosts. */
export interface Connections {
  readonly endpoints: readonly Endpoint[];
  readonly rawHosts: RawHosts;
}

/** @throws UnsafeError for a base URL that must not be used. */
export function readConnections(environment: Environment): Connections {
  return {
    endpoints: adapters.map((adapter) => createEndpoint(adapter, environment)),
    rawHosts: createRawHosts(environment),
  };
}

export interface OpenRunRequest extends StorePaths {
  readonly connections: Connections;
  readonly repository: string | null;
  readonly identity: RunIdentity;
  /** The record shared by all runs; `null` where there is none. */
  readonly ledger: SharedLedger | null;
  readonly stop: Stop;
  readonly onProgress: (update: ProgressUpdate) => void;
}

/** A run before its plan is made: which commit it is about is not known yet. */
export type OpenRun = Omit<RunContext, 'commit'>;

/** Opens the records for writing and hands out what a run works with; always closed again. */
export async function withRun<Result>(
  ports: Ports,
  request: OpenRunRequest,
  work: (context: OpenRun) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(ports, request, request.ledger);
  const apis = new Map<string, ApiContext>(
    request.connections.endpoints.map((endpoint) => {
      const perMinute = endpoint.adapter.pacing.requestsPerMinute?.value ?? null;
      return [endpoint.adapter.id, { ports, endpoint, pacer: createPacer(ports, perMinute) }];
    }),
  );
  try {
    return await work({
      ports,
      identity: request.identity,
      workspace: request.workspace,
      stateDirectory: request.stateDirectory,
      repository: request.repository,
      rawHosts: request.connections.rawHosts,
      store,
      stop: request.stop,
      uploaded: new Map(),
      allowLoopback: request.connections.endpoints.some((endpoint) => endpoint.isLoopback),
      halted: null,
      apiFor(provider) {
        const api = apis.get(provider);
        if (api == null) throw new TypeError(`no adapter is called ${provider}`);
        return api;
      },
      onProgress: request.onProgress,
    });
  } finally {
    await store.close();
  }
}
