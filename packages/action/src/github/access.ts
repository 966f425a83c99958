import type { GitHubPort, Ports } from '@motion-transfer/core';
import { isLoopback } from '@motion-transfer/core/shell';
import type { Environment } from '../environment.ts';
import type { GitHubClient, GitHubConnection } from './client.ts';
import type { CommitPullRequest, Comparison, RepositoryFacts, TreeEntry } from './commit-api.ts';
import { isGitHubCloud } from './context.ts';
import type { PullRequestApi } from './pull-request-api.ts';
import type { PullRequestsApi } from './pull-requests-api.ts';

/** GitHub's API for this repository and token; nothing of it is loaded before it is asked for. */
export interface GitHubAccess {
  readonly port: GitHubPort;
  pullRequest(number: number): Promise<PullRequestApi>;
  /** The pull requests of this repository's own branches. */
  pullRequests(): Promise<PullRequestsApi>;
  /** A file of a commit or a branch, `null` when it is not in it. */
  readFileAt(path: string, ref: string): Promise<string | null>;
  repository(): Promise<RepositoryFacts>;
  /** The commit that a branch or tag of any repository names; `null` when GitHub knows none. */
  commitOf(repository: string, ref: string): Promise<string | null>;
  /** How a commit stands to a branch; `null` when GitHub does not know the commit. */
  compareWith(sha: string, branch: string): Promise<Comparison | null>;
  /** The newest commit that a branch or commit has in common with a commit; `null` when GitHub does not know one of them. */
  mergeBaseOf(base: string, sha: string): Promise<string | null>;
  /** Every file of a commit; `null` when GitHub does not know it, or does not list all of them. */
  filesAt(sha: string): Promise<readonly TreeEntry[] | null>;
  /** The pull requests that GitHub associates with a commit, open and merged ones. */
  pullRequestsOf(sha: string): Promise<readonly CommitPullRequest[]>;
}

/** `null` without a token or a repository: then GitHub is not asked anything. */
export function createGitHubAccess(
  ports: Pick<Ports, 'http' | 'clock' | 'random' | 'files'>,
  environment: Environment,
  token: string | null,
  repository: string | null,
): GitHubAccess | null {
  if (token == null || repository == null) return null;
  const connection = connectionOf(environment, token);
  let opening: Promise<Opened> | null = null;
  const open = (): Promise<Opened> => {
    opening ??= import('./rest.ts').then((rest) => ({
      rest,
      client: rest.createGitHubClient(ports, connection),
    }));
    return opening;
  };
  const port = async (): Promise<GitHubPort> => {
    const { rest, client } = await open();
    return rest.createGitHubPort(ports, client, repository);
  };
  return {
    port: {
      readClock: async () => (await port()).readClock(),
      attemptState: async (runId, attempt) => (await port()).attemptState(runId, attempt),
      fetchArtifact: async (artifact, directory, signal) =>
        (await port()).fetchArtifact(artifact, directory, signal),
      commitSigned: async (commit, signal) => (await port()).commitSigned(commit, signal),
    },
    async pullRequest(number) {
      const { rest, client } = await open();
      return rest.createPullRequestApi(client, repository, number);
    },
    async pullRequests() {
      const { rest, client } = await open();
      return rest.createPullRequestsApi(client, repository);
    },
    async readFileAt(path, ref) {
      const { rest, client } = await open();
      return rest.readFileAt(client, repository, path, ref);
    },
    async repository() {
      const { rest, client } = await open();
      return rest.readRepository(client, repository);
    },
    async commitOf(other, ref) {
      const { rest, client } = await open();
      return rest.readCommitOf(client, other, ref);
    },
    async compareWith(sha, branch) {
      const { rest, client } = await open();
      return rest.compareWith(client, repository, sha, branch);
    },
    async mergeBaseOf(base, sha) {
      const { rest, client } = await open();
      return rest.readMergeBaseOf(client, repository, base, sha);
    },
    async filesAt(sha) {
      const { rest, client } = await open();
      return rest.readFilesAt(client, repository, sha);
    },
    async pullRequestsOf(sha) {
      const { rest, client } = await open();
      return rest.readPullRequestsOf(client, repository, sha);
    },
  };
}

interface Opened {
  readonly rest: typeof import('./rest.ts');
  readonly client: GitHubClient;
}

function connectionOf(environment: Environment, token: string): GitHubConnection {
  const apiUrl = (environment.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, '');
  const host = URL.canParse(apiUrl) ? new URL(apiUrl).hostname : '';
  const server = environment.GITHUB_SERVER_URL || 'https://github.com';
  return {
    apiUrl,
    graphqlUrl: environment.GITHUB_GRAPHQL_URL || `${apiUrl.replace(/\/v3$/, '')}/graphql`,
    token,
    allowLoopback: isLoopback(host),
    allowPrivate: !isGitHubCloud(server),
  };
}
