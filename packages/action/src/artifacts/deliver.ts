import * as actions from '@actions/core';
import { messageOf } from '@motion-transfer/core';
import type { Session } from '../session.ts';
import type { Bundle } from './bundle.ts';
import { uploadSingleFiles } from './clips.ts';
import type { GalleryPage } from './gallery.ts';
import { type UploadedArtifact, uploadBundle, uploadFile } from './upload.ts';

export interface Delivery {
  readonly artifact: UploadedArtifact | null;
  readonly problem: string | null;
}

/** What opens in the browser by a click. */
export interface Pages {
  /** Page of the gallery; `null` when it was not uploaded. */
  readonly galleryUrl: string | null;
  /** What did not go as asked, although the videos are safe. */
  readonly notes: readonly string[];
}

export const NOT_DELIVERED: Delivery = { artifact: null, problem: null };

/** Trouble after a purchase never loses the bytes: they stay on disk, and the step says where. */
export async function deliver(
  { inputs, github, ports }: Session,
  bundle: Bundle,
): Promise<Delivery> {
  if (!github.supportsArtifacts) {
    ports.log.warning(
      `no artifact service here (GitHub Enterprise Server has none); the videos are in ${bundle.directory}`,
    );
    return NOT_DELIVERED;
  }
  try {
    const { artifactName: name, retentionDays } = inputs;
    const artifact = await actions.group('Artifact', () =>
      uploadBundle(bundle, { name, retentionDays, ports }),
    );
    actions.setOutput('artifact-id', String(artifact.id));
    actions.setOutput('artifact-url', github.artifactUrl(artifact.id) ?? '');
    return { artifact, problem: null };
  } catch (error) {
    const problem = `The videos could not be uploaded (${messageOf(error)}). They are in ${bundle.directory}; those that were bought are also at their paths in the workspace. Upload or commit them in a later step of this job.`;
    return { artifact: null, problem };
  }
}

/**
 * Uploads the gallery, and where asked for each clip, by themselves: after the artifact, which has it
 * all already, so that trouble here is a note.
 */
export async function deliverPages(
  session: Session,
  bundle: Bundle,
  gallery: GalleryPage | null,
  { artifact }: Delivery,
): Promise<Pages> {
  const { inputs, github, ports, stop } = session;
  if (artifact == null || stop.isCancelled()) return { galleryUrl: null, notes: [] };
  return actions.group('Gallery', async () => {
    const notes: string[] = [];
    let galleryUrl: string | null = null;
    try {
      const single = await uploadSingleFiles(session, bundle);
      notes.push(...single.notes);
      if (gallery != null) {
        const page = await gallery.writeAlone(`${inputs.artifactName}-gallery.html`, single.pages);
        const { retentionDays } = inputs;
        const { id } = await uploadFile(page, { retentionDays, ports });
        galleryUrl = github.artifactUrl(id);
        actions.setOutput('gallery-url', galleryUrl ?? '');
      }
    } catch (error) {
      notes.push(
        `The gallery could not be uploaded by itself (${messageOf(error)}); it is gallery.html in the artifact.`,
      );
    }
    for (const note of notes) ports.log.warning(note);
    return { galleryUrl, notes };
  });
}
