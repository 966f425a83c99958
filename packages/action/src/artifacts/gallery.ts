import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@motion-transfer/core';
import {
  type ClipMedia,
  chooseEmbedded,
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
import { redactor } from '../secrets.ts';
import type { Session } from '../session.ts';
import { type Bundle, freshDirectory } from './bundle.ts';

/** The file in the bundle; the one that is uploaded by itself is called after the artifact. */
const GALLERY_NAME = 'gallery.html';

/** A gallery whose clips have been read, ready to be written once or twice. */
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
  const { session, report, previews, bundle } = request;
  const wanted = listEntries(report, previews.all).flatMap(({ clips }) => clips);
  const { found, media } = await findClips(request, wanted);
  const embedded = chooseEmbedded(found, request.maxEmbeddedBytes);
  const left: FoundClip[] = [];
  for (const clip of found) {
    if (!embedded.has(clip.key)) left.push(clip);
    else if (!media.has(clip.key)) {
      const base64 = await readFile(clip.path, 'base64');
      media.set(clip.key, { kind: 'embedded', mimeType: clip.mimeType, base64 });
    }
  }
  const render = (offer: (clip: FoundClip) => ClipMedia) => {
    const others = left.map((clip) => [clip.key, offer(clip)] as const);
    const gallery = makeGallery(report, previews.all, new Map([...media, ...others]));
    return redactor.redact(renderGallery(gallery));
  };
  const path = join(bundle.directory, GALLERY_NAME);
  await writeFile(path, render(besideBundle));
  return {
    path,
    async writeAlone(name, pages) {
      const directory = await freshDirectory(
        join(session.github.temporaryDirectory, 'motion-transfer-gallery'),
      );
      const alone = join(directory, name);
      await writeFile(
        alone,
        render((clip) => onItsOwnPage(clip, pages)),
      );
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
  if (place.in === 'workspace') return tooLarge(place.path, 'the repository');
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
    else media.set(key, { kind: 'absent', reason: 'There is no file that a browser can show.' });
  }
  return { found, media };
}

/** What was made in this run is in the bundle, where its hash was checked; no link is followed out of the workspace. */
async function look(
  { session, bundle }: GalleryRequest,
  { key, role, place }: Pick<FoundClip, 'key' | 'role' | 'place'>,
): Promise<FoundClip | null> {
  try {
    const path =
      place.in === 'bundle'
        ? join(bundle.directory, place.path)
        : await resolveInside(session.ports, session.github.workspace, place.path);
    if (place.in === 'bundle' && !bundle.files.includes(path)) return null;
    const { head, bytes } = await readHead(path);
    const mimeType = mediaTypeOf(head);
    return mimeType == null ? null : { key, role, place, path, bytes, mimeType };
  } catch {
    return null;
  }
}

async function readHead(path: string): Promise<{ head: Uint8Array; bytes: number }> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return { head: buffer.subarray(0, bytesRead), bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}
