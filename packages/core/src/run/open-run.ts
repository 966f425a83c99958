import type { Stop } from '../cancellation.ts';
import type { ApiContext } from '../http/call-api.ts';
import {
  createEndpoint,
  createRawHosts,
  type Endpoint,
  type Environment,
  type RawHosts,
} from '../http/endpoint.ts';
import { createRateLimiter } from '../http/rate-limiter.ts';
import type { StorePaths } from '../ledger/journal-file.ts';
import { openPurchaseStore } from '../ledger/purchase-store.ts';
import type { SharedLedger } from '../ledger/shared-ledger.ts';
import type { S3Settings } from '../model/config.ts';
import { createRedactor, type Redactor } from '../model/secrets/redact.ts';
import type { Ports } from '../ports.ts';
import { adapters } from '../providers/registry.ts';
import { createClockCheck } from '../purchase/clock-check.ts';
import {
  artifactsDirectory,
  type OpenRun,
  type ProgressUpdate,
  type RunIdentity,
} from '../purchase/context.ts';
import { fetchedDirectory } from '../staging/fetch-asset.ts';
import { readS3Connection, type S3Connection } from '../staging/s3/connection.ts';
import { createS3Store, type S3Store } from '../staging/s3/store.ts';

/** Every provider as this environment reaches it, and GitHub's file hosts. */
export interface Connections {
  readonly endpoints: readonly Endpoint[];
  readonly rawHosts: RawHosts;
  readonly s3: S3Connection;
  /** Knows every secret: those of the environment, and those that are made on the way. */
  readonly redactor: Redactor;
  /** Called with every secret that is made on the way, before it is used. */
  readonly addMask: (secret: string) => void;
}

/** @throws UnsafeError for a base URL that must not be used. */
export function readConnections(
  environment: Environment,
  addMask: (secret: string) => void = () => {},
  redactor: Redactor = createRedactor(),
): Connections {
  const endpoints = adapters.map((adapter) => createEndpoint(adapter, environment));
  const s3 = readS3Connection(environment);
  const { accessKeyId, secretAccessKey, sessionToken } = s3.credentials ?? {};
  for (const { secrets } of endpoints) for (const key of Object.values(secrets)) redactor.add(key);
  for (const key of [accessKeyId, secretAccessKey, sessionToken])
    if (key != null) redactor.add(key);
  return { endpoints, rawHosts: createRawHosts(environment), s3, redactor, addMask };
}

export interface OpenRunRequest extends StorePaths {
  readonly connections: Connections;
  readonly repository: string | null;
  readonly identity: RunIdentity;
  /** The record shared by all runs; `null` where there is none. */
  readonly ledger: SharedLedger | null;
  /** The bucket of the config; absent where nothing is staged. */
  readonly s3?: S3Settings | null;
  readonly stop: Stop;
  /** See `RunContext`; absent: never. */
  readonly cancelsQueued?: () => boolean;
  readonly onProgress: (update: ProgressUpdate) => void;
}

/** Opens the records for writing and hands out what a run works with; always closed again. */
export async function withRun<Result>(
  ports: Ports,
  request: OpenRunRequest,
  work: (context: OpenRun) => Promise<Result>,
): Promise<Result> {
  const store = await openPurchaseStore(ports, request, request.ledger);
  const { redactor } = request.connections;
  const clockCheck = createClockCheck(ports, request.ledger);
  const apis = new Map<string, ApiContext>(
    request.connections.endpoints.map((endpoint) => {
      const perMinute = endpoint.adapter.pacing.requestsPerMinute?.value ?? null;
      return [
        endpoint.adapter.id,
        {
          ports,
          endpoint,
          rateLimiter: createRateLimiter(ports, perMinute),
          redactor,
          onClock: clockCheck.note,
        },
      ];
    }),
  );
  const artifacts: OpenRun['artifacts'] = new Map();
  const fetched: OpenRun['fetched'] = new Map();
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
      clockCheck,
      cancelsQueued: request.cancelsQueued ?? (() => false),
      uploaded: new Map(),
      fetched,
      artifacts,
      s3: openBucket(ports, request),
      allowLoopback: request.connections.endpoints.some((endpoint) => endpoint.isLoopback),
      halted: null,
      apiFor(provider) {
        const api = apis.get(provider);
        if (api == null) throw new TypeError(`no adapter is called ${provider}`);
        return api;
      },
      redactor,
      onProgress: request.onProgress,
    });
  } finally {
    if (artifacts.size > 0)
      await ports.files.removeDirectory(artifactsDirectory(request.stateDirectory));
    if (fetched.size > 0)
      await ports.files.removeDirectory(fetchedDirectory(request.stateDirectory));
    await store.close();
  }
}

function openBucket(ports: Ports, request: OpenRunRequest): S3Store | null {
  const { s3: settings, connections, workspace, stop } = request;
  if (settings == null) return null;
  const issued = new Set<string>();
  return createS3Store({
    ports,
    workspace,
    settings,
    connection: connections.s3,
    stop,
    addMask(secret) {
      if (issued.has(secret)) return;
      issued.add(secret);
      // Of a signed query the parts come by themselves: thousands of queries begin alike.
      if (!secret.includes('X-Amz-Signature=')) connections.redactor.add(secret);
      connections.addMask(secret);
    },
  });
}
