import { messageOf } from '@motion-transfer/core';
import {
  type KeptRecord,
  nextRecord,
  type Proof,
  proveShown,
  type ShownFacts,
} from '@motion-transfer/core/shell';
import type { NewStatus, PullRequestApi } from '../github/pull-request-api.ts';
import type { Session } from '../session.ts';

/** The commit statuses that say which plan was shown, of one section of the comment. */
export interface PlanStatus {
  /** Newest first. */
  readonly kept: readonly KeptRecord[];
  /** Whether this job may put anything on record; asked by writing, because GitHub tells it nowhere. */
  readonly isWritable: boolean;
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
  const targetUrl = github.runUrl;
  const write = (description: string) =>
    api.addStatus(plan.headSha, {
      state: 'success',
      context: contextOf(key),
      description,
      targetUrl,
    });
  // With a record there somebody could write before: if this job cannot, it says so when it adds its own.
  let unwritable: unknown = unreadable;
  if (unreadable == null && kept.length === 0)
    await write(ABOUT_TO_SHOW).catch((error: unknown) => {
      unwritable = error;
    });
  return {
    kept,
    isWritable: unwritable == null,
    async add({ text, replacesOurs }) {
      if (unwritable != null) return [trouble(unwritable)];
      if (text == null) return [];
      const description = nextRecord({ ...plan, text }, kept, replacesOurs);
      if (description == null) return [];
      try {
        await write(description);
        return [];
      } catch (error) {
        return [trouble(error)];
      }
    },
  };
}

/** No record of a plan, which is written only once the comment shows it. */
const ABOUT_TO_SHOW = 'Over the limit per pull request; a label can approve it once it is shown';
/** GitHub refuses longer ones. */
const DESCRIPTION_MAX_CHARACTERS = 140;

/** What became of the plan, in its place among the checks of the pull request. Records of plans stay below it. */
export async function concludeStatus(
  api: PullRequestApi,
  { key, headSha }: { readonly key: string; readonly headSha: string },
  conclusion: Pick<NewStatus, 'state' | 'description' | 'targetUrl'>,
): Promise<void> {
  const description = conclusion.description.slice(0, DESCRIPTION_MAX_CHARACTERS);
  await api.addStatus(headSha, { ...conclusion, description, context: contextOf(key) });
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
