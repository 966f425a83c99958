import {
  messageOf,
  type SignedCommit,
  type SignedCommitOutcome,
  StoppedError,
} from '@motion-transfer/core';
import { cutForeign } from '@motion-transfer/core/shell';
import { type GitHubAnswer, type GitHubClient, memberOf, parseJson } from './client.ts';

/**
 * Commits that GitHub makes and signs. docs, About commit signature verification and createCommitOnBranch: commits of
 * that mutation are always signed; those of the REST API are for bots and Apps that name no author of their own.
 */
export async function commitSigned(
  client: GitHubClient,
  repository: string,
  commit: SignedCommit,
  signal: AbortSignal,
): Promise<SignedCommitOutcome> {
  try {
    return commit.parent == null
      ? await beginBranch(client, repository, commit, signal)
      : await commitOnBranch(client, repository, { ...commit, parent: commit.parent }, signal);
  } catch (error) {
    if (error instanceof StoppedError) throw error;
    return { kind: 'unclear', message: messageOf(error) };
  }
}

const MUTATION = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/** The mutation compares and swaps: it refuses a branch that is not at `expectedHeadOid` (STALE_DATA). */
async function commitOnBranch(
  client: GitHubClient,
  repositoryNameWithOwner: string,
  { branch: branchName, parent, message, changes }: SignedCommit & { readonly parent: string },
  signal: AbortSignal,
): Promise<SignedCommitOutcome> {
  const [headline = '', ...body] = message.split('\n');
  const all = [...changes];
  const input = {
    branch: { repositoryNameWithOwner, branchName },
    expectedHeadOid: parent,
    message: { headline, body: body.join('\n').trim() },
    fileChanges: {
      additions: all.flatMap(([path, text]) =>
        text == null ? [] : [{ path, contents: Buffer.from(text, 'utf8').toString('base64') }],
      ),
      deletions: all.flatMap(([path, text]) => (text == null ? [{ path }] : [])),
    },
  };
  const { graphqlUrl } = client.connection;
  const answer = await client.post(graphqlUrl, { query: MUTATION, variables: { input } }, signal);
  if (answer.status !== 200) return readRefusal(answer);
  const parsed = parseJson(answer.text);
  const oid = memberOf(parsed, 'data', 'createCommitOnBranch', 'commit', 'oid');
  if (isCommitId(oid)) return { kind: 'committed', commit: oid };
  const errors = memberOf(parsed, 'errors');
  const [first]: unknown[] = Array.isArray(errors) ? errors : [];
  const type = memberOf(first, 'type');
  if (type === 'STALE_DATA') return { kind: 'lost' };
  const said = memberOf(first, 'message');
  const reason = typeof said === 'string' ? cutForeign(said) : 'an answer without a commit';
  const isDecided =
    (typeof type === 'string' && REFUSAL_TYPES.has(type)) ||
    memberOf(first, 'extensions', 'code') != null ||
    RULES.test(reason);
  return { kind: isDecided ? 'refused' : 'unclear', message: reason };
}

/** Types of errors as GitHub gives them; which there are is documented nowhere: an assumption. Others are looked at again. */
const REFUSAL_TYPES = new Set(['FORBIDDEN', 'NOT_FOUND', 'INSUFFICIENT_SCOPES', 'UNPROCESSABLE']);
const RULES = /rule violations|protected branch|must have verified|not accessible/i;

/** The mutation needs a branch that is there. A commit without parents has to be made in three steps. */
async function beginBranch(
  client: GitHubClient,
  repository: string,
  { branch, message, changes }: SignedCommit,
  signal: AbortSignal,
): Promise<SignedCommitOutcome> {
  const create = (what: 'trees' | 'commits' | 'refs', body: unknown) =>
    client.post(`${client.connection.apiUrl}/repos/${repository}/git/${what}`, body, signal);
  const tree = await create('trees', {
    tree: [...changes].flatMap(([path, content]) =>
      content == null ? [] : [{ path, mode: '100644', type: 'blob', content }],
    ),
  });
  if (tree.status !== 201) return readRefusal(tree);
  const made = await create('commits', { message, tree: shaOf(tree), parents: [] });
  if (made.status !== 201) return readRefusal(made);
  const sha = shaOf(made);
  if (!isCommitId(sha)) return { kind: 'unclear', message: 'an answer without a commit' };
  const isVerified = memberOf(parseJson(made.text), 'verification', 'verified');
  if (isVerified === false)
    return {
      kind: 'refused',
      message:
        'it signs the first commit of a branch for GITHUB_TOKEN and GitHub Apps only, so let one run with that token write first',
    };
  const begun = await create('refs', { ref: `refs/heads/${branch}`, sha });
  if (begun.status === 201) return { kind: 'committed', commit: sha };
  if (begun.status === 422 && /already exists/i.test(begun.text)) return { kind: 'lost' };
  return readRefusal(begun);
}

function shaOf(answer: GitHubAnswer): unknown {
  return memberOf(parseJson(answer.text), 'sha');
}

function isCommitId(value: unknown): value is string {
  return typeof value === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

/** Refusals for good; rate limits and 5xx say nothing about what was done. */
function readRefusal({ status, headers, text }: GitHubAnswer): SignedCommitOutcome {
  const said = memberOf(parseJson(text), 'message');
  const message = `HTTP ${status}${typeof said === 'string' ? `: ${cutForeign(said)}` : ''}`;
  const isLimited = headers['retry-after'] != null || headers['x-ratelimit-remaining'] === '0';
  const isRefused = [400, 401, 403, 404, 409, 422].includes(status) && !isLimited;
  return { kind: isRefused ? 'refused' : 'unclear', message };
}
