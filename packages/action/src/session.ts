import type { CancellableStop, Connections, Ports } from '@motion-transfer/core';
import type { DrawStrip } from './draft/strip.ts';
import type { GitHubAccess } from './github/access.ts';
import type { BaseBranch } from './github/base-branch.ts';
import type { CommitPullRequest } from './github/commit-api.ts';
import type { Checkout } from './github/commit-standing.ts';
import type { GitHubContext, PullRequestContext } from './github/context.ts';
import type { Command, Inputs } from './inputs.ts';

/** What every stage of one invocation works with. */
export interface Session {
  readonly inputs: Inputs;
  readonly command: Command;
  readonly github: GitHubContext;
  readonly ports: Ports;
  readonly stateDirectory: string;
  readonly connections: Connections;
  readonly stop: CancellableStop;
  /** `null` without a token: GitHub is then not asked anything. */
  readonly access: GitHubAccess | null;
  readonly checkout: Checkout;
  /** The pull request that is checked out; `null` for everything else. */
  readonly pull: PullRequestContext | null;
  /** The pull request that the commit which is checked out merged, where it is on that one's account. */
  readonly merged: CommitPullRequest | null;
  /** What decides beside the checkout's own config; `null` where it is the default branch itself. */
  readonly base: BaseBranch | null;
  /** The repository's files, for globs. */
  readonly files: readonly string[];
  readonly drawStrip: DrawStrip;
  /** Decided by the default branch. */
  readonly overrideLabel: string;
}
