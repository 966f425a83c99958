import * as z from 'zod';
import { ConfigError, RecordError } from './errors.ts';
import { jsonSchema } from './json.ts';
import { assetSourceSchema } from './media.ts';
import { chargeSchema } from './money.ts';
import { parseRecordJson } from './strict-json.ts';

/** The lockfile's place in the repository: commit it together with the outputs. */
export const LOCKFILE_PATH = 'motion-transfer.lock.json';

const asset = z.object({ source: assetSourceSchema, identity: z.string() });

const lockedOutput = z.object({
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
});
/** What one output was made from, and what it cost. */
export type LockedOutput = z.output<typeof lockedOutput>;

const lockfile = z.object({
  version: z.literal(1),
  outputs: z.record(z.string(), lockedOutput),
  /** Last seen version of the shared ledger: one that does not hold it any more is not trusted. */
  ledger: z.object({ place: z.string(), tip: z.string() }).optional(),
});
export type Lockfile = z.output<typeof lockfile>;

export const emptyLockfile: Lockfile = { version: 1, outputs: {} };

/** @throws ConfigError when the text is not a lockfile: nothing may be planned on a guess about what was bought. */
export function parseLockfile(text: string | null): Lockfile {
  if (text == null) return emptyLockfile;
  try {
    return lockfile.parse(parseRecordJson(text));
  } catch (cause) {
    const merge = /^<{7}|^={7}$|^>{7}/m.test(text);
    const message = merge
      ? "it has merge conflict markers; resolve them (keep both sides' outputs), then run again"
      : 'it is not a lockfile of this version, so nothing is planned: restore it from git (it tells what was already bought)';
    throw new ConfigError(
      [
        {
          severity: 'error',
          path: '',
          message,
          position: { file: LOCKFILE_PATH, line: 1, column: 1 },
        },
      ],
      { cause },
    );
  }
}

/** @throws RecordError when a value could not be read back: better refused than a file nobody can use. */
export function checkLockedOutput(path: string, locked: LockedOutput): LockedOutput {
  const checked = lockedOutput.safeParse(locked);
  if (checked.success) return checked.data;
  throw new RecordError(`the lockfile entry of ${path} is not valid and was not written`, {
    cause: checked.error,
  });
}

/** Sorted keys, two spaces, a final newline: the same content is the same bytes. */
export function serializeLockfile(content: Lockfile): string {
  return `${JSON.stringify(sortKeys(content), null, 2)}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value == null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  );
}
