import { MotionTransferError, messageOf } from '@motion-transfer/core';
import { GitHubRefusalError } from '../github/errors.ts';
import type {
  BranchPullRequest,
  PullRequestsApi,
  PullRequestText,
} from '../github/pull-requests-api.ts';
import type { Destination } from './destination.ts';

/**
 * Opens the pull request of a branch of our own, or says in the open one what was added. Returns its page.
 *
 * @throws MotionTransferError with the next step: the branch is pushed by then.
 */
export async function offerPullRequest(
  pulls: PullRequestsApi,
  { branch, base }: Extract<Destination, { readonly kind: 'pull-request' }>,
  text: PullRequestText,
): Promise<string> {
  const findOpen = async (): Promise<BranchPullRequest | undefined> =>
    (await pulls.ofBranch(branch)).find(({ isOpen, baseBranch }) => isOpen && baseBranch === base);
  try {
    const open = await findOpen();
    if (open == null) return (await pulls.open(branch, base, text)).url;
    await pulls.update(open.number, text);
    return open.url;
  } catch (error) {
    // Another run was faster, or the answer to our own question was lost.
    const opened = await findOpen().catch(() => undefined);
    if (opened != null) return opened.url;
    throw new MotionTransferError(
      `the outputs are on branch ${branch}, but its pull request could not be opened (${messageOf(error)}); ${adviseOn(error)}, or open it by hand`,
      { cause: error },
    );
  }
}

function adviseOn(error: unknown): string {
  if (!(error instanceof GitHubRefusalError)) return 'run again';
  // docs: Preventing GitHub Actions from creating or approving pull requests.
  return /not permitted to create/i.test(error.message)
    ? 'allow it in the settings of the repository (Actions, General, "Allow GitHub Actions to create and approve pull requests")'
    : 'give the job `permissions: pull-requests: write`';
}
