import { join } from 'node:path';
import { messageOf } from '@motion-transfer/core';
import {
  type ClipMedia,
  chooseEmbedded,
  type GalleryOrigin,
  listEntries,
  makeGallery,
  mediaTypeOf,
  type Report,
  renderGallery,
  resolveInside,
  type WantedClip,
} from '@motion-transfer/core/shell';
import type { Previews } from '../draft/previews.ts';
import { isGone } from '../github/context.ts';
import type { Session } from '../session.ts';
import { type Bundle, freshDirectory } from './bundle.ts';
import type { EarlierOutputs } from './earlier-outputs.ts';
import { writePage } from './write-gallery.ts';

/** The file in the bundle; the one that is uploaded by itself is called after the artifact. */
const GALLERY_NAME = 'gallery.html';

/** A gallery whose clips have been found, ready to be written once or twice. */
export interface GalleryPage {
  /** Path of the page inside the bundle. */
  readonly path: string;
  /**
   * Writes the page that stands by itself, under this name in a directory of its own; `pages` are the
   * addresses of clips that have one. Returns its path.
   */
  writeAlone(name: string, pages: ReadonlyMap<string, string>): Promise<string>;
}

interface FoundClip {
  readonly key: string;
  readonly role: WantedClip['role'];
  readonly place: Exclude<WantedClip['place'], { in: 'url' }>;
  readonly path: string;
  readonly bytes: number;
  readonly mimeType: string;
}

export interface GalleryRequest {
  readonly session: {
    readonly ports: Pick<Session['ports'], 'files' | 'log'>;
    readonly github: Pick<Session['github'], 'workspace' | 'temporaryDirectory' | 'isHosted'>;
  };
  readonly report: Report;
  readonly previews: Previews;
  readonly bundle: Bundle;
  /** What was at the paths of stale outputs; `null` where it is still there. */
  readonly earlier: EarlierOutputs | null;
  readonly origin: GalleryOrigin;
  /** Most that the clips may take up inside the page. */
  readonly maxEmbeddedBytes?: number;
}

/**
 * Writes `gallery.html` into the bundle. A gallery shows what is there and is worth no failure: with
 * trouble there is a note, and the bundle stays as it was.
 */
export async function addGallery(
  request: GalleryRequest,
): Promise<{ bundle: Bundle; gallery: GalleryPage | null }> {
  const { bundle, session } = request;
  try {
    const gallery = await writeGallery(request);
    session.ports.log.info(
      isGone(session.github, gallery.path)
        ? `the gallery is ${GALLERY_NAME} of the artifact`
        : `gallery: ${gallery.path}`,
    );
    return { bundle: { ...bundle, files: [...bundle.files, gallery.path] }, gallery };
  } catch (error) {
    session.ports.log.warning(`the gallery could not be written: ${messageOf(error)}`);
    return { bundle, gallery: null };
  }
}

async function writeGallery(request: GalleryRequest): Promise<GalleryPage> {
  const { session, report, previews, bundle, origin } = request;
  const wanted = listEntries(report, previews.all).flatMap(({ clips }) => clips);
  const { found, media } = await findClips(request, wanted);
  const embedded = chooseEmbedded(found, request.maxEmbeddedBytes);
  const left = found.filter(({ key }) => !embedded.has(key));
  for (const { key, mimeType } of found)
    if (embedded.has(key)) media.set(key, { kind: 'embedded', mimeType });
  const paths = new Map(found.map(({ key, path }) => [key, path]));
  const write = (target: string, offer: (clip: FoundClip) => ClipMedia) => {
    const others = left.map((clip) => [clip.key, offer(clip)] as const);
    const all = new Map([...media, ...others]);
    const parts = renderGallery(makeGallery(report, previews.all, all, origin));
    return writePage(session.ports.files, target, { parts, paths });
  };
  const path = join(bundle.directory, GALLERY_NAME);
  await write(path, besideBundle);
  return {
    path,
    async writeAlone(name, pages) {
      const directory = await freshDirectory(
        join(session.github.temporaryDirectory, 'motion-transfer-gallery'),
      );
      const alone = join(directory, name);
      await write(alone, (clip) => onItsOwnPage(clip, pages));
      return alone;
    },
  };
}

function besideBundle({ place, mimeType }: FoundClip): ClipMedia {
  return place.in === 'bundle'
    ? { kind: 'beside', mimeType, path: place.path }
    : tooLarge(place.path, 'the repository');
}

function onItsOwnPage({ place }: FoundClip, pages: ReadonlyMap<string, string>): ClipMedia {
  if (place.in !== 'bundle') return tooLarge(place.path, 'the repository');
  const url = pages.get(place.path);
  const absent = tooLarge(place.path, 'the artifact');
  return url == null ? absent : { kind: 'elsewhere', url, reason: absent.reason };
}

function tooLarge(path: string, where: string) {
  const reason = `Too large for this page. It is ${path} in ${where}.`;
  return { kind: 'absent', reason } as const;
}

/** Looks at every file once; what cannot be shown is named in its place. */
async function findClips(
  request: GalleryRequest,
  wanted: readonly WantedClip[],
): Promise<{ found: FoundClip[]; media: Map<string, ClipMedia> }> {
  const found: FoundClip[] = [];
  const media = new Map<string, ClipMedia>();
  const looked = new Map<string, FoundClip | null>();
  for (const clip of wanted) {
    const { key, role, place } = clip;
    if (place.in === 'url') {
      media.set(key, { kind: 'absent', reason: 'It is read from its address by the provider.' });
      continue;
    }
    const known = looked.get(key);
    if (known === null) continue;
    const file = known ?? (await look(request, { key, role, place }));
    looked.set(key, file);
    if (file != null) found.push({ ...file, role });
    else {
      const reason = place.in === 'earlier' ? whyNoEarlier(request, place.path) : NO_FILE;
      if (reason != null) media.set(key, { kind: 'absent', reason });
    }
  }
  return { found, media };
}

const NO_FILE = 'There is no file that a browser can show.';

/** `null` for an output that was gone before: nothing is missing then. */
function whyNoEarlier({ earlier }: GalleryRequest, output: string): string | null {
  return earlier?.get(output) === null ? tooLarge(output, 'the commit').reason : null;
}

/** What was made in this run is in the bundle, where its hash was checked; no link is followed out of the workspace. */
async function look(
  request: GalleryRequest,
  { key, role, place }: Pick<FoundClip, 'key' | 'role' | 'place'>,
): Promise<FoundClip | null> {
  const { session, bundle } = request;
  try {
    const path = await pathOf(request, place);
    if (path == null || (place.in === 'bundle' && !bundle.files.includes(path))) return null;
    const file = await session.ports.files.open(path);
    try {
      const mimeType = mediaTypeOf(await file.read(0, 12));
      return mimeType == null ? null : { key, role, place, path, bytes: file.bytes, mimeType };
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

async function pathOf(
  { session, bundle, earlier }: GalleryRequest,
  place: FoundClip['place'],
): Promise<string | null> {
  if (place.in === 'bundle') return join(bundle.directory, place.path);
  if (place.in === 'earlier' && earlier != null) return earlier.get(place.path) ?? null;
  return resolveInside(session.ports, session.github.workspace, place.path);
}
