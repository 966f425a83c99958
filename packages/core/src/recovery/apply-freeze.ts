import { describeFreeze, type FreezeRequest, makeFreeze, refuseFreeze } from '../ledger/freeze.ts';
import type { OpenRun } from '../purchase/context.ts';

/**
 * Sets the flag that stops all buying in the repository, or takes it away; who and why are on record.
 *
 * @throws ConfigError without a ledger or a reason; LedgerError when it cannot be written.
 */
export async function applyFreeze(
  { store, ports, identity }: OpenRun,
  request: FreezeRequest,
): Promise<void> {
  const { ledger } = store;
  if (ledger == null) {
    throw refuseFreeze(
      'needs a ledger that all runs share, and there is none here (ledger: none, or no token); choose git or file:<path>',
    );
  }
  const freeze = makeFreeze(request, { runId: identity.runId, nowMs: ports.clock.nowMs() });
  const who = `by ${freeze.actor}: ${freeze.reason}`;
  if (request.isOn) {
    await ledger.setFreeze(freeze, `Freeze buying, ${who}`);
    ports.log.warning(describeFreeze(freeze));
    return;
  }
  if (ledger.freeze == null) return ports.log.info('buying was not frozen');
  await ledger.setFreeze(null, `Allow buying again, ${who}`);
  ports.log.info(`buying is allowed again, ${who}`);
}
