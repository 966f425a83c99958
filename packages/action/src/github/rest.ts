/** Everything that talks to GitHub's API, loaded together when it is first needed. */
export { createGitHubClient } from './client.ts';
export {
  compareWith,
  readCommitOf,
  readFileAt,
  readFilesAt,
  readMergeBaseOf,
  readPullRequestsOf,
  readRepository,
} from './commit-api.ts';
export { createGitHubPort } from './port.ts';
export { createPullRequestApi } from './pull-request-api.ts';
export { createPullRequestsApi } from './pull-requests-api.ts';
