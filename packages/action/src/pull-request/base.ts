import { MotionTransferError, type Ports } from '@motion-transfer/core';
import { restrictBase } from '@motion-transfer/core/shell';
import { actionsLog } from '../environment.ts';
import { describeTrouble, type Trouble } from '../github/advice.ts';
import {
  type BaseBranch,
  type BaseRequest,
  type BranchCommit,
  readBaseBranch,
} from '../github/base-branch.ts';
import { askGit, defaultBranchOfClone } from '../github/commit-standing.ts';
import type { GitHubContext } from '../github/context.ts';
import type { Command } from '../inputs.ts';
import type { Session } from '../session.ts';
import type { Judgement } from './pull-request.ts';

type Reading = Omit<BaseRequest, 'commit'> & {
  readonly github: GitHubContext;
  readonly ports: Pick<Ports, 'git'>;
};

/**
 * What others decide for this checkout: the default branch, and the base branch of its pull request. `null`
 * where it is the default branch itself.
 */
export async function readBase(
  { checkout, pull, isPullUnclear }: Judgement,
  reading: Reading,
): Promise<BaseBranch | null> {
  const { standing, defaultBranch } = checkout;
  if (isPullUnclear)
    return unreadable({
      problem: `the event does not name the commits of its pull request, ${reading.access == null ? 'and there is no github-token to ask GitHub with' : 'and GitHub did not name them, see the warning above'}`,
      advice:
        reading.access == null
          ? 'give the action a github-token with `permissions: pull-requests: read`'
          : null,
    });
  if (pull == null && standing.kind === 'default-branch') return null;
  if (pull == null && standing.kind === 'unknown') return unreadable(standing);
  const { ports, github } = reading;
  const read = (commit: BranchCommit) => readBaseBranch(ports, { ...reading, commit });
  if (defaultBranch == null)
    return unreadable({
      problem: 'nobody could be asked for the default branch',
      advice: 'give the action a github-token with `permissions: contents: read`',
    });
  const base =
    pull == null
      ? null
      : await read({ label: 'the base branch', local: pull.baseSha, remote: pull.baseSha });
  const isInto = pull?.baseRef === defaultBranch;
  // As it is now: the event names the base of its day, and a clone may be of another one.
  const settings = await read({
    label: isInto ? 'the base branch' : 'the default branch',
    local:
      reading.access == null
        ? await defaultBranchOfClone(
            defaultBranch,
            github.remoteUrl,
            askGit(ports.git, github.workspace),
          )
        : null,
    remote: defaultBranch,
  });
  if (base == null || base.kind === 'unreadable') return base ?? settings;
  if (settings.kind === 'unreadable') return isInto && reading.access == null ? base : settings;
  return { ...base, config: restrictBase(settings.config, base.config) };
}

function unreadable({ problem, advice }: Trouble): BaseBranch {
  return { kind: 'unreadable', problem, advice };
}

/** Without them nobody knows what this checkout may spend. */
export function refuseUnreadableBase(command: Command, base: BaseBranch | null): void {
  if (base?.kind !== 'unreadable') return;
  const message = `the limits of the base branch could not be read (${describeTrouble(base)})`;
  if (command === 'run') throw new MotionTransferError(`Nothing was bought: ${message}`);
  actionsLog.warning(`${message}; this plan shows the limits of what is checked out`);
}

export function notesOfBase({ base }: Session): string[] {
  return base?.kind === 'unreadable'
    ? [`The base branch could not be read, so a run would buy nothing: ${describeTrouble(base)}`]
    : [];
}
