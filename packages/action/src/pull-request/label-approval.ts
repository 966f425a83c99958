import { type ApprovalDecision, messageOf } from '@motion-transfer/core';
import {
  decideApproval,
  exceededOtherwise,
  type LabelFact,
  overPullRequest,
  ownTotals,
  type Report,
} from '@motion-transfer/core/shell';
import { actionsLog } from '../environment.ts';
import type { LabelEvent, PullRequestApi } from '../github/pull-request-api.ts';
import type { Session } from '../session.ts';
import { findShown } from './comment.ts';

const nobody: ApprovalDecision = { approval: null, notes: [] };

/** Who approved what is over the limit of the pull request; why a label does not count is in the log as well. */
export async function findApproval(
  session: Session,
  report: Pick<Report, 'plan' | 'spent'>,
): Promise<ApprovalDecision> {
  const decided = await askForApproval(session, report);
  for (const note of decided.notes) actionsLog.info(note);
  return decided;
}

/** Asks GitHub who put the override label there, and lets the core decide. Without an answer nobody did. */
async function askForApproval(
  session: Session,
  report: Pick<Report, 'plan' | 'spent'>,
): Promise<ApprovalDecision> {
  const { access, pull, github, overrideLabel } = session;
  // After a merge there is none checked out, but one whose account it is.
  const number = pull?.number ?? github.identity.pullRequest;
  if (access == null || number == null || overPullRequest(report) == null) return nobody;
  try {
    const api = await access.pullRequest(number);
    const events = (await api.labelEvents()).filter(({ label }) => label === overrideLabel);
    if (events.length === 0) return nobody;
    const { headSha, labels } = await api.current();
    // A label that was deleted from the whole repository leaves no event behind.
    if (!labels.includes(overrideLabel)) return nobody;
    const decided = decideApproval({
      label: overrideLabel,
      isMerged: pull == null,
      plannedHeadSha: pull?.headSha ?? headSha,
      currentHeadSha: headSha,
      planDigest: report.plan.digest,
      totalMicroUsd: ownTotals(report.plan).highMicroUsd,
      events: await withRoles(api, events),
      shown: await findShown(api, session, report),
    });
    const others = exceededOtherwise(report);
    if (decided.approval != null || others.length === 0) return decided;
    return {
      approval: null,
      notes: [
        `The label ${overrideLabel} does not count: it lifts the limit per pull request alone, and this plan is over ${others.join(' and ')} too.`,
      ],
    };
  } catch (error) {
    return {
      approval: null,
      notes: [
        `Whether the label ${overrideLabel} counts could not be found out: ${messageOf(error)}.`,
      ],
    };
  }
}

/** The latest event decides, so only its actor's role is asked for. */
async function withRoles(
  api: PullRequestApi,
  events: readonly LabelEvent[],
): Promise<readonly LabelFact[]> {
  const last = events.at(-1);
  const role = last == null || last.actor === '' ? null : await api.roleOf(last.actor);
  return events.map(({ event, actor, atMs }) => ({
    event,
    actor,
    atMs,
    role: actor === last?.actor ? role : null,
  }));
}
