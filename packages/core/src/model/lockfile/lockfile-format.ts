import * as z from 'zod';
import { ConfigError } from '../errors.ts';
import { sha256 } from '../hash.ts';
import { sidesOfConflict } from '../json/conflict-markers.ts';
import { READ_BY, readAnnouncement } from '../json/format-announcement.ts';
import { parseRecordJson, RefusedJsonError } from '../json/strict-json.ts';
import {
  joinOutputs,
  LOCKFILE_PATH,
  type LockedOutput,
  type LockedOutputs,
  type Lockfile,
  lockedOutputSchema,
} from './lockfile.ts';

/**
 * The lockfile as text: JSON with one line for each output, in the order of paths, so that git merges what
 * two branches add, or puts its markers around whole outputs. Above `MAX_OUTPUTS_IN_ONE_FILE` the outputs
 * lie in shards, because GitHub refuses files of more than 100 MB.
 */
const LOCKFILE_FORMAT = 2;
export const MAX_OUTPUTS_IN_ONE_FILE = 10_000;
/** Beside the lockfile. */
export const SHARD_DIRECTORY = 'motion-transfer.lock';
const SHARD_COUNT = 256;
/** Ends the list, so that the line of every output ends in a comma: the last one is no exception to git. */
const END_OF_OUTPUTS = '';

/** All shards: a lockfile has none of them or each. */
export const SHARD_PATHS: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, number) =>
  shardPath(number.toString(16).padStart(2, '0')),
);

function shardPath(digits: string): string {
  return `${SHARD_DIRECTORY}/${digits}.json`;
}

/** The file that holds an output. */
export function fileOf(output: string, isSharded: boolean): string {
  return isSharded ? shardPath(sha256(output).slice(0, 2)) : LOCKFILE_PATH;
}

/** What one file of the lockfile says. */
export interface LockfilePart {
  readonly outputs: LockedOutputs;
  readonly isSharded: boolean;
  /** Why it is to be written anew: how it differs from what this release writes; `null` when it does not. */
  readonly outdated: string | null;
}

/**
 * Reads one file: the lockfile or one of its shards. With conflict markers it is the union of both sides.
 *
 * @throws ConfigError when it is not a lockfile: nothing may be planned on a guess about what was bought.
 */
export function parseLockfilePart(text: string, path: string): LockfilePart {
  const sides = sidesOfConflict(text);
  if (sides == null)
    throw refused(
      path,
      "it has merge conflict markers that do not pair; resolve them (keep both sides' outputs), then run again",
    );
  const [first, ...others] = sides.map((side) => parseSide(side, path));
  if (first == null || others.length === 0) return first ?? parseSide(text, path);
  return {
    outputs: joinOutputs([first.outputs, ...others.map(({ outputs }) => outputs)]),
    isSharded: [first, ...others].some(({ isSharded }) => isSharded),
    outdated: 'had merge conflict markers, and was read as what both sides bought',
  };
}

/** Of the releases before the first line per output: one version of the ledger for all outputs. */
const firstFormat = z.object({
  version: z.literal(1),
  outputs: z.record(z.string(), lockedOutputSchema),
  ledger: z.object({ place: z.string(), tip: z.string() }).optional(),
});

const presentFormat = z.object({
  version: z.literal(LOCKFILE_FORMAT),
  shards: z.literal(SHARD_COUNT).optional(),
  outputs: z.preprocess(withoutEnd, z.record(z.string(), lockedOutputSchema)),
});

const anyFormat = z.discriminatedUnion('version', [firstFormat, presentFormat]);

function withoutEnd(outputs: unknown): unknown {
  if (typeof outputs !== 'object' || outputs == null || Array.isArray(outputs)) return outputs;
  return Object.fromEntries(
    Object.entries(outputs).filter(([path, entry]) => path !== END_OF_OUTPUTS || entry !== null),
  );
}

function parseSide(text: string, path: string): LockfilePart {
  const announced = readAnnouncement(text);
  if (announced != null && announced.format > LOCKFILE_FORMAT)
    throw refused(
      path,
      `it was written in format ${announced.format} by a later release; this one reads format ${LOCKFILE_FORMAT}, so nothing is planned. Use \`uses: ${announced.readBy}\` or later in every workflow of this repository`,
    );
  let read: z.output<typeof anyFormat>;
  try {
    read = anyFormat.parse(parseRecordJson(text));
  } catch (cause) {
    const reason =
      cause instanceof RefusedJsonError ? cause.message : 'it is not a lockfile of this version';
    throw refused(
      path,
      `${reason}, so nothing is planned: restore it from git (it tells what was already bought)`,
      cause,
    );
  }
  if (read.version === LOCKFILE_FORMAT)
    return { outputs: read.outputs, isSharded: read.shards != null, outdated: null };
  return {
    outputs: withLedger(read.outputs, read.ledger),
    isSharded: false,
    outdated: 'was written by an earlier release',
  };
}

/** The one version that an earlier release named held every purchase of its lockfile. */
function withLedger(
  outputs: LockedOutputs,
  ledger: { readonly place: string; readonly tip: string } | undefined,
): LockedOutputs {
  if (ledger == null) return outputs;
  const named = { place: ledger.place, commit: ledger.tip };
  return Object.fromEntries(
    Object.entries(outputs).map(([path, entry]) => [
      path,
      entry.draft ? entry : { ...entry, ledger: named },
    ]),
  );
}

/** Every file of a lockfile, the one that names the shards last: until it is there nobody looks for them. */
export function formatLockfile(
  { outputs }: Lockfile,
  isSharded: boolean,
): ReadonlyMap<string, string> {
  const main = isSharded ? [] : Object.entries(outputs);
  const files = new Map<string, [string, LockedOutput][]>();
  if (isSharded) {
    for (const path of SHARD_PATHS) files.set(path, []);
    for (const entry of Object.entries(outputs)) files.get(fileOf(entry[0], true))?.push(entry);
  }
  files.set(LOCKFILE_PATH, main);
  return new Map(
    [...files].map(([path, entries]) => [
      path,
      formatPart(entries, isSharded && path === LOCKFILE_PATH),
    ]),
  );
}

/** The file that holds an output, alone. */
export function formatFileOf(
  output: string,
  { outputs }: Lockfile,
  isSharded: boolean,
): { readonly path: string; readonly text: string } {
  const path = fileOf(output, isSharded);
  const entries = Object.entries(outputs).filter(([other]) => fileOf(other, isSharded) === path);
  return { path, text: formatPart(entries, false) };
}

/** The same content is the same bytes. */
function formatPart(
  entries: readonly (readonly [string, LockedOutput])[],
  namesShards: boolean,
): string {
  const lines = [
    '{',
    `"version":${LOCKFILE_FORMAT},`,
    `"readBy":${JSON.stringify(READ_BY)},`,
    ...(namesShards ? [`"shards":${SHARD_COUNT},`] : []),
    '"outputs":{',
    ...entries
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, locked]) => `${JSON.stringify(path)}:${JSON.stringify(sortKeys(locked))},`),
    `${JSON.stringify(END_OF_OUTPUTS)}:null`,
    '}',
    '}',
  ];
  return `${lines.join('\n')}\n`;
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

export function refused(path: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError(
    [
      {
        severity: 'error',
        path: '',
        message,
        position: { file: path, line: 1, column: 1 },
      },
    ],
    { cause },
  );
}
