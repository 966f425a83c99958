import type { Report } from '@motion-transfer/core/shell';
import { deliverBundle, deliverPages, type Pages } from '../artifacts/deliver.ts';
import { bundleReport } from '../artifacts/report-bundle.ts';
import type { Previews } from '../draft/previews.ts';
import { actionsLog, setOutput } from '../environment.ts';
import { placeOf } from '../github/context.ts';
import { setArtifactOutputs } from '../outputs.ts';
import type { Session } from '../session.ts';

/** Uploads the drafts of a plan with their gallery. */
export async function deliverDrafts(
  session: Session,
  report: Report,
  previews: Previews,
): Promise<Pages> {
  const bundled = await bundleReport(session, report, { videos: [], previews, earlier: null });
  const { directory } = bundled.bundle;
  setOutput('output-directory', directory);
  const request = { videos: [], mayUpload: true };
  const delivered = await deliverBundle(session, bundled.bundle, request);
  if (delivered.problem != null)
    actionsLog.warning(
      `the drafts are only in ${placeOf(session.github, directory)}: ${delivered.problem}`,
    );
  setArtifactOutputs(session.github, delivered.artifact);
  return deliverPages(session, { ...delivered, ...bundled });
}
