import { openPurchaseStore } from '../../src/ledger/purchase-store.ts';
import { createNodePorts } from '../../src/node/ports.ts';
import { KEY, makeEvent } from '../support/journal.ts';

/**
 * A run that may not write large files: records one reservation, then an intent too long for what is
 * left, and tells how that ended.
 */
const [, , workspace = '', stateDirectory = ''] = process.argv;
const ports = createNodePorts({ info: () => {}, warning: () => {} });
const store = await openPurchaseStore(ports, { workspace, stateDirectory });
await store.append(makeEvent('reserve'));
const code = await store
  .append({
    type: 'submit',
    fingerprint: KEY,
    atMs: makeEvent('reserve').atMs,
    attempt: 1,
    intent: 'x'.repeat(10_000),
  })
  .then(
    () => 'written',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  );
const state = store.purchases.get(KEY)?.state;
await store.close();
process.stdout.write(JSON.stringify({ code, state }));
