import { messageOf } from '@motion-transfer/core';
import {
  boughtKeyOf,
  COMMENT_MARKER,
  type CommentLinks,
  type CommentState,
  decodeState,
  describeVerdict,
  isOnRecord,
  isWorthWriting,
  joinComment,
  makeVerdict,
  parseComment,
  placeSection,
  type RenderedSection,
  type Report,
  renderCommentSection,
  type ShownPlan,
  sha256,
} from '@motion-transfer/core/shell';
import { actionsLog } from '../environment.ts';
import { GitHubRefusalError } from '../github/errors.ts';
import type { Comment, PullRequestApi } from '../github/pull-request-api.ts';
import type { Session } from '../session.ts';
import { concludeStatus, openPlanStatus, type PlanStatus, proofOf } from './plan-status.ts';
import { findPullOfRun } from './pull-request.ts';

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
  const renderWith = (isRecordable: boolean) => (previous: CommentState | null) =>
    renderCommentSection({ report, overrideLabel, links, previous, isRecordable });
  const key = sectionKey(session, report);
  const first = renderWith(true)(null);
  const alone = joinComment(new Map([[key, first]]));
  if (pull == null || inputs.comment === 'never') return { body: alone, notes: [] };
  if (access == null)
    return {
      body: alone,
      notes: ['No comment: there is no github-token. Its body is the output comment-body.'],
    };
  try {
    const api = await access.pullRequest(pull.number);
    // Only a plan that asks for an approval needs to prove later that it was shown.
    const records = first.decoded.asksApproval
      ? await openPlanStatus(api, session, key, first.decoded)
      : null;
    const request = { key, mode: inputs.comment, kept: records?.kept ?? null, mayCreate: true };
    const render = renderWith(records?.isWritable ?? true);
    const written = await upsert(api, { ...request, render });
    const notes = (await records?.add(written)) ?? [];
    if (records?.isWritable !== true || notes.length === 0) return { body: written.body, notes };
    // The label that was just offered could not be put on record after all.
    const { body } = await upsert(api, { ...request, mode: 'always', render: renderWith(false) });
    return { body, notes };
  } catch (error) {
    return { body: alone, notes: [describeUnwritten(error)] };
  }
}

/**
 * Says in the pull request what a run bought for it, above the plan that it carried out, and concludes the
 * plan's status where there may be one. Trouble is a note: what is bought is bought.
 */
export async function commentOnRun(
  session: Session,
  report: Report,
  links: CommentLinks,
): Promise<readonly string[]> {
  const { inputs, access, github, overrideLabel, stop } = session;
  const render = (previous: CommentState | null) =>
    renderCommentSection({ report, overrideLabel, links, previous, isRecordable: false });
  const isAsked = inputs.comment !== 'never' && !github.isDesk && !stop.isCancelled();
  if (!isAsked || access == null || !render(null).decoded.isWorthSaying) return [];
  const number = await findPullOfRun(session, access).catch((error: unknown) => {
    // Nobody asked a job without rights to pull requests to speak in one.
    actionsLog.info(`no pull request says what was bought: ${messageOf(error)}`);
    return null;
  });
  if (number == null) return [];
  try {
    const api = await access.pullRequest(number);
    const planKey = sectionKey(session, report);
    await upsert(api, {
      key: boughtKeyOf(planKey),
      render,
      mode: inputs.comment,
      kept: null,
      // After the merge it answers a plan that was shown, and begins no conversation of its own.
      mayCreate: session.pull != null,
    });
    await conclude(session, api, { key: planKey, report, links });
    return [];
  } catch (error) {
    return [`The pull request does not say what was bought. ${describeUnwritten(error)}`];
  }
}

/** Without `statuses: write` the checks of the pull request are those of its jobs alone. */
async function conclude(
  { pull }: Pick<Session, 'pull'>,
  api: PullRequestApi,
  { key, report, links }: { key: string; report: Report; links: CommentLinks },
): Promise<void> {
  const state = report.failure == null ? 'success' : 'failure';
  const description = describeVerdict(makeVerdict(report));
  const targetUrl = links.galleryUrl ?? links.runUrl;
  try {
    const headSha = pull?.headSha ?? (await api.current()).headSha;
    await concludeStatus(api, { key, headSha }, { state, description, targetUrl });
  } catch (error) {
    if (!isRefusedRight(error))
      actionsLog.info(`the status of the plan was not concluded: ${messageOf(error)}`);
  }
}

function describeUnwritten(error: unknown): string {
  const hint = isRefusedRight(error)
    ? ' Give the job `permissions: pull-requests: write`. Pull requests from forks and by Dependabot get a read-only token: post the output comment-body from a job that may write.'
    : '';
  return `The comment was not written: ${messageOf(error)}.${hint}`;
}

function isRefusedRight(error: unknown): boolean {
  return error instanceof GitHubRefusalError && [401, 403, 404].includes(error.status);
}

/** What our comment shows for this plan's section, with its proof; `null` when there is none of ours. */
export async function findShown(
  api: PullRequestApi,
  session: Session,
  report: Pick<Report, 'plan'>,
): Promise<ShownPlan | null> {
  const key = sectionKey(session, report);
  const own = await readOwn(api);
  const section = parseComment(own[0]?.body ?? '').get(key);
  const state = section == null ? null : decodeState(section.state);
  if (section == null || state == null) return null;
  return { ...state, proof: await proofOf(api, key, { ...state, text: section.text }) };
}

interface Written {
  readonly body: string;
  /** What people read in our section; `null` when it was left as it is. */
  readonly text: string | null;
  /** What was there before was ours entirely. */
  readonly replacesOurs: boolean;
}

/**
 * One comment for all jobs of all runs: the oldest of our own. Jobs at once may write over each other
 * or create two, so what was written is read back, until our section is in the one that stays.
 */
async function upsert(
  api: PullRequestApi,
  {
    key,
    render,
    mode,
    kept,
    mayCreate,
  }: {
    readonly key: string;
    readonly render: (previous: CommentState | null) => RenderedSection;
    readonly mode: Session['inputs']['comment'];
    /** The records of the plan that asks for an approval; `null` where none is asked for. */
    readonly kept: PlanStatus['kept'] | null;
    readonly mayCreate: boolean;
  },
): Promise<Written> {
  let body = '';
  let text: string | null = null;
  let replacesOurs = false;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const own = await readOwn(api);
    const [target] = own;
    if (target == null && !mayCreate) return { body: '', text: null, replacesOurs };
    const sections = parseComment(target?.body ?? '');
    const before = sections.get(key);
    const previous = before == null ? null : decodeState(before.state);
    const section = render(previous);
    if (attempt === 1) {
      replacesOurs = before != null && isOnRecord(before.text, kept ?? []);
      // Where an approval is asked for, words that are not on record are written anew.
      const known = kept == null || replacesOurs ? previous : null;
      if (!isWorthWriting(mode, known, section.decoded)) {
        const shown = target?.body ?? joinComment(new Map([[key, section]]));
        return { body: shown, text: null, replacesOurs };
      }
    }
    // Written by this very invocation already, and still there.
    if (before != null && before.text === text) {
      for (const spare of own.slice(1)) await api.deleteComment(spare.id);
      return { body: target?.body ?? body, text, replacesOurs };
    }
    const isNews = previous?.content !== section.decoded.content;
    body = joinComment(placeSection(sections, key, { section, isNews }));
    text = parseComment(body).get(key)?.text ?? null;
    if (target == null) await api.createComment(body);
    else await api.updateComment(target.id, body);
  }
  return { body, text, replacesOurs };
}

async function readOwn(api: PullRequestApi): Promise<readonly Comment[]> {
  const login = await api.ownLogin();
  // The marker alone proves nothing: anybody can write it.
  return (await api.comments()).filter(
    (comment) => comment.login === login && comment.body.startsWith(COMMENT_MARKER),
  );
}

/** Steps with another config or another choice of transfers, such as shards, have sections of their own. */
function sectionKey({ inputs }: Session, { plan }: Pick<Report, 'plan'>): string {
  const name = [plan.configFile ?? inputs.config.output ?? '', inputs.config.only ?? ''];
  return sha256(JSON.stringify(name)).slice(0, 16);
}
