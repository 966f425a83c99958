import { formatUsd } from '../model/money.ts';
import type { Proof } from './approval-evidence.ts';

/** Somebody put the override label on the pull request, or took it off. */
export interface LabelFact {
  readonly event: 'labeled' | 'unlabeled';
  readonly actor: string;
  readonly atMs: number;
  /** What GitHub says the actor may do; `null` when it could not be asked. */
  readonly role: string | null;
}

/** What our own comment says it shows, and what GitHub keeps on record about that. */
export interface ShownPlan {
  readonly headSha: string;
  readonly planDigest: string;
  readonly totalMicroUsd: number;
  readonly proof: Proof;
}

export interface ApprovalFacts {
  readonly label: string;
  /** It is merged by the commit that is planned, which has a plan of its own then. */
  readonly isMerged: boolean;
  /** The head of the pull request that was planned, and the one it has now. */
  readonly plannedHeadSha: string;
  readonly currentHeadSha: string;
  readonly planDigest: string;
  /** What that plan may cost at most. */
  readonly totalMicroUsd: number;
  /** Events of the override label only, oldest first. */
  readonly events: readonly LabelFact[];
  readonly shown: ShownPlan | null;
}

/** A person lets one plan of one commit exceed `per-pull-request`, up to the total that was shown. */
export interface Approval {
  readonly actor: string;
  readonly headSha: string;
  readonly planDigest: string;
  readonly upToMicroUsd: number;
  /** Up to that sum in all, and not on top of what the pull request spent before. */
  readonly includesSpent: boolean;
}

export interface ApprovalDecision {
  readonly approval: Approval | null;
  /** Why a label that is there does not count, for people. */
  readonly notes: readonly string[];
}

const MAY_APPROVE = new Set(['admin', 'maintain', 'write']);

/**
 * Whether the override label counts. It lifts `per-pull-request` only, for exactly the plan that our
 * comment showed when it was put there, by GitHub's own record: a new push, a moved plan or another price needs it again.
 * After the merge it counts for what the merge brought, up to the total that was shown.
 */
export function decideApproval(facts: ApprovalFacts): ApprovalDecision {
  const { label, events, shown } = facts;
  const last = events.reduce<LabelFact | null>(
    (latest, event) => (latest == null || event.atMs >= latest.atMs ? event : latest),
    null,
  );
  if (last == null || last.event === 'unlabeled') return { approval: null, notes: [] };
  const refuse = (why: string): ApprovalDecision => ({
    approval: null,
    notes: [`The label ${label} does not count: ${why}.`],
  });
  if (last.actor === '') return refuse('nobody knows who put it there');
  if (last.role == null) return refuse(`GitHub did not say whether ${last.actor} may approve`);
  if (!MAY_APPROVE.has(last.role)) {
    return refuse(
      `${last.actor} put it there, who has no write permission (${last.role}); somebody who has must take it off and put it on again`,
    );
  }
  const again = `take it off and put it on again`;
  if (facts.currentHeadSha !== facts.plannedHeadSha)
    return refuse(
      `the pull request has moved on since this plan; ${again} when the new plan is shown`,
    );
  if (shown == null) return refuse(`no comment of ours shows this plan yet; ${again} once it does`);
  const isThisPlan =
    shown.headSha === facts.plannedHeadSha &&
    (facts.isMerged
      ? facts.totalMicroUsd <= shown.totalMicroUsd
      : shown.planDigest === facts.planDigest && shown.totalMicroUsd === facts.totalMicroUsd);
  if (!isThisPlan)
    return refuse(`the plan shown in the comment is another one; ${again} when this one is shown`);
  const { proof } = shown;
  if (proof.kind === 'none')
    return refuse(
      `nothing on this commit records that the plan was shown; give the job that plans \`permissions: statuses: write\`, and once it has run, ${again}`,
    );
  if (proof.kind === 'changed')
    return refuse(
      `the comment is not what was put on record when this plan was shown, so somebody has changed it; plan again, which writes it anew, read it, and ${again}`,
    );
  if (last.atMs <= proof.sinceMs) {
    return refuse(
      `${last.actor} put it there before this plan was shown (${formatUsd(shown.totalMicroUsd)}); a new push needs it again: ${again}`,
    );
  }
  return {
    approval: {
      actor: last.actor,
      headSha: facts.plannedHeadSha,
      planDigest: facts.planDigest,
      upToMicroUsd: shown.totalMicroUsd,
      includesSpent: facts.isMerged,
    },
    notes: [],
  };
}
