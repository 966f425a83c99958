import { createHash } from 'node:crypto';
import {
  COMMENT_MARKER,
  type CommentLinks,
  type CommentSection,
  type CommentState,
  decodeState,
  isWorthWriting,
  joinComment,
  messageOf,
  parseComment,
  type Report,
  renderCommentSection,
} from '@motion-transfer/core';
import { GitHubRefusalError } from './github/errors.ts';
import type { Comment, PullRequestApi } from './github/pull-request-api.ts';
import type { Session } from './session.ts';

export interface Commented {
  /** The whole comment, as it is or would be: also where it could not be written. */
  readonly body: string;
  readonly notes: readonly string[];
}

const TRIES = 4;

/** Shows the plan in the pull request's one comment. Trouble is a note, never a failure. */
export async function commentOnPlan(
  session: Session,
  report: Report,
  links: CommentLinks,
): Promise<Commented> {
  const { inputs, pull, access, overrideLabel } = session;
  const render = (previous: CommentState | null, nowMs: number) =>
    renderCommentSection({ report, overrideLabel, links, previous, nowMs });
  const key = sectionKey(session, report);
  const alone = joinComment(new Map([[key, render(null, Date.now())]]));
  if (pull == null || inputs.comment === 'never') return { body: alone, notes: [] };
  if (access == null)
    return {
      body: alone,
      notes: ['No comment: there is no github-token. Its body is the output comment-body.'],
    };
  try {
    const api = await access.pullRequest(pull.number);
    return { body: await upsert(api, key, render, inputs.comment), notes: [] };
  } catch (error) {
    const hint =
      error instanceof GitHubRefusalError && [401, 403, 404].includes(error.status)
        ? ' Give the job `permissions: pull-requests: write`. Pull requests from forks and by Dependabot get a read-only token: post the output comment-body from a job that may write.'
        : '';
    return { body: alone, notes: [`The comment was not written: ${messageOf(error)}.${hint}`] };
  }
}

/** What our comment shows for this plan's section; `null` when there is none of ours. */
export async function findShown(
  api: PullRequestApi,
  session: Session,
  report: Pick<Report, 'plan'>,
): Promise<CommentState | null> {
  const { own } = await readOwn(api);
  const section = parseComment(own[0]?.body ?? '').get(sectionKey(session, report));
  return section == null ? null : decodeState(section.state);
}

/**
 * One comment for all jobs of all runs: the oldest of our own. Jobs at once may write over each other
 * or create two, so what was written is read back, until our section is in the one that stays.
 */
async function upsert(
  api: PullRequestApi,
  key: string,
  render: (
    previous: CommentState | null,
    nowMs: number,
  ) => CommentSection & { readonly decoded: CommentState },
  mode: Session['inputs']['comment'],
): Promise<string> {
  let body = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { own, nowMs } = await readOwn(api);
    const [target] = own;
    const sections = parseComment(target?.body ?? '');
    const before = sections.get(key);
    const previous = before == null ? null : decodeState(before.state);
    const section = render(previous, nowMs);
    if (attempt === 1 && !isWorthWriting(mode, previous, section.decoded))
      return target?.body ?? joinComment(new Map([[key, section]]));
    // Written by this very invocation already, and still there.
    if (
      attempt > 1 &&
      previous?.content === section.decoded.content &&
      previous.planDigest === section.decoded.planDigest
    ) {
      for (const spare of own.slice(1)) await api.deleteComment(spare.id);
      return target?.body ?? body;
    }
    body = joinComment(new Map([...sections, [key, section]]));
    if (target == null) await api.createComment(body);
    else await api.updateComment(target.id, body);
  }
  return body;
}

async function readOwn(api: PullRequestApi): Promise<{ own: readonly Comment[]; nowMs: number }> {
  const login = await api.ownLogin();
  const { comments, nowMs } = await api.comments();
  // The marker alone proves nothing: anybody can write it.
  const own = comments.filter(
    (comment) => comment.login === login && comment.body.startsWith(COMMENT_MARKER),
  );
  return { own, nowMs: nowMs ?? Date.now() };
}

/** Steps with another config or another choice of transfers, such as shards, have sections of their own. */
function sectionKey({ inputs }: Session, { plan }: Pick<Report, 'plan'>): string {
  const name = [plan.configFile ?? inputs.config.output ?? '', inputs.config.only ?? ''];
  return createHash('sha256').update(JSON.stringify(name)).digest('hex').slice(0, 16);
}
