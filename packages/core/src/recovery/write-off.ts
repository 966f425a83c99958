import { ConfigError } from '../model/errors.ts';
import type { Purchase } from '../model/purchase.ts';
import { holdsMoney } from '../model/purchase-state.ts';
import type { OpenRun } from '../run/open-run.ts';

/** A person's word on a purchase that nothing else can settle. */
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
 * Settles purchases by a person's word, with the reason and the actor on record. Nothing happens when
 * any of them cannot be.
 *
 * @throws ConfigError with every problem.
 */
export async function writeOff(context: OpenRun, request: WriteOffRequest): Promise<Purchase[]> {
  const { store, ports } = context;
  const problems: string[] = [];
  if (request.reason.trim() === '')
    problems.push('a write-off needs a reason, for those who read the ledger later (input reason)');
  const found = request.writeOffs.flatMap((wish) => {
    const entries = [...store.journal.values()].filter(({ key }) => key.startsWith(wish.key));
    const [entry] = entries;
    if (entry == null || entries.length > 1) {
      problems.push(`${wish.key} names ${entries.length} purchases on record, not one`);
      return [];
    }
    const isOpen = holdsMoney(entry.state, entry.charge?.microUsd != null);
    if (!isOpen || entry.state === 'reserved') {
      problems.push(
        `${wish.key} (${entry.transferId}) is ${entry.state}: there is nothing to write off`,
      );
      return [];
    }
    return [{ entry, wish }];
  });
  if (problems.length > 0) throw refuse(problems);
  const settled: Purchase[] = [];
  for (const { entry, wish } of found) {
    const base = { key: entry.key, atMs: ports.clock.nowMs() };
    if (entry.state === 'submitting') {
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
          microUsd: wish.outcome === 'free' ? 0 : entry.holdMicroUsd,
          source: 'estimated',
        },
      }),
    );
  }
  await store.flush();
  return settled;
}

function refuse(problems: readonly string[]): ConfigError {
  return new ConfigError(
    problems.map((message) => ({ severity: 'error', path: 'input write-off', message })),
  );
}
