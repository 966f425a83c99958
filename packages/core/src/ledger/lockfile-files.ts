import { resolveInside } from '../media/paths.ts';
import {
  emptyLockfile,
  joinOutputs,
  LOCKFILE_PATH,
  type LockedOutput,
  type Lockfile,
} from '../model/lockfile.ts';
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
} from '../model/lockfile-format.ts';
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

/** A directory of shards that is a link out of the repository is not followed. */
async function placeOf(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  path: string,
): Promise<string> {
  return path === LOCKFILE_PATH ? `${workspace}/${path}` : resolveInside(ports, workspace, path);
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
      const isSharded =
        stored.isSharded || Object.keys(lockfile.outputs).length > MAX_OUTPUTS_IN_ONE_FILE;
      if (stored.outdated == null && isSharded === stored.isSharded) {
        const file = formatFileOf(output, lockfile, isSharded);
        await put(file.path, file.text);
      } else {
        if (stored.outdated != null) ports.log.info(`${stored.outdated}; it is written anew`);
        if (isSharded) await ports.files.makeDirectory(`${workspace}/${SHARD_DIRECTORY}`);
        for (const [path, text] of formatLockfile(lockfile, isSharded)) await put(path, text);
      }
      stored = { lockfile, isSharded, outdated: null };
    },
  };
}
