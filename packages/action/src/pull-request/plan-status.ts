import { messageOf } from '@motion-transfer/core';
import {
  type KeptRecord,
  nextRecord,
  type Proof,
  proveShown,
  type ShownFacts,
} from '@motion-transfer/core/shell';
import type { PullRequestApi } from '../github/pull-request-api.ts';
import type { Session } from '../session.ts';

/** The commit statuses that say which plan was shown, of one section of the comment. */
export interface PlanStatus {
  /** Newest first. */
  readonly kept: readonly KeptRecord[];
  /** Puts on record what was just shown. Trouble is a note: the label then does not count. */
  add(shown: {
    readonly text: string | null;
    readonly replacesOurs: boolean;
  }): Promise<readonly string[]>;
}

export async function openPlanStatus(
  api: PullRequestApi,
  { github, overrideLabel }: Pick<Session, 'github' | 'overrideLabel'>,
  key: string,
  plan: Omit<ShownFacts, 'text'>,
): Promise<PlanStatus> {
  const trouble = (error: unknown) =>
    `The label ${overrideLabel} cannot approve this plan, because it could not be put on record that it is shown: ${messageOf(error)}. Give the job \`permissions: statuses: write\`.`;
  let unreadable: unknown = null;
  const kept = await readKept(api, key, plan.headSha).catch((error: unknown) => {
    unreadable = error;
    return [];
  });
  return {
    kept,
    async add({ text, replacesOurs }) {
      if (unreadable != null) return [trouble(unreadable)];
      if (text == null) return [];
      const description = nextRecord({ ...plan, text }, kept, replacesOurs);
      if (description == null) return [];
      try {
        const targetUrl = github.runUrl;
        await api.addStatus(plan.headSha, { context: contextOf(key), description, targetUrl });
        return [];
      } catch (error) {
        return [trouble(error)];
      }
    },
  };
}

/** @throws GitHubRefusalError, NoAnswerError */
export async function proofOf(api: PullRequestApi, key: string, facts: ShownFacts): Promise<Proof> {
  return proveShown(facts, await readKept(api, key, facts.headSha));
}

async function readKept(
  api: PullRequestApi,
  key: string,
  headSha: string,
): Promise<readonly KeptRecord[]> {
  // The comment's memory names the commit, and anybody who edits it may have written that.
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(headSha)) return [];
  const login = await api.ownLogin();
  const statuses = await api.statuses(headSha, contextOf(key));
  return statuses.filter(({ creator }) => creator === login);
}

function contextOf(key: string): string {
  return `motion-transfer plan ${key.slice(0, 8)}`;
}
