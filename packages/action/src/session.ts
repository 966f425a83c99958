import type { CancellableStop, Connections, Ports } from '@motion-transfer/core';
import type { GitHubAccess } from './github/access.ts';
import type { BaseBranch } from './github/base-branch.ts';
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
  /** `null` outside pull requests. */
  readonly pull: PullRequestContext | null;
  readonly base: BaseBranch | null;
  /** The repository's files, for globs. */
  readonly files: readonly string[];
  /** Decided by the base branch on pull requests. */
  readonly overrideLabel: string;
}
