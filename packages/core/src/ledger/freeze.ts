import * as z from 'zod';
import { ConfigError, LedgerError } from '../model/errors.ts';
import { time } from '../model/purchase/purchase.ts';

/**
 * The flag that stops all buying in a repository: a file of the ledger that is there while it is on. A
 * release that does not know the file refuses the ledger, which stops its buying too.
 */
export const FREEZE_FILE = 'freeze.json';

const MAX_REASON_CHARACTERS = 500;

const freezeSchema = z.strictObject({
  reason: z.string().min(1).max(MAX_REASON_CHARACTERS),
  /** Who started the workflow that set it. */
  actor: z.string().max(200),
  runId: z.string().max(200),
  atMs: time,
});
export type Freeze = z.output<typeof freezeSchema>;

/** What `reconcile` is asked to do with the flag. */
export interface FreezeRequest {
  readonly isOn: boolean;
  readonly reason: string;
  readonly actor: string;
}

/** @throws ZodError or SyntaxError for what is no such file. */
export function parseFreeze(text: string): Freeze {
  return freezeSchema.parse(JSON.parse(text));
}

export function formatFreeze(freeze: Freeze): string {
  return `${JSON.stringify(freezeSchema.parse(freeze), null, 2)}\n`;
}

/** @throws ConfigError without a reason: whoever reads the ledger later has to know why. */
export function makeFreeze(
  { reason, actor }: FreezeRequest,
  { runId, nowMs }: { readonly runId: string; readonly nowMs: number },
): Freeze {
  const written = reason.trim().slice(0, MAX_REASON_CHARACTERS);
  if (written === '') throw refuseFreeze('needs a reason, for those who read the ledger later');
  return { reason: written, actor: actor.slice(0, 200), runId, atMs: nowMs };
}

export function refuseFreeze(message: string): ConfigError {
  return new ConfigError([{ severity: 'error', path: 'input freeze', message }]);
}

/** One sentence for every plan and every purchase that is not made. */
export function describeFreeze({ reason, actor, atMs }: Freeze): string {
  const since = `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `Buying is frozen in this repository since ${since} by ${actor} (${reason}): nothing is bought until command: reconcile with freeze: off; what is paid for is still collected`;
}

/** @throws LedgerError while the flag is on. */
export function refuseFrozen(freeze: Freeze | null): void {
  if (freeze != null) throw new LedgerError(describeFreeze(freeze));
}
