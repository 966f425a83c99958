import { ConfigError, LedgerError, messageOf, UnwritableError } from '../model/errors.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import { holdsMoney } from '../model/purchase/purchase-state.ts';
import type { OpenRun } from '../purchase/context.ts';
import { createInFlightCheck } from './in-flight.ts';

/** A manual decision on a purchase that nothing else can settle. */
export interface WriteOff {
  /** The key, or its first 8 digits or more. */
  readonly key: string;
  readonly outcome: 'free' | 'charged';
}

export interface WriteOffRequest {
  readonly writeOffs: readonly WriteOff[];
  readonly reason: string;
  readonly actor: string;
}

const SHORTEST_KEY = 8;

/**
 * Reads `<key>=free` or `<key>=charged`, several separated by commas or new lines.
 *
 * @throws ConfigError with every problem.
 */
export function parseWriteOffs(text: string): WriteOff[] {
  const parts = text
    .split(/[,\r\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const problems: string[] = [];
  const writeOffs = parts.flatMap((part): WriteOff[] => {
    const [, key, outcome] = /^([0-9a-f]{8,64})=(free|charged)$/.exec(part) ?? [];
    if (key != null && (outcome === 'free' || outcome === 'charged')) return [{ key, outcome }];
    problems.push(
      `"${part}" is not <key>=free or <key>=charged, with ${SHORTEST_KEY} or more hex digits of the key`,
    );
    return [];
  });
  if (problems.length > 0) throw refuse(problems);
  return writeOffs;
}

/**
 * Settles purchases by a manual decision, with the reason and the actor on record. Nothing happens when
 * any of them cannot be: what a live run is still buying or collecting is that run's.
 *
 * @throws ConfigError with every problem.
 */
export async function writeOff(context: OpenRun, request: WriteOffRequest): Promise<Purchase[]> {
  const { store, ports } = context;
  const problems: string[] = [];
  if (request.reason.trim() === '')
    problems.push('a write-off needs a reason, for those who read the ledger later (input reason)');
  const whyInFlight = createInFlightCheck(context);
  const found: { readonly entry: Purchase; readonly requested: WriteOff }[] = [];
  for (const requested of request.writeOffs) {
    const purchases = [...store.purchases.values()].filter(({ fingerprint }) =>
      fingerprint.startsWith(requested.key),
    );
    const [purchase] = purchases;
    if (purchase == null || purchases.length > 1) {
      problems.push(`${requested.key} names ${purchases.length} purchases on record, not one`);
      continue;
    }
    const isOpen = holdsMoney(purchase.state, purchase.charge?.microUsd != null);
    if (!isOpen || purchase.state === 'reserved') {
      problems.push(
        `${requested.key} (${purchase.transferId}) is ${purchase.state}: there is nothing to write off`,
      );
      continue;
    }
    const inFlight = await whyInFlight(purchase);
    if (inFlight == null) found.push({ entry: purchase, requested });
    else
      problems.push(
        `${requested.key} (${purchase.transferId}) cannot be written off yet: ${inFlight}`,
      );
  }
  if (problems.length > 0) throw refuse(problems);
  const settled: Purchase[] = [];
  for (const { entry: purchase, requested } of found) {
    const base = { fingerprint: purchase.fingerprint, atMs: ports.clock.nowMs() };
    if (purchase.state === 'submitting') {
      const message = `given up by ${request.actor}`;
      await store.append({ ...base, type: 'lose-answer', message });
    }
    settled.push(
      await store.append({
        ...base,
        type: 'write-off',
        message: request.reason,
        actor: request.actor,
        charge: {
          microUsd: requested.outcome === 'free' ? 0 : purchase.holdMicroUsd,
          source: 'estimated',
        },
      }),
    );
  }
  await store.flush().catch((error: unknown) => {
    if (!(error instanceof LedgerError)) throw error;
    if (error instanceof UnwritableError) return;
    ports.log.warning(
      `the ledger could not be updated with the write-off (${messageOf(error)}); it is tried again`,
    );
  });
  return settled;
}

function refuse(problems: readonly string[]): ConfigError {
  return new ConfigError(
    problems.map((message) => ({ severity: 'error', path: 'input write-off', message })),
  );
}
