import type { LedgerBackend, LedgerVersion } from '../../src/ledger/backends/backend.ts';
import { StoppedError } from '../../src/model/errors.ts';
import type { Ports } from '../../src/ports.ts';

export const LINES = 'state.json';
export const forever = new AbortController().signal;

export interface Appended {
  readonly version: LedgerVersion;
  readonly tries: number;
  /** Swaps that nobody could say the end of, and that had gone through. */
  readonly found: number;
}

/**
 * Adds one line and a file of its own, once, whatever happens on the way: looks for the line first, as
 * every writer of the ledger looks for its operation.
 */
export async function appendLine(
  backend: LedgerBackend,
  ports: Pick<Ports, 'clock' | 'random'>,
  line: string,
  signal: AbortSignal = forever,
): Promise<Appended> {
  let isUnclear = false;
  const found = 0;
  for (let tries = 1; ; tries++) {
    if (signal.aborted) throw new StoppedError('stopped');
    const version = await backend.read(signal);
    if (linesOf(version).includes(line))
      return { version, tries, found: found + Number(isUnclear) };
    if (isUnclear) isUnclear = false;
    const changes = new Map([
      [LINES, `${[...linesOf(version), line].join('\n')}\n`],
      [`lines/${line}`, `${line}\n`],
    ]);
    const outcome = await backend.swap(version, changes, `Line ${line}`, signal);
    if (outcome.kind === 'swapped') return { version: outcome.version, tries, found };
    isUnclear = outcome.kind === 'unclear';
    const ceilingMs = Math.min(4_000, 100 * 2 ** tries);
    await ports.clock.sleep(ports.random() * ceilingMs, signal);
  }
}

export function linesOf({ files }: LedgerVersion): string[] {
  return (files.get(LINES) ?? '').split('\n').filter((line) => line !== '');
}
