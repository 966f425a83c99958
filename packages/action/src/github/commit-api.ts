import * as z from 'zod';
import { type GitHubClient, parseJson } from './client.ts';
import { type GitHubContext, readVisibility } from './context.ts';
import { parse } from './pull-request-api.ts';

/** A pull request that a commit belongs to: an open one whose head it is, or one that it was merged by. */
export interface CommitPullRequest {
  readonly number: number;
  readonly isOpen: boolean;
  readonly isMerged: boolean;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** What its merge made; for a rebase the last commit. */
  readonly mergeCommitSha: string | null;
  /** Its head lives in another repository, or in one that is gone. */
  readonly isFork: boolean;
}

export interface RepositoryFacts {
  readonly defaultBranch: string;
  readonly visibility: GitHubContext['visibility'];
}

const repositorySchema = z.object({
  default_branch: z.string().min(1),
  private: z.boolean(),
  visibility: z.string().optional(),
});
const commitSchema = z.object({ sha: z.string() });
const comparison = z.object({ status: z.enum(['identical', 'behind', 'ahead', 'diverged']) });
/** How a commit stands to a branch: `behind` and `identical` say that the branch holds it. */
export type Comparison = z.output<typeof comparison>['status'];
const objectId = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const mergeBase = z.object({ merge_base_commit: z.object({ sha: objectId }) });
const tree = z.object({
  truncated: z.boolean(),
  tree: z.array(
    z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() }),
  ),
});

/** A file as a commit holds it; its path is from the top of the repository. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly blobId: string;
}

const pullSchema = z.object({
  number: z.number().int().positive(),
  state: z.string(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ sha: z.string(), ref: z.string() }),
});

/** docs: Get a repository. It needs no permission beyond `metadata: read`, which every token has. */
export async function readRepository(
  client: GitHubClient,
  repository: string,
): Promise<RepositoryFacts> {
  const path = `/repos/${repository}`;
  const found = parse(repositorySchema, parseJson((await client.get(path)).text), path);
  return { defaultBranch: found.default_branch, visibility: readVisibility(found) };
}

/** docs: Get a commit (`contents: read`; none for a public repository). `null` when GitHub knows none. */
export async function readCommitOf(
  client: GitHubClient,
  repository: string,
  ref: string,
): Promise<string | null> {
  const path = `/repos/${repository}/commits/${encodeURIComponent(ref)}`;
  const answer = await client.get(path, { allowed: [404, 422] });
  if (answer.status >= 400) return null;
  return parse(commitSchema, parseJson(answer.text), path).sha;
}

/** docs: Compare two commits (`contents: read`). `null` when GitHub does not know the commit. */
export async function compareWith(
  client: GitHubClient,
  repository: string,
  sha: string,
  branch: string,
): Promise<Comparison | null> {
  return compare(client, repository, [branch, sha], comparison).then(
    (found) => found?.status ?? null,
  );
}

/** The newest commit that a branch or commit and another commit have in common; `null` when GitHub does not know one of them. */
export async function readMergeBaseOf(
  client: GitHubClient,
  repository: string,
  base: string,
  sha: string,
): Promise<string | null> {
  return compare(client, repository, [base, sha], mergeBase).then(
    (found) => found?.merge_base_commit.sha ?? null,
  );
}

async function compare<Found>(
  client: GitHubClient,
  repository: string,
  commits: readonly [base: string, head: string],
  schema: z.ZodType<Found>,
): Promise<Found | null> {
  const range = commits.map(encodeURIComponent).join('...');
  const path = `/repos/${repository}/compare/${range}?per_page=1`;
  const answer = await client.get(path, { allowed: [404] });
  return answer.status === 404 ? null : parse(schema, parseJson(answer.text), path);
}

/**
 * docs: Get a tree (`contents: read`). Every file of a commit; `null` when GitHub does not know it, or does not list
 * all of its files: beyond 100,000 of them, or 7 MB.
 */
export async function readFilesAt(
  client: GitHubClient,
  repository: string,
  sha: string,
): Promise<readonly TreeEntry[] | null> {
  const path = `/repos/${repository}/git/trees/${encodeURIComponent(sha)}?recursive=1`;
  const answer = await client.get(path, { allowed: [404] });
  if (answer.status === 404) return null;
  const listed = parse(tree, parseJson(answer.text), path);
  if (listed.truncated) return null;
  return listed.tree
    .filter(({ type }) => type === 'blob')
    .map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      blobId: parse(objectId, entry.sha, path),
    }));
}

/** docs: List pull requests associated with a commit (`pull-requests: read`). */
export async function readPullRequestsOf(
  client: GitHubClient,
  repository: string,
  sha: string,
): Promise<readonly CommitPullRequest[]> {
  const path = `/repos/${repository}/commits/${encodeURIComponent(sha)}/pulls`;
  return parse(z.array(pullSchema), await client.list(path), path).map(
    ({ number, state, merged_at, merge_commit_sha, head, base }) => ({
      number,
      isOpen: state === 'open',
      isMerged: merged_at != null,
      headSha: head.sha,
      baseSha: base.sha,
      baseRef: base.ref,
      mergeCommitSha: merge_commit_sha ?? null,
      isFork: head.repo?.full_name.toLowerCase() !== repository.toLowerCase(),
    }),
  );
}

/** A file of a commit or a branch, or `null` when it is not in it. */
export async function readFileAt(
  client: GitHubClient,
  repository: string,
  path: string,
  ref: string,
): Promise<string | null> {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `/repos/${repository}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const accept = 'application/vnd.github.raw+json';
  const answer = await client.get(url, { accept, allowed: [404] });
  if (answer.status !== 404) return answer.text;
  // Not there, or not to be seen with this token? Only a commit that is seen says that it is not there.
  await client.get(`/repos/${repository}/commits/${encodeURIComponent(ref)}`);
  return null;
}
