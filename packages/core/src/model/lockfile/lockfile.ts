import * as z from 'zod';
import { RecordError } from '../errors.ts';
import { jsonSchema } from '../json/json.ts';
import { assetSourceSchema } from '../media/media.ts';
import { outputWarningSchema } from '../media/output-warning.ts';
import { type WebFileRecord, webFileRecordSchema } from '../media/web-file.ts';
import { chargeSchema } from '../money.ts';

/** The lockfile's place in the repository: commit it together with the outputs. */
export const LOCKFILE_PATH = 'motion-transfer.lock.json';

const asset = z.object({
  source: assetSourceSchema,
  identity: z.string(),
  /** The same bytes by other kinds of identity; absent in what earlier versions wrote. */
  alsoKnownAs: z.array(z.string()).optional(),
});

const madeOutput = z.object({
  fingerprint: z.string(),
  provider: z.string(),
  model: z.string(),
  adapterRevision: z.number().int(),
  character: asset,
  motion: asset,
  take: z.number().int(),
  parameters: jsonSchema,
  /** Identity of the output's own bytes, as git will know it: tells an edited output from ours. */
  identity: z.string(),
  sha256: z.string(),
  bytes: z.number().int(),
  videoSeconds: z.number(),
  draft: z.boolean(),
  /** Path of the output whose bytes these are, when it was not bought itself. */
  copyOf: z.string().nullable(),
  operation: jsonSchema,
  holdMicroUsd: z.number().int(),
  charge: chargeSchema,
  generatedAt: z.string(),
  /** What was found to be wrong with the video when it came; absent where nothing was. What a later release finds is not known here. */
  warnings: z.array(outputWarningSchema).optional().catch(undefined),
  /** What was made of the video for web pages; absent where nothing was, and in what earlier versions wrote. */
  webFiles: z.array(webFileRecordSchema).optional().catch(undefined),
  /**
   * The ledger, and a version of it that holds the purchase: one that does not have this version behind it any
   * more is not trusted. Written with the entry and never changed. Absent where there is no ledger.
   */
  ledger: z.object({ place: z.string(), commit: z.string() }).optional(),
});

export const lockedOutputSchema = madeOutput.extend({
  /** What other branches bought for the same output: paid for as well, so never bought again. */
  also: z.array(madeOutput).optional(),
});
/** What one output was made from, and what it cost. */
export type LockedOutput = z.output<typeof lockedOutputSchema>;
export type LockedOutputs = Readonly<Record<string, LockedOutput>>;

/** What every output was made from, whatever files say so. */
export interface Lockfile {
  readonly outputs: LockedOutputs;
}

export const emptyLockfile: Lockfile = { outputs: {} };

/** @throws RecordError when a value could not be read back: better refused than a file nobody can use. */
export function checkLockedOutput(path: string, locked: LockedOutput): LockedOutput {
  const checked = lockedOutputSchema.safeParse(locked);
  if (checked.success) return checked.data;
  throw new RecordError(`the lockfile entry of ${path} is not valid and was not written`, {
    cause: checked.error,
  });
}

/** Everything that is known to be bought for an output, what counts first. */
export function purchasesOf({ also = [], ...current }: LockedOutput): readonly LockedOutput[] {
  return [current, ...also];
}

/** What was bought for an output as this fingerprint; else what counts there. */
export function purchaseOf(entry: LockedOutput, fingerprint: string): LockedOutput {
  const [current = entry, ...also] = purchasesOf(entry);
  return also.find((other) => other.fingerprint === fingerprint) ?? current;
}

/** Everything that any of them holds. For one output the newest counts, and the others stay beside it. */
export function joinOutputs(all: readonly LockedOutputs[]): LockedOutputs {
  const [first = {}, ...rest] = all;
  const joined = new Map(Object.entries(first));
  for (const outputs of rest) {
    for (const [path, locked] of Object.entries(outputs)) {
      const other = joined.get(path);
      joined.set(path, other == null ? locked : joinEntries(other, locked));
    }
  }
  return Object.fromEntries(joined);
}

function joinEntries(one: LockedOutput, other: LockedOutput): LockedOutput {
  const newestFirst = [...purchasesOf(one), ...purchasesOf(other)].sort((a, b) =>
    orderOf(a) < orderOf(b) ? 1 : -1,
  );
  const kept = new Map<string, LockedOutput>();
  for (const locked of newestFirst) {
    // One purchase that two branches wrote down is one.
    const key = `${locked.fingerprint} ${locked.sha256}`;
    const same = kept.get(key);
    kept.set(key, same == null ? locked : withWebFilesOf(same, locked));
  }
  const [newest = one, ...also] = kept.values();
  return also.length === 0 ? newest : { ...newest, also };
}

/** What either side made of the same video; of two of a kind the same one counts whichever side is ours. */
function withWebFilesOf(locked: LockedOutput, other: LockedOutput): LockedOutput {
  const all = [...(locked.webFiles ?? []), ...(other.webFiles ?? [])];
  if (all.length === 0) return locked;
  const byKind = new Map<string, WebFileRecord>();
  for (const record of all) {
    const before = byKind.get(record.kind);
    if (before == null || rankOf(record, locked) > rankOf(before, locked))
      byKind.set(record.kind, record);
  }
  return { ...locked, webFiles: [...byKind.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1)) };
}

/** Those of this very video before others. */
function rankOf({ of, sha256 }: WebFileRecord, locked: LockedOutput): string {
  return `${of === locked.sha256 ? 1 : 0} ${sha256}`;
}

/** The same whichever side is ours. */
function orderOf(locked: LockedOutput): string {
  return `${locked.generatedAt} ${locked.fingerprint} ${locked.sha256} ${locked.ledger?.commit}`;
}

/** A version of the ledger that an entry names, and which one. */
export interface NamedVersion {
  readonly output: string;
  readonly place: string;
  readonly commit: string;
}

/** Each version once: many outputs are of one purchase's run. */
export function versionsNamedIn({ outputs }: Lockfile): readonly NamedVersion[] {
  const named = new Map<string, NamedVersion>();
  for (const [output, entry] of Object.entries(outputs)) {
    for (const { ledger } of purchasesOf(entry)) {
      const key = `${ledger?.place} ${ledger?.commit}`;
      if (ledger != null && !named.has(key)) named.set(key, { output, ...ledger });
    }
  }
  return [...named.values()];
}
