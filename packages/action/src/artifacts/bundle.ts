import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type FilePort,
  MotionTransferError,
  messageOf,
  type Ports,
  type StoredVideo,
} from '@motion-transfer/core';
import {
  lockfileReader,
  readLockfileFiles,
  resolveInside,
  sha256,
  sha256OfFile,
} from '@motion-transfer/core/shell';
import * as z from 'zod';
import type { Previews } from '../draft/previews.ts';
import type { GitHubContext } from '../github/context.ts';
import { pendingPath } from './pending-notes.ts';

/** The directory that becomes the artifact: videos at their own paths, and the records beside them. */
export interface Bundle {
  readonly directory: string;
  /** Absolute paths, all inside `directory`. */
  readonly files: readonly string[];
  /** Whether there is more in it than records. */
  readonly hasVideos: boolean;
  /** Why single videos are not in it, by output. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** A file beside a video, for web pages. */
export interface WebFile {
  readonly path: string;
  readonly sha256: string;
}

export interface BundleRequest {
  readonly workspace: string;
  readonly stateDirectory: string;
  readonly directory: string;
  readonly videos: readonly StoredVideo[];
  /** What was made of videos in this run, or lies beside those of it. */
  readonly webFiles: readonly WebFile[];
  /** Drafts to put below `drafts/`. */
  readonly drafts: Previews;
  /** Further files, by name. */
  readonly documents: Readonly<Record<string, string>>;
  /** The videos belong to no lockfile. Default: false. */
  readonly withoutLockfile?: boolean;
}

/**
 * Copies the videos, the lockfile and the documents together. Only bytes that are what the records
 * say go along: no link is followed out of the workspace, no other file can be named into it. A video
 * that is not at its place any more is taken from its download.
 */
export async function assembleBundle(
  ports: Pick<Ports, 'files' | 'log'>,
  request: BundleRequest,
): Promise<Bundle> {
  const { directory, videos, drafts } = request;
  const files: string[] = [];
  const reasons = new Map<string, string>();
  for (const video of videos) {
    const { target, reason } = await bundleVideo(ports.files, request, video);
    if (target != null) files.push(target);
    else {
      // The others are delivered all the same; this one is reported as not delivered.
      ports.log.warning(`${video.output} cannot be bundled: ${reason}`);
      reasons.set(video.output, reason);
    }
  }
  /** What costs nothing never keeps a video from being delivered: a full disk ends in a warning. */
  const add = async (name: string, write: (target: string) => Promise<void>) => {
    const target = join(directory, name);
    try {
      await mkdir(dirname(target), { recursive: true });
      await write(target);
      files.push(target);
    } catch (error) {
      ports.log.warning(`${name} is missing in the artifact: ${messageOf(error)}`);
    }
  };
  for (const { path } of drafts.all) {
    if (path == null) continue;
    await add(join('drafts', path), (target) =>
      ports.files.copy(join(drafts.directory, path), target),
    );
  }
  for (const { path, sha256 } of request.webFiles)
    await add(path, (target) => copyProved(ports.files, request, { path, sha256 }, target));
  const hasVideos = files.length > 0;
  for (const [name, content] of Object.entries(await textsOf(ports.files, request)))
    await add(name, (target) => ports.files.writeAtomic(target, content));
  return { directory, files, hasVideos, reasons };
}

/** The copy is what is uploaded, so the copy is what is compared. */
async function bundleVideo(
  files: FilePort,
  { workspace, stateDirectory, directory }: BundleRequest,
  { output, isAside, sha256, download }: StoredVideo,
): Promise<{ readonly target: string | null; readonly reason: string }> {
  const place = async () =>
    isAside ? join(stateDirectory, output) : resolveInside({ files }, workspace, output);
  const sources = [place, ...(download == null ? [] : [async () => download])];
  let reason = 'the file does not hold the bytes on record';
  for (const findSource of sources) {
    try {
      const source = await findSource();
      // No record can name a place outside the bundle.
      await resolveInside({ files }, directory, output);
      const target = join(directory, output);
      await files.makeDirectory(dirname(target));
      await files.copy(source, target);
      if ((await sha256OfFile(files, target)) === sha256) return { target, reason: '' };
      await files.remove(target);
    } catch (error) {
      // That a download is gone says less than what is wrong with the file at its place.
      if (findSource === place) reason = messageOf(error);
    }
  }
  return { target: null, reason };
}

/** @throws MotionTransferError when it is not what was made. */
async function copyProved(
  files: FilePort,
  { workspace, directory }: BundleRequest,
  { path, sha256 }: WebFile,
  target: string,
): Promise<void> {
  await resolveInside({ files }, directory, path);
  await files.copy(await resolveInside({ files }, workspace, path), target);
  if ((await sha256OfFile(files, target)) === sha256) return;
  await files.remove(target);
  throw new MotionTransferError('it was changed after it was made; run again');
}

async function textsOf(
  files: FilePort,
  { workspace, documents, withoutLockfile = false }: BundleRequest,
): Promise<Readonly<Record<string, string>>> {
  if (withoutLockfile) return documents;
  const lockfile = await readLockfileFiles(lockfileReader({ files }, workspace));
  return { ...Object.fromEntries(lockfile), ...documents };
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
export function createPendingNote({
  temporaryDirectory,
  workspace,
}: Pick<GitHubContext, 'temporaryDirectory' | 'workspace'>) {
  const path = pendingPath(temporaryDirectory, sha256(workspace).slice(0, 16));
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
