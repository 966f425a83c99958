import type { Report } from '../report.ts';
import { encodePath } from './anchors.ts';

/** Where a report was made, as far as its shell knows. The page links to it and reads nothing from it. */
export interface GalleryOrigin {
  /** `octo/animations`, and its page; `null` outside of a repository at a server. */
  readonly repository: { readonly name: string; readonly url: string } | null;
  readonly pullRequest: number | null;
  readonly run: { readonly id: string; readonly attempt: number; readonly url: string } | null;
  readonly madeAtMs: number;
  /** Files of the planned commit; `null` where it is not known to be a commit of this repository. */
  readonly committed: CommittedFiles | null;
}

export interface CommittedFiles {
  /** Of the workspace in its repository: empty, or ending in `/`. */
  readonly prefix: string;
  /** Relative to the workspace. */
  readonly paths: ReadonlySet<string>;
}

export function commitUrlOf({ plan }: Report, origin: GalleryOrigin): string | null {
  if (plan.commit == null || origin.repository == null || origin.committed == null) return null;
  return `${origin.repository.url}/commit/${plan.commit}`;
}

/** Page of a file as the planned commit has it, which stays what it is; `null` for what is not committed. */
export function permalinkOf(path: string, { plan }: Report, origin: GalleryOrigin): string | null {
  const { repository, committed } = origin;
  if (plan.commit == null || repository == null || committed?.paths.has(path) !== true) return null;
  return `${repository.url}/blob/${plan.commit}/${encodePath(`${committed.prefix}${path}`)}`;
}
