/** Everything that talks to GitHub's API, loaded together when it is first needed. */
export { createGitHubClient } from './client.ts';
export { createGitHubPort } from './port.ts';
export { createPullRequestApi, readFileAt } from './pull-request-api.ts';
