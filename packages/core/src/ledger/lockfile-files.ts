import { UnsafeError } from '../model/errors.ts';
import {
  emptyLockfile,
  joinOutputs,
  LOCKFILE_PATH,
  type LockedOutput,
  type LockedOutputs,
  type Lockfile,
} from '../model/lockfile/lockfile.ts';
import {
  fileOf,
  formatFileOf,
  formatLockfile,
  type LockfilePart,
  MAX_OUTPUTS_IN_ONE_FILE,
  parseLockfilePart,
  refused,
  SHARD_DIRECTORY,
  SHARD_PATHS,
} from '../model/lockfile/lockfile-format.ts';
import type { Ports } from '../ports.ts';

/** A file of the repository; `null` when nothing is there. */
export type ReadFile = (path: string) => Promise<string | null>;

/** The lockfile as it lies in its files. */
export interface StoredLockfile {
  readonly lockfile: Lockfile;
  readonly isSharded: boolean;
  /** Why the next write replaces all of its files; `null` when one is enough. */
  readonly outdated: string | null;
}

/** @throws ConfigError when it is damaged, or a shard is missing: nothing may be planned on a guess. */
export async function loadLockfile(read: ReadFile): Promise<StoredLockfile> {
  const text = await read(LOCKFILE_PATH);
  if (text == null) return { lockfile: emptyLockfile, isSharded: false, outdated: null };
  const main = parseLockfilePart(text, LOCKFILE_PATH);
  const parts = new Map<string, LockfilePart>([[LOCKFILE_PATH, main]]);
  for (const path of main.isSharded ? SHARD_PATHS : []) {
    const shard = await read(path);
    if (shard == null)
      throw refused(
        path,
        `it is missing, but ${LOCKFILE_PATH} names it, so nothing is planned: restore it from git (it tells what was already bought)`,
      );
    parts.set(path, parseLockfilePart(shard, path));
  }
  return {
    lockfile: { outputs: joinOutputs([...parts.values()].map(({ outputs }) => outputs)) },
    isSharded: main.isSharded,
    outdated: whyOutdated(parts, main.isSharded),
  };
}

function whyOutdated(parts: ReadonlyMap<string, LockfilePart>, isSharded: boolean): string | null {
  for (const [path, { outputs, outdated }] of parts) {
    if (outdated != null) return `${path} ${outdated}`;
    // Left over from before the shards, or moved by hand.
    if (Object.keys(outputs).some((output) => fileOf(output, isSharded) !== path))
      return `${path} held outputs of another file`;
  }
  return null;
}

const MAX_LOCKFILE_BYTES = 64 * 1_048_576;

/** Reads the files of a checkout. */
export function lockfileReader(ports: Pick<Ports, 'files'>, workspace: string): ReadFile {
  return async (path) =>
    ports.files.readText(await placeOf(ports, workspace, path), MAX_LOCKFILE_BYTES);
}

/** No file of the lockfile is a link, nor is their directory: what it led to would be read, sent or replaced. */
async function placeOf(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  path: string,
): Promise<string> {
  const directory = `${workspace}/${SHARD_DIRECTORY}`;
  const found = path === LOCKFILE_PATH ? null : await ports.files.stat(directory);
  if (found != null && found.kind !== 'directory')
    throw new UnsafeError(
      `${directory} is not a directory: links are refused there; restore it from git`,
    );
  return `${workspace}/${path}`;
}

/** The files as they are, to be kept elsewhere. */
export async function readLockfileFiles(read: ReadFile): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const add = async (path: string) => {
    const text = await read(path);
    if (text != null) files.set(path, text);
    return text;
  };
  const main = await add(LOCKFILE_PATH);
  const isSharded = main != null && /^\s*"shards"\s*:/m.test(main);
  for (const path of isSharded ? SHARD_PATHS : []) await add(path);
  return files;
}

/** The lockfile of a checkout, and the only way to add to it. */
export interface LockfileWriter {
  readonly lockfile: Lockfile;
  /** Replaces the one file that holds the output, or all of them where they are not as this release writes them. */
  write(output: string, locked: LockedOutput): Promise<void>;
}

export function createLockfileWriter(
  ports: Pick<Ports, 'files' | 'log'>,
  workspace: string,
  opened: StoredLockfile,
): LockfileWriter {
  let stored = opened;
  const put = async (path: string, text: string) =>
    ports.files.writeAtomic(await placeOf(ports, workspace, path), text);
  return {
    get lockfile() {
      return stored.lockfile;
    },
    async write(output, locked) {
      const lockfile = { outputs: { ...stored.lockfile.outputs, [output]: locked } };
      const { files, isSharded, isWhole } = changedFilesOf(stored, lockfile, [output]);
      if (stored.outdated != null) ports.log.info(`${stored.outdated}; it is written anew`);
      if (isWhole && isSharded) await ports.files.makeDirectory(`${workspace}/${SHARD_DIRECTORY}`);
      for (const [path, text] of files) await put(path, text);
      stored = { lockfile, isSharded, outdated: null };
    },
  };
}

interface ChangedFiles {
  /** In the order in which they are to be written. */
  readonly files: ReadonlyMap<string, string>;
  readonly isSharded: boolean;
  /** They are all files of the lockfile. */
  readonly isWhole: boolean;
}

/** The files that change when a lockfile becomes another one, in these outputs only. */
function changedFilesOf(
  stored: StoredLockfile,
  lockfile: Lockfile,
  outputs: readonly string[],
): ChangedFiles {
  const isSharded =
    stored.isSharded || Object.keys(lockfile.outputs).length > MAX_OUTPUTS_IN_ONE_FILE;
  if (stored.outdated != null || isSharded !== stored.isSharded)
    return { files: formatLockfile(lockfile, isSharded), isSharded, isWhole: true };
  const files = outputs.map((output) => formatFileOf(output, lockfile, isSharded));
  return {
    files: new Map(files.map(({ path, text }) => [path, text])),
    isSharded,
    isWhole: false,
  };
}

/** A lockfile that holds these outputs too, as the union that two branches make, and the files that change for it. */
export function joinIntoLockfile(
  stored: StoredLockfile,
  outputs: LockedOutputs,
): { readonly lockfile: Lockfile; readonly files: ReadonlyMap<string, string> } {
  const lockfile = { outputs: joinOutputs([stored.lockfile.outputs, outputs]) };
  const { files } = changedFilesOf(stored, lockfile, Object.keys(outputs));
  return { lockfile, files };
}
