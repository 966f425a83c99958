import type { Clock } from '../../clock.ts';

export type Access = 'none' | 'read' | 'write';
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

/** What a token may do: the scopes that the emulated calls look at. */
export interface TokenPermissions {
  readonly contents?: Access;
  readonly issues?: Access;
  readonly 'pull-requests'?: Access;
  readonly actions?: Access;
  readonly statuses?: Access;
}

export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot';
}

export interface Token {
  readonly account: Account;
  readonly permissions: TokenPermissions;
}

export interface IssueComment {
  readonly id: number;
  readonly user: Account;
  body: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
}

export interface IssueEvent {
  readonly id: number;
  readonly event: 'labeled' | 'unlabeled' | 'head_ref_force_pushed';
  readonly actor: Account;
  readonly atMs: number;
  readonly label: string | null;
}

export interface PullRequest {
  readonly number: number;
  readonly author: Account;
  headSha: string;
  readonly headRef: string;
  headRepository: string;
  /** Its head is whatever its branch is at; else what a test says. */
  readonly followsBranch: boolean;
  baseSha: string;
  readonly baseRef: string;
  title: string;
  body: string;
  /** `null` while it is open. */
  merged: { readonly commitSha: string; readonly atMs: number } | null;
  /** Merged, or closed without that. */
  isClosed: boolean;
  readonly labels: Set<string>;
  readonly comments: IssueComment[];
  readonly events: IssueEvent[];
}

/** Append-only: GitHub has no call that changes or removes one. */
export interface CommitStatus {
  readonly id: number;
  readonly creator: Account;
  readonly state: string;
  readonly context: string;
  readonly description: string;
  readonly createdAtMs: number;
}

export interface RunAttempt {
  readonly status: 'queued' | 'in_progress' | 'completed' | 'waiting';
  readonly conclusion: string | null;
}

export interface OpenPullRequest {
  readonly number?: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** `change` by default. */
  readonly headRef?: string;
  /** `main` by default. */
  readonly baseRef?: string;
  /** `owner/name` of the head: the repository itself. */
  readonly headRepository?: string;
  readonly author?: string;
}

/** What GitHub knows besides the repository's content; tests write it, the REST surface reads and writes it. */
export interface GitHubWorld {
  /** The automatic token of a job, as `github.token`; its comments are by `github-actions[bot]`. */
  createToken(permissions: TokenPermissions, login?: string): string;
  openPullRequest(repository: string, pull: OpenPullRequest): PullRequest;
  pullRequest(repository: string, number: number): PullRequest | undefined;
  /** A push to the pull request: its head moves. */
  push(repository: string, number: number, headSha: string): void;
  /** `commitSha`: what its base branch is at afterwards. */
  merge(repository: string, number: number, commitSha: string): void;
  /** Closes it without merging. */
  close(repository: string, number: number): void;
  pullRequests(repository: string): readonly PullRequest[];
  /** The setting of a repository by which its workflows may create pull requests: on by default. */
  allowPullRequestsByActions(isAllowed: boolean): void;
  addComment(repository: string, number: number, login: string, body: string): IssueComment;
  label(repository: string, number: number, label: string, login: string): void;
  unlabel(repository: string, number: number, label: string, login: string): void;
  setRole(repository: string, login: string, role: Role): void;
  /** Statuses of a commit, the newest first. */
  statuses(repository: string, sha: string): readonly CommitStatus[];
  addStatus(
    repository: string,
    sha: string,
    login: string,
    status: Pick<CommitStatus, 'state' | 'context' | 'description'>,
  ): CommitStatus;
  setAttempt(repository: string, runId: string | number, attempt: number, state: RunAttempt): void;
  /** How many calls a token may still make; unlimited by default. */
  limitRate(remaining: number): void;
}

export interface NewPullRequest {
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly title: string;
  readonly body: string;
}

export interface WorldInside extends GitHubWorld {
  createPullRequest(repository: string, user: Account, pull: NewPullRequest): PullRequest;
  mayActionsCreatePullRequests(): boolean;
  token(value: string): Token | undefined;
  /** Tokens by what they may do with the content, now and later. */
  contentTokens(): { readonly write: readonly string[]; readonly read: readonly string[] };
  role(repository: string, login: string): Role | undefined;
  attempt(repository: string, runId: string, attempt: number): RunAttempt | undefined;
  findComment(repository: string, id: number): IssueComment | undefined;
  removeComment(repository: string, id: number): boolean;
  write(pull: PullRequest, user: Account, body: string): IssueComment;
  /** `undefined` without a limit. */
  takeCall(): number | undefined;
}

/** The account of the automatic token, on every repository (its id is public). */
const ACTIONS_BOT: Account = { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' };

export function createWorld(clock: Clock): WorldInside {
  const pulls = new Map<string, PullRequest>();
  const tokens = new Map<string, Token>();
  const roles = new Map<string, Role>();
  const attempts = new Map<string, RunAttempt>();
  const statuses = new Map<string, CommitStatus[]>();
  const accounts = new Map<string, Account>([[ACTIONS_BOT.login, ACTIONS_BOT]]);
  let lastId = 1_000;
  let remaining: number | undefined;
  let arePullRequestsAllowed = true;

  const key = (repository: string, id: string | number) => `${repository.toLowerCase()}#${id}`;
  const account = (login: string): Account => {
    const known = accounts.get(login);
    if (known !== undefined) return known;
    lastId += 1;
    const type = login.endsWith('[bot]') ? 'Bot' : 'User';
    const created: Account = { login, id: lastId, type };
    accounts.set(login, created);
    return created;
  };
  const mustFind = (repository: string, number: number) => {
    const pull = pulls.get(key(repository, number));
    if (pull === undefined) throw new Error(`${repository}#${number} is not there`);
    return pull;
  };
  const pullsOf = (repository: string) =>
    [...pulls]
      .filter(([name]) => name.startsWith(`${repository.toLowerCase()}#`))
      .map(([, pull]) => pull);
  const addPull = (
    repository: string,
    number: number,
    pull: Omit<PullRequest, 'number' | 'merged' | 'isClosed' | 'labels' | 'comments' | 'events'>,
  ): PullRequest => {
    const added: PullRequest = {
      ...pull,
      number,
      merged: null,
      isClosed: false,
      labels: new Set(),
      comments: [],
      events: [],
    };
    pulls.set(key(repository, number), added);
    return added;
  };
  const addEvent = (
    pull: PullRequest,
    event: IssueEvent['event'],
    login: string,
    label: string | null,
  ) => {
    lastId += 1;
    pull.events.push({ id: lastId, event, actor: account(login), atMs: clock.nowMs(), label });
  };
  const write = (pull: PullRequest, user: Account, body: string): IssueComment => {
    lastId += 1;
    const atMs = clock.nowMs();
    const comment = { id: lastId, user, body, createdAtMs: atMs, updatedAtMs: atMs };
    pull.comments.push(comment);
    return comment;
  };

  return {
    createToken(permissions, login = ACTIONS_BOT.login) {
      const value = `ghs_emulated${tokens.size + 1}`;
      tokens.set(value, { account: account(login), permissions });
      return value;
    },
    openPullRequest: (repository, { number = 1, author = 'octocat', ...pull }) =>
      addPull(repository, number, {
        author: account(author),
        headRef: 'change',
        headRepository: repository,
        followsBranch: false,
        baseRef: 'main',
        title: 'Change the animations',
        body: '',
        ...pull,
      }),
    createPullRequest(repository, user, pull) {
      const number = Math.max(0, ...pullsOf(repository).map((other) => other.number)) + 1;
      const origin = { author: user, headRepository: repository, followsBranch: true };
      return addPull(repository, number, { ...pull, ...origin });
    },
    allowPullRequestsByActions(isAllowed) {
      arePullRequestsAllowed = isAllowed;
    },
    mayActionsCreatePullRequests: () => arePullRequestsAllowed,
    close(repository, number) {
      mustFind(repository, number).isClosed = true;
    },
    pullRequest: (repository, number) => pulls.get(key(repository, number)),
    push(repository, number, headSha) {
      mustFind(repository, number).headSha = headSha;
    },
    merge(repository, number, commitSha) {
      const pull = mustFind(repository, number);
      pull.merged = { commitSha, atMs: clock.nowMs() };
      pull.isClosed = true;
    },
    pullRequests: pullsOf,
    addComment: (repository, number, login, body) =>
      write(mustFind(repository, number), account(login), body),
    label(repository, number, label, login) {
      const pull = mustFind(repository, number);
      pull.labels.add(label);
      addEvent(pull, 'labeled', login, label);
    },
    unlabel(repository, number, label, login) {
      const pull = mustFind(repository, number);
      pull.labels.delete(label);
      addEvent(pull, 'unlabeled', login, label);
    },
    setRole(repository, login, role) {
      account(login);
      roles.set(key(repository, login), role);
    },
    statuses: (repository, sha) => statuses.get(key(repository, sha)) ?? [],
    addStatus(repository, sha, login, status) {
      lastId += 1;
      const added = {
        ...status,
        id: lastId,
        creator: account(login),
        createdAtMs: clock.nowMs(),
      };
      statuses.set(key(repository, sha), [added, ...(statuses.get(key(repository, sha)) ?? [])]);
      return added;
    },
    setAttempt(repository, runId, attempt, state) {
      attempts.set(key(repository, `${runId}/${attempt}`), state);
    },
    limitRate(calls) {
      remaining = calls;
    },
    token: (value) => tokens.get(value),
    contentTokens() {
      const having = (level: 'read' | 'write') =>
        [...tokens].flatMap(([value, { permissions }]) =>
          permissions.contents === level ? [value] : [],
        );
      return {
        get write() {
          return having('write');
        },
        get read() {
          return having('read');
        },
      };
    },
    role(repository, login) {
      const given = roles.get(key(repository, login));
      return given ?? (accounts.has(login) ? 'read' : undefined);
    },
    attempt: (repository, runId, attempt) => attempts.get(key(repository, `${runId}/${attempt}`)),
    findComment: (repository, id) =>
      pullsOf(repository)
        .flatMap((pull) => pull.comments)
        .find((comment) => comment.id === id),
    removeComment(repository, id) {
      for (const { comments } of pullsOf(repository)) {
        const index = comments.findIndex((comment) => comment.id === id);
        if (index >= 0) return comments.splice(index, 1).length > 0;
      }
      return false;
    },
    write,
    takeCall() {
      if (remaining === undefined) return undefined;
      remaining -= 1;
      return remaining;
    },
  };
}
