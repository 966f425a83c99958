import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The core under simulation, loaded from a directory of its sources: the real one, or a copy of it with a
 * planted bug. Nothing of it is rebuilt here.
 */
export async function loadCore(sources: string) {
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(sources, path)).href);
  const [errors, assemble, adapters, journal, entry, files, spending, state] = await Promise.all([
    load('model/errors.ts'),
    load('plan/assemble.ts'),
    load('providers/registry.ts'),
    load('ledger/journal.ts'),
    load('model/purchase/purchase.ts'),
    load('ledger/files/files.ts'),
    load('ledger/totals.ts'),
    load('model/purchase/purchase-state.ts'),
  ]);
  const [ledger, endpoint, openRun, stop, writeOff, run, reconcile, finish, delivery] =
    await Promise.all([
      load('ledger/shared-ledger.ts'),
      load('http/endpoint.ts'),
      load('run/open-run.ts'),
      load('cancellation.ts'),
      load('recovery/write-off.ts'),
      load('use-cases/run.ts'),
      load('use-cases/reconcile.ts'),
      load('use-cases/finish.ts'),
      load('use-cases/deliver.ts'),
    ]);
  return {
    ...(errors as typeof import('../src/model/errors.ts')),
    ...(assemble as typeof import('../src/plan/assemble.ts')),
    ...(adapters as typeof import('../src/providers/registry.ts')),
    ...(journal as typeof import('../src/ledger/journal.ts')),
    ...(entry as typeof import('../src/model/purchase/purchase.ts')),
    ...(files as typeof import('../src/ledger/files/files.ts')),
    ...(spending as typeof import('../src/ledger/totals.ts')),
    ...(state as typeof import('../src/model/purchase/purchase-state.ts')),
    ...(ledger as typeof import('../src/ledger/shared-ledger.ts')),
    ...(endpoint as typeof import('../src/http/endpoint.ts')),
    ...(openRun as typeof import('../src/run/open-run.ts')),
    ...(stop as typeof import('../src/cancellation.ts')),
    ...(writeOff as typeof import('../src/recovery/write-off.ts')),
    ...(run as typeof import('../src/use-cases/run.ts')),
    ...(reconcile as typeof import('../src/use-cases/reconcile.ts')),
    ...(finish as typeof import('../src/use-cases/finish.ts')),
    ...(delivery as typeof import('../src/use-cases/deliver.ts')),
  };
}

export type Core = Awaited<ReturnType<typeof loadCore>>;
