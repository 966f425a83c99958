import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, type Ports, type StoredVideo } from '@motion-transfer/core';
import { LOCKFILE_PATH, resolveInside, sha256OfFile } from '@motion-transfer/core/shell';
import * as z from 'zod';
import type { Previews } from '../draft/previews.ts';

const MAX_LOCKFILE_BYTES = 64 * 1_048_576;

/** The directory that becomes the artifact: videos at their own paths, and the records beside them. */
export interface Bundle {
  readonly directory: string;
  /** Absolute paths, all inside `directory`. */
  readonly files: readonly string[];
  /** Whether there is more in it than records. */
  readonly hasVideos: boolean;
}

export interface BundleRequest {
  readonly workspace: string;
  readonly stateDirectory: string;
  readonly directory: string;
  readonly videos: readonly StoredVideo[];
  /** Drafts to put below `drafts/`. */
  readonly drafts: Previews;
  /** Further files, by name. */
  readonly documents: Readonly<Record<string, string>>;
  /** The videos belong to no lockfile. Default: false. */
  readonly withoutLockfile?: boolean;
}

/**
 * Copies the videos, the lockfile and the documents together. Only bytes that are what the records
 * say go along: no link is followed out of the workspace, no other file can be named into it.
 */
export async function assembleBundle(
  { files: disk, log }: Pick<Ports, 'files' | 'log'>,
  {
    workspace,
    stateDirectory,
    directory,
    videos,
    drafts,
    documents,
    withoutLockfile = false,
  }: BundleRequest,
): Promise<Bundle> {
  const files: string[] = [];
  for (const { output, isAside, sha256 } of videos) {
    const target = join(directory, output);
    try {
      const source = isAside
        ? join(stateDirectory, output)
        : await resolveInside({ files: disk }, workspace, output);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(source, target);
    } catch (error) {
      // The others are delivered all the same; this one is reported as not delivered.
      log.warning(`${output} cannot be bundled: ${messageOf(error)}`);
      continue;
    }
    // The copy is what is uploaded, so the copy is what is compared.
    if ((await sha256OfFile(disk, target)) === sha256) files.push(target);
    else await rm(target, { force: true });
  }
  for (const { path } of drafts.all) {
    if (path == null) continue;
    const target = join(directory, 'drafts', path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(drafts.directory, path), target);
    files.push(target);
  }
  const hasVideos = files.length > 0;
  const lockfile = withoutLockfile
    ? null
    : await disk.readText(join(workspace, LOCKFILE_PATH), MAX_LOCKFILE_BYTES);
  const texts = { ...(lockfile != null ? { [LOCKFILE_PATH]: lockfile } : {}), ...documents };
  for (const [name, content] of Object.entries(texts)) {
    const target = join(directory, name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    files.push(target);
  }
  return { directory, files, hasVideos };
}

/** A directory of that name, or with a number: a second step of the job must not take the first's away. */
export async function freshDirectory(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`;
    try {
      await mkdir(candidate);
      return candidate;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/** What the post step needs to know of a run that did not come to its end. */
export interface PendingNote {
  readonly startedMs: number;
  /** The ledger as written in config or inputs; `null` when nothing is. */
  readonly ledger: string | null;
}

const pendingNote = z.object({ startedMs: z.number(), ledger: z.string().nullable() });

/**
 * A note on disk that a run began: taken away after the upload, so that the post step can finish for
 * a run that was killed. What was bought since then is in the journal.
 */
export function createPendingNote(temporaryDirectory: string) {
  const path = join(temporaryDirectory, 'motion-transfer-pending.json');
  return {
    async write(note: PendingNote): Promise<void> {
      await writeFile(path, JSON.stringify(note));
    },
    async clear(): Promise<void> {
      await rm(path, { force: true });
    },
    /** `null` when the run came to its end. */
    async read(): Promise<PendingNote | null> {
      const text = await readFile(path, 'utf8').catch(() => null);
      return text == null ? null : pendingNote.parse(JSON.parse(text));
    },
  };
}
