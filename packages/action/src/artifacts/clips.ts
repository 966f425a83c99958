import { copyFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { messageOf } from '@motion-transfer/core';
import type { Session } from '../session.ts';
import { type Bundle, freshDirectory } from './bundle.ts';
import { fileArtifactName, isWorthAnotherTry, uploadFile } from './upload.ts';

/** GitHub takes 500 artifacts of a job; the bundle and the gallery are two of them. */
const MAX_CLIPS = 498;
const IN_FLIGHT = 4;

export interface SingleFiles {
  /** Page of each clip that was uploaded by itself, by its path in the bundle. */
  readonly pages: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/**
 * `artifact-layout: files`: every clip of the bundle also as an artifact of its own, un-zipped. The
 * bundle has them all already, so that trouble here costs nothing but a note.
 */
export async function uploadSingleFiles(session: Session, bundle: Bundle): Promise<SingleFiles> {
  const pages = new Map<string, string>();
  const { inputs, github, ports, stop } = session;
  const paths = bundle.files
    .map((file) => relative(bundle.directory, file).split(sep).join('/'))
    .filter((path) => path.endsWith('.mp4'));
  if (inputs.artifactLayout !== 'files' || paths.length === 0) return { pages, notes: [] };
  const tooMany = tooManyClips(paths.length);
  if (tooMany != null) return { pages, notes: [tooMany] };
  const names = nameClips(paths);
  const directory = await freshDirectory(join(github.temporaryDirectory, 'motion-transfer-files'));
  const waiting = [...paths];
  let problem: string | null = null;
  const work = async () => {
    for (;;) {
      const path = stop.requested.aborted ? undefined : waiting.shift();
      const name = path == null ? undefined : names.get(path);
      if (path == null || name == null) return;
      try {
        const file = join(directory, name);
        await copyFile(join(bundle.directory, path), file);
        const { id } = await uploadFile(file, {
          retentionDays: inputs.retentionDays,
          ports,
        });
        pages.set(path, github.artifactUrl(id) ?? '');
      } catch (error) {
        problem ??= messageOf(error);
        if (!isWorthAnotherTry(error)) waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  const missing = paths.length - pages.size;
  if (missing === 0) return { pages, notes: [] };
  const reason = problem ?? 'the run was stopped';
  const note = `${missing} of ${paths.length} clips could not be uploaded one by one (${reason}); they are in the artifact.`;
  return { pages, notes: [note] };
}

/** Why so many clips are not uploaded one by one; `null` when they are. */
export function tooManyClips(count: number): string | null {
  return count <= MAX_CLIPS
    ? null
    : `artifact-layout: files takes at most ${MAX_CLIPS} clips, as GitHub takes 500 artifacts of a job; these ${count} are in the artifact only.`;
}

/**
 * A name for each clip that no other has, whatever the case of its letters: its own where that is
 * enough, else the names of its folders too. A draft always says so in its name.
 */
export function nameClips(paths: readonly string[]): Map<string, string> {
  const short = (path: string) => {
    const name = fileArtifactName(path.split('/').at(-1) ?? '');
    return path.startsWith('drafts/') ? `draft-${name}` : name;
  };
  const counts = new Map<string, number>();
  for (const path of paths) {
    const key = short(path).toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const path of paths) {
    const own = short(path);
    const isShared = (counts.get(own.toLowerCase()) ?? 0) > 1;
    const name = isShared
      ? fileArtifactName(path.replace(/^drafts\//, 'draft/').replaceAll('/', '-'))
      : own;
    let free = name;
    for (let number = 2; taken.has(free.toLowerCase()); number++) {
      free = name.replace(/(\.[^.]*)?$/, `-${number}$1`);
    }
    taken.add(free.toLowerCase());
    names.set(path, free);
  }
  return names;
}
