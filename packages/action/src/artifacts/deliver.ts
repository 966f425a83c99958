import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type Delivered,
  type DeliveryRequest,
  deliverInPlace,
  messageOf,
  NOTHING_DELIVERED,
} from '@motion-transfer/core';
import type { Session } from '../session.ts';
import type { Bundle } from './bundle.ts';
import { uploadSingleFiles } from './clips.ts';
import type { GalleryPage } from './gallery.ts';
import { type UploadedArtifact, uploadBundle, uploadFile } from './upload.ts';

export interface BundleDelivery extends Delivered {
  /** `null` when nothing was uploaded. */
  readonly artifact: UploadedArtifact | null;
}

/** What opens in the browser by a click. */
export interface Pages {
  /** Page of the gallery; `null` when it was not uploaded. */
  readonly galleryUrl: string | null;
  /** What did not go as asked, although the videos are safe. */
  readonly notes: readonly string[];
}

/**
 * Uploads the bundle, which proves the delivery of the videos in it; without an artifact service, of
 * those that lie at their paths. Trouble never loses the bytes: they stay on disk, and the problem says where.
 */
export async function deliverBundle(
  {
    inputs,
    github,
    ports,
    stateDirectory,
  }: Pick<Session, 'inputs' | 'github' | 'ports' | 'stateDirectory'>,
  bundle: Bundle,
  { videos, mayUpload }: DeliveryRequest,
): Promise<BundleDelivery> {
  if (!mayUpload || !bundle.hasVideos) return { ...NOTHING_DELIVERED, artifact: null };
  if (!github.supportsArtifacts) {
    ports.log.warning(
      `no artifact service here (GitHub Enterprise Server has none); the videos are in ${bundle.directory}`,
    );
    const paths = { workspace: github.workspace, stateDirectory };
    return { ...(await deliverInPlace(ports, paths, videos)), artifact: null };
  }
  try {
    const { artifactName: name, retentionDays } = inputs;
    const artifact = await actions.group('Artifact', () =>
      uploadBundle(bundle, { name, retentionDays, ports }),
    );
    const { runId } = github.identity;
    const archive = { artifactId: artifact.id, artifactName: artifact.name, runId };
    const uploaded = videos.filter(({ output }) =>
      bundle.files.includes(join(bundle.directory, output)),
    );
    return { videos: uploaded, archive, problem: null, artifact };
  } catch (error) {
    const problem = `The videos could not be uploaded (${messageOf(error)}). They are in ${bundle.directory}; those that were bought are also at their paths in the workspace. Upload or commit them in a later step of this job.`;
    return { ...NOTHING_DELIVERED, problem, artifact: null };
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
  { artifact }: BundleDelivery,
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
