import { join } from 'node:path';
import { messageOf } from '@motion-transfer/core';
import type { CommentLinks, Report } from '@motion-transfer/core/shell';
import { freshDirectory } from '../artifacts/bundle.ts';
import { withBranch } from '../commit/with-branch.ts';
import type { Previews } from '../draft/previews.ts';
import type { Session } from '../session.ts';
import { PREVIEWS_BRANCH } from './branch-files.ts';
import { choosePictures } from './choose-pictures.ts';
import { drawPictures, MOST_PICTURES } from './draw-pictures.ts';
import { pushPictures, requireWritable } from './push-pictures.ts';

export interface Pictures {
  readonly shown: CommentLinks['pictures'];
  /** What is not shown although it changed. */
  readonly notes: readonly string[];
}

export const NO_PICTURES: Pictures = { shown: new Map(), notes: [] };
const PUSH_TIMEOUT_MS = 2 * 60_000;

/**
 * A small picture of every changed transfer, on a branch of its own, for the comment of the pull request. Nothing
 * depends on them: trouble is a line in the log, and the comment then has the gallery alone.
 */
export async function makePictures(
  session: Session,
  {
    report,
    previews,
    bundleDirectory,
  }: {
    readonly report: Report;
    readonly previews: Previews;
    /** Where what was made is, proved. */
    readonly bundleDirectory: string | null;
  },
): Promise<Pictures> {
  const { ports, github, stop } = session;
  const wanted = mayShow(session) ? choosePictures(report, previews) : [];
  if (wanted.length === 0) return NO_PICTURES;
  const use = {
    branch: PREVIEWS_BRANCH,
    name: 'previews',
    pushTimeoutMs: PUSH_TIMEOUT_MS,
    consequence: 'the comment shows no pictures',
  };
  try {
    return await withBranch(session, use, async (repository, remoteUrl) => {
      const signal = stop.requested;
      await requireWritable(ports, { repository, remoteUrl, signal });
      const directory = await freshDirectory(
        join(github.temporaryDirectory, 'motion-transfer-previews'),
      );
      const places = { drafts: previews.directory, bundle: bundleDirectory };
      const drawn = await drawPictures(session, wanted, places, directory);
      if (drawn.length === 0) return NO_PICTURES;
      const pictures = new Map(drawn.map(({ sha256, path }) => [sha256, path]));
      const message = messageOfCommit(drawn.length, github.runUrl);
      const paths = await pushPictures(ports, { repository, remoteUrl, pictures, message, signal });
      const shown = new Map(
        drawn.flatMap(({ output, alt, sha256 }) => {
          const path = paths.get(sha256) ?? '';
          ports.log.info(`${alt}: ${path} on branch ${PREVIEWS_BRANCH}`);
          const url = github.fileUrl(PREVIEWS_BRANCH, path);
          return url == null ? [] : [[output, { url, alt }] as const];
        }),
      );
      return { shown, notes: notesOf(wanted.length) };
    });
  } catch (error) {
    ports.log.info(`The comment shows no pictures: ${messageOf(error)}`);
    return NO_PICTURES;
  }
}

/** Where the codec is there for the drafts, and for a pull request of this repository: of a fork nothing is pushed. */
function mayShow({ inputs, github, pull, stop }: Session): boolean {
  const isFork = github.isFork || pull?.isFork === true;
  const hasComment =
    inputs.comment !== 'never' && (pull != null || github.identity.pullRequest != null);
  const mayAsk = inputs.githubToken != null && github.remoteUrl != null;
  return inputs.draft && inputs.previews && hasComment && mayAsk && !isFork && !stop.isCancelled();
}

function notesOf(wantedCount: number): string[] {
  const left = wantedCount - MOST_PICTURES;
  return left > 0
    ? [
        `The comment shows pictures of the first ${MOST_PICTURES} changed transfers; ${left} more are in the gallery.`,
      ]
    : [];
}

function messageOfCommit(count: number, runUrl: string | null): string {
  const run = runUrl == null ? '' : `\n\nRun: ${runUrl}`;
  return `Add ${count} ${count === 1 ? 'picture' : 'pictures'} for a pull request comment${run}\n`;
}
