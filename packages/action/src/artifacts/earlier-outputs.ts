import { join } from 'node:path';
import { messageOf, type Plan, type Ports } from '@motion-transfer/core';
import { GALLERY_MAX_EMBEDDED_BYTES, isStale, resolveInside } from '@motion-transfer/core/shell';
import type { GitHubContext } from '../github/context.ts';
import { freshDirectory } from './bundle.ts';

/** Copies of the outputs that a run replaces, by their paths; `null` for one that is too large to keep. */
export type EarlierOutputs = ReadonlyMap<string, string | null>;

/** As much as the page can hold of them: base64 takes four characters for three bytes. */
const MAX_KEPT_BYTES = (GALLERY_MAX_EMBEDDED_BYTES / 4) * 3;

/**
 * Keeps the stale outputs, so that the gallery can show them beside what takes their place: the small
 * ones first, as many as the page has room for. Trouble costs the picture of what was before, and no run.
 */
export async function keepEarlierOutputs(
  { ports, github }: { readonly ports: Pick<Ports, 'files' | 'log'>; readonly github: Places },
  plan: Plan,
): Promise<EarlierOutputs> {
  const kept = new Map<string, string | null>();
  try {
    const found = await findStale({ ports, github }, plan);
    if (found.length === 0) return kept;
    const directory = await freshDirectory(
      join(github.temporaryDirectory, 'motion-transfer-before'),
    );
    let left = MAX_KEPT_BYTES;
    for (const [index, { output, path, bytes }] of found.entries()) {
      const copy = join(directory, `${index}.mp4`);
      const fits = bytes <= left;
      if (fits) await ports.files.copy(path, copy);
      if (fits) left -= bytes;
      kept.set(output, fits ? copy : null);
    }
  } catch (error) {
    ports.log.info(`the gallery shows no earlier outputs: ${messageOf(error)}`);
  }
  return kept;
}

type Places = Pick<GitHubContext, 'workspace' | 'temporaryDirectory'>;

async function findStale(
  { ports, github }: { readonly ports: Pick<Ports, 'files'>; readonly github: Places },
  { steps }: Plan,
): Promise<{ readonly output: string; readonly path: string; readonly bytes: number }[]> {
  const found = [];
  for (const { output } of steps.filter(isStale)) {
    const path = await resolveInside(ports, github.workspace, output);
    const stat = await ports.files.stat(path);
    if (stat?.kind === 'file') found.push({ output, path, bytes: stat.bytes });
  }
  return found.toSorted((a, b) => a.bytes - b.bytes);
}
