import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openPurchaseStore } from '../../src/ledger/purchase-store.ts';
import { sha256 } from '../../src/model/hash.ts';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import { collectedPath } from '../../src/purchase/paid-job.ts';
import { readConnections } from '../../src/run/open-run.ts';
import type { RecordsRequest } from '../../src/use-cases/with-records.ts';
import { temporaryDirectory } from '../media/support.ts';
import { BOUGHT_AT_MS, eventsTo, type PurchaseFacts } from '../support/journal.ts';
import { makePorts, movingClock } from '../support/ports.ts';

const HOUR_MS = 3_600_000;

/** The events of a purchase whose video, these bytes, is stored. */
export function eventsToStored(video: string, facts: Partial<PurchaseFacts> = {}): PurchaseEvent[] {
  const bytes = Buffer.byteLength(video);
  return eventsTo('stored', facts).map((event) =>
    event.type === 'download' ? { ...event, sha256: sha256(video), bytes } : event,
  );
}

/** A checkout whose journal an earlier run wrote: what a use case opens. */
export async function makeRecords(events: readonly PurchaseEvent[]) {
  // The run that wrote it is over.
  const ports = { ...makePorts(), clock: movingClock(BOUGHT_AT_MS + 2 * HOUR_MS) };
  const workspace = await temporaryDirectory();
  const paths = { workspace, stateDirectory: `${workspace}/.git/motion-transfer` };
  const withStore = async <Value>(
    work: (store: Awaited<ReturnType<typeof openPurchaseStore>>) => Promise<Value>,
  ): Promise<Value> => {
    const store = await openPurchaseStore(ports, paths, null);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  await withStore(async (store) => {
    for (const { id: _, ...event } of events) await store.append(event);
  });
  const signal = new AbortController().signal;
  const request: RecordsRequest = {
    ...paths,
    connections: readConnections({}),
    repository: null,
    identity: { runId: '200', attempt: 1, job: 'animate', pullRequest: null },
    stop: {
      requested: signal,
      hard: signal,
      deadlineMs: ports.clock.nowMs() + HOUR_MS,
      isCancelled: () => false,
    },
    openLedger: async () => null,
    onProgress: () => {},
  };
  const put = async (path: string, video: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, video);
  };
  return {
    ports,
    request,
    putAtOutput: (output: string, video: string) => put(`${workspace}/${output}`, video),
    putAside: (purchase: Purchase, video: string) => put(collectedPath(paths, purchase), video),
    /** What is on record once the use case is over. */
    purchases: () => withStore(async (store) => new Map(store.purchases)),
  };
}
