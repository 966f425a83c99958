import { join } from 'node:path';
import { messageOf } from '@motion-transfer/core';
import { readGitIndex, resolveInside, sha256OfFile } from '@motion-transfer/core/shell';
import type { Session } from '../session.ts';
import type { WantedCell, WantedPicture } from './choose-pictures.ts';

/** More make no comment better, and each takes a second or two. */
export const MOST_PICTURES = 12;
/** All of them together. */
const DRAWING_MS = 120_000;
const MAX_BYTES = 150_000;

/** Directories that cells are in. */
export interface Places {
  readonly drafts: string;
  readonly bundle: string | null;
}

export interface DrawnPicture {
  readonly output: string;
  readonly alt: string;
  readonly path: string;
  readonly sha256: string;
}

type Drawing = Pick<Session, 'ports' | 'github' | 'stop' | 'drawStrip'>;

/** Draws the first pictures into `directory`; one that cannot be drawn is a line in the log. */
export async function drawPictures(
  session: Drawing,
  wanted: readonly WantedPicture[],
  places: Places,
  directory: string,
): Promise<DrawnPicture[]> {
  const { ports, stop } = session;
  const inGit = await listCommitted(session, wanted);
  const signal = AbortSignal.any([stop.requested, AbortSignal.timeout(DRAWING_MS)]);
  const drawn: DrawnPicture[] = [];
  for (const [index, picture] of wanted.slice(0, MOST_PICTURES).entries()) {
    const path = join(directory, `${index}.webp`);
    for (const cells of waysToShow(picture, inGit)) {
      try {
        const files = await Promise.all(cells.map((cell) => locate(session, places, cell)));
        await session.drawStrip({ cells: files, output: path, maxBytes: MAX_BYTES }, signal);
        const sha256 = await sha256OfFile(ports.files, path);
        if (sha256 == null) continue;
        drawn.push({ output: picture.output, alt: altOf(picture.id, cells), path, sha256 });
        break;
      } catch (error) {
        const roles = cells.map(({ role }) => role).join(', ');
        ports.log.info(`${picture.id} has no picture of ${roles}: ${messageOf(error)}`);
      }
    }
  }
  return drawn;
}

/** Paths of the workspace that are in git as they lie there: nothing else is copied into the repository. */
async function listCommitted(
  { ports, github }: Drawing,
  wanted: readonly WantedPicture[],
): Promise<ReadonlySet<string>> {
  const paths = wanted
    .flatMap(({ inputs, before }) => [...inputs, ...(before == null ? [] : [before])])
    .map(({ path }) => path);
  const { files } = await readGitIndex(ports.git, github.workspace, paths);
  return new Set(paths.filter((path) => files.get(path)?.isUnchanged === true));
}

/** The best first. What was there before may be a pointer of Git LFS here, which nobody can play. */
function waysToShow(
  { inputs, before, made }: WantedPicture,
  inGit: ReadonlySet<string>,
): WantedCell[][] {
  const beside = [...inputs.filter(({ path }) => inGit.has(path)), made];
  return before != null && inGit.has(before.path) ? [[before, made], beside] : [beside];
}

async function locate(
  { ports, github }: Drawing,
  { drafts, bundle }: Places,
  { role, in: place, path }: WantedCell,
) {
  const kind = role === 'character' ? ('image' as const) : ('video' as const);
  const absolute =
    place === 'workspace'
      ? await resolveInside(ports, github.workspace, path)
      : join(place === 'drafts' ? drafts : (bundle ?? ''), path);
  return { role, kind, path: absolute };
}

/** `character, reference and draft of animations/wave` */
function altOf(id: string, cells: readonly WantedCell[]): string {
  const roles = cells.map(({ role }) => role);
  const last = roles.pop() ?? '';
  return `${roles.length === 0 ? last : `${roles.join(', ')} and ${last}`} of ${id}`;
}
