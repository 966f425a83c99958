import { join } from 'node:path';
import type { StoredVideo } from '@motion-transfer/core';
import type { Report } from '@motion-transfer/core/shell';
import type { Previews } from '../draft/previews.ts';
import type { Session } from '../session.ts';
import { assembleBundle, type Bundle, freshDirectory } from './bundle.ts';
import { documentsOf } from './documents.ts';
import { addGallery, type GalleryPage } from './gallery.ts';

export interface ReportBundle {
  readonly bundle: Bundle;
  /** `null` when it could not be written. */
  readonly gallery: GalleryPage | null;
}

/** The videos and drafts of a plan or a run, with its records and its gallery. */
export async function bundleReport(
  session: Session,
  report: Report,
  { videos, previews }: { readonly videos: readonly StoredVideo[]; readonly previews: Previews },
): Promise<ReportBundle> {
  const { github, ports, stateDirectory } = session;
  const bundle = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos,
    drafts: previews,
    documents: documentsOf(report.plan, report, previews),
  });
  return addGallery({ session, report, previews, bundle });
}
