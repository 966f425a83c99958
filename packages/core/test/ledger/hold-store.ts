import { openPurchaseStore } from '../../src/ledger/purchase-store.ts';
import { createNodePorts } from '../../src/node/ports.ts';

/** Another run: opens the store of the directory given, says so, and holds it until its input ends. */
const [, , workspace = '', stateDirectory = ''] = process.argv;
const ports = createNodePorts({ info: () => {}, warning: () => {} });
await openPurchaseStore(ports, { workspace, stateDirectory });
process.stdout.write('open\n');
process.stdin.resume();
