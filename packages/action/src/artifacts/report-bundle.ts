import { join } from 'node:path';
import type { StoredVideo } from '@motion-transfer/core';
import type { Report } from '@motion-transfer/core/shell';
import type { Previews } from '../draft/previews.ts';
import type { Session } from '../session.ts';
import {
  assembleBundle,
  type Bundle,
  type BundleRequest,
  freshDirectory,
  type WebFile,
} from './bundle.ts';
import { documentsOf } from './documents.ts';
import type { EarlierOutputs } from './earlier-outputs.ts';
import { addGallery, type GalleryPage } from './gallery.ts';
import { readGalleryOrigin } from './gallery-origin.ts';

export interface ReportBundle {
  readonly bundle: Bundle;
  /** `null` when it could not be written. */
  readonly gallery: GalleryPage | null;
}

export interface ReportContents {
  readonly videos: readonly StoredVideo[];
  readonly previews: Previews;
  /** `null` where nothing replaces the outputs in the workspace. */
  readonly earlier: EarlierOutputs | null;
}

type BundleSession = Pick<Session, 'github' | 'ports' | 'stateDirectory'>;

/** The videos and drafts of a plan or a run, with its records and its gallery. */
export async function bundleReport(
  session: Session,
  report: Report,
  { videos, previews, earlier }: ReportContents,
): Promise<ReportBundle> {
  const documents = documentsOf(report, previews);
  const webFiles = webFilesOf(report, videos);
  const contents = { videos, webFiles, drafts: previews, documents };
  const bundle = await bundleInto(session, 'motion-transfer', contents);
  const origin = await readGalleryOrigin(session, report.plan);
  return addGallery({ session, report, previews, bundle, earlier, origin });
}

/** Those of reused videos that were there already are where the videos are: not in this artifact. */
function webFilesOf({ results }: Report, videos: readonly StoredVideo[]): WebFile[] {
  const delivered = new Set(videos.map(({ output }) => output));
  return (results ?? []).flatMap(({ output, webFiles = [] }) =>
    webFiles.flatMap(({ path, state, sha256 }) =>
      sha256 != null && (state === 'made' || delivered.has(output)) ? [{ path, sha256 }] : [],
    ),
  );
}

/** Videos of earlier runs: there is no plan to report beside them. */
export function bundleVideos(
  session: BundleSession,
  name: string,
  videos: readonly StoredVideo[],
): Promise<Bundle> {
  return bundleInto(session, name, {
    videos,
    webFiles: [],
    drafts: { directory: '', all: [] },
    documents: {},
  });
}

async function bundleInto(
  { github, ports, stateDirectory }: BundleSession,
  name: string,
  contents: Pick<BundleRequest, 'videos' | 'webFiles' | 'drafts' | 'documents'>,
): Promise<Bundle> {
  const directory = await freshDirectory(join(github.temporaryDirectory, name));
  return assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory,
    ...contents,
  });
}
