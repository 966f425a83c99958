export const comment = (number: number) => ({
  name: 'issue_comment',
  payload: { issue: { number, pull_request: {} } },
});

/** A workflow that runs after one of the pull request, with secrets; for a fork no number is given. */
export const after = (pulls: readonly { readonly number: number }[]) => ({
  name: 'workflow_run',
  payload: { workflow_run: { event: 'pull_request', pull_requests: pulls } },
});
