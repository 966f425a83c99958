import * as z from 'zod';
import { type GitHubClient, parseJson } from './client.ts';
import { parse } from './pull-request-api.ts';

const schema = z.object({
  number: z.number().int().positive(),
  html_url: z.string(),
  state: z.string(),
  head: z.object({ sha: z.string() }),
  base: z.object({ ref: z.string() }),
});

/** A pull request of a branch of this repository. */
export interface BranchPullRequest {
  readonly number: number;
  /** Its page. */
  readonly url: string;
  readonly isOpen: boolean;
  readonly headSha: string;
  readonly baseBranch: string;
}

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

/** Each call may throw GitHubRefusalError or NoAnswerError. */
export interface PullRequestsApi {
  /** Open and closed ones. */
  ofBranch(branch: string): Promise<readonly BranchPullRequest[]>;
  open(branch: string, base: string, text: PullRequestText): Promise<BranchPullRequest>;
  update(number: number, text: PullRequestText): Promise<void>;
}

/** docs: REST API endpoints for pull requests (`pull-requests: write`, to list them `read`). */
export function createPullRequestsApi(client: GitHubClient, repository: string): PullRequestsApi {
  const path = `/repos/${repository}/pulls`;
  const [owner = ''] = repository.split('/');
  return {
    async ofBranch(branch) {
      const query = `state=all&head=${encodeURIComponent(`${owner}:${branch}`)}`;
      const listed = await client.list(`${path}?${query}`);
      return parse(z.array(schema), listed, path).map(asPullRequest);
    },
    async open(branch, base, text) {
      const answer = await client.write('POST', path, { ...text, head: branch, base });
      return asPullRequest(parse(schema, parseJson(answer.text), path));
    },
    async update(number, text) {
      await client.write('PATCH', `${path}/${number}`, text);
    },
  };
}

function asPullRequest(pull: z.output<typeof schema>): BranchPullRequest {
  return {
    number: pull.number,
    url: pull.html_url,
    isOpen: pull.state === 'open',
    headSha: pull.head.sha,
    baseBranch: pull.base.ref,
  };
}
