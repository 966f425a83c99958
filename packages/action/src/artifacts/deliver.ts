import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type Delivered,
  type DeliveryRequest,
  deliverInPlace,
  messageOf,
  NOTHING_DELIVERED,
  type StoredVideo,
} from '@motion-transfer/core';
import { type SummaryLinks, sha256OfFile } from '@motion-transfer/core/shell';
import { setOutput } from '../environment.ts';
import { isGone, placeOf } from '../github/context.ts';
import type { Session } from '../session.ts';
import type { Bundle } from './bundle.ts';
import { uploadSingleFiles } from './clips.ts';
import type { ReportBundle } from './report-bundle.ts';
import { type UploadedArtifact, uploadBundle, uploadFile } from './upload.ts';

export interface BundleDelivery extends Delivered {
  /** `null` when nothing was uploaded. */
  readonly artifact: UploadedArtifact | null;
}

/** What became of the bundle of a plan or a run. */
export interface ReportDelivery extends BundleDelivery, ReportBundle {}

/** What opens in the browser by a click. */
export interface Pages {
  readonly links: SummaryLinks;
  /** What did not go as asked, although the videos are safe. */
  readonly notes: readonly string[];
}

export const NO_PAGES: Pages = {
  links: { artifactUrl: null, galleryUrl: null, outputDirectory: null },
  notes: [],
};

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
  const { reasons } = bundle;
  if (!mayUpload || !bundle.hasVideos) return { ...NOTHING_DELIVERED, reasons, artifact: null };
  if (!github.supportsArtifacts) {
    ports.log.warning(
      `no artifact service here; the videos are in ${placeOf(github, bundle.directory)}`,
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
    const proof = await proveUploaded({ ports, github }, bundle, videos);
    return { ...proof, archive, problem: null, artifact };
  } catch (error) {
    const problem = `The videos could not be uploaded (${messageOf(error)}). They are in ${placeOf(github, bundle.directory)}; those that were bought are also at their paths in the workspace. Upload or commit them in a later step of this job.`;
    return { ...NOTHING_DELIVERED, problem, artifact: null };
  }
}

/**
 * What was uploaded: the bytes on record when the bundle was assembled, and still the same now that all
 * of it was read for the upload.
 */
async function proveUploaded(
  { ports: { files }, github }: Pick<Session, 'ports' | 'github'>,
  { directory, files: uploaded, reasons }: Bundle,
  videos: readonly StoredVideo[],
): Promise<Pick<Delivered, 'videos' | 'reasons'>> {
  const proved: StoredVideo[] = [];
  const why = new Map(reasons);
  for (const video of videos) {
    if (why.has(video.output)) continue;
    const path = join(directory, video.output);
    const isSame = uploaded.includes(path) && (await hashOf(files, path)) === video.sha256;
    if (isSame) proved.push(video);
    else
      why.set(
        video.output,
        `its copy in ${placeOf(github, directory)} was changed while it was uploaded`,
      );
  }
  return { videos: proved, reasons: why };
}

async function hashOf(files: Session['ports']['files'], path: string): Promise<string | null> {
  return sha256OfFile(files, path).catch(() => null);
}

/**
 * Uploads the gallery, and where asked for each clip, by themselves: after the artifact, which has it
 * all already, so that trouble here is a note. Links what was uploaded.
 */
export async function deliverPages(session: Session, delivered: ReportDelivery): Promise<Pages> {
  const { github, ports, stop } = session;
  const { artifact, bundle } = delivered;
  const artifactUrl = artifact == null ? null : github.artifactUrl(artifact.id);
  const outputDirectory = isGone(github, bundle.directory) ? null : bundle.directory;
  const links = { artifactUrl, galleryUrl: null, outputDirectory };
  if (artifact == null || stop.isCancelled()) return { links, notes: [] };
  return actions.group('Gallery', async () => {
    const { galleryUrl, notes } = await uploadPages(session, delivered);
    for (const note of notes) ports.log.warning(note);
    return { links: { ...links, galleryUrl }, notes };
  });
}

async function uploadPages(
  session: Session,
  { bundle, gallery }: ReportBundle,
): Promise<{ readonly galleryUrl: string | null; readonly notes: readonly string[] }> {
  const { inputs, github, ports } = session;
  const notes: string[] = [];
  try {
    const single = await uploadSingleFiles(session, bundle);
    notes.push(...single.notes);
    if (gallery == null) return { galleryUrl: null, notes };
    const page = await gallery.writeAlone(`${inputs.artifactName}-gallery.html`, single.pages);
    const { id } = await uploadFile(page, { retentionDays: inputs.retentionDays, ports });
    const galleryUrl = github.artifactUrl(id);
    setOutput('gallery-url', galleryUrl ?? '');
    return { galleryUrl, notes };
  } catch (error) {
    notes.push(
      `The gallery could not be uploaded by itself (${messageOf(error)}); it is gallery.html in the artifact.`,
    );
    return { galleryUrl: null, notes };
  }
}
