/**
 * Every event that can start a workflow, and what a checkout without `ref` then has, by the columns
 * `GITHUB_SHA` and `GITHUB_REF` of its source:
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 * (github/docs, content/actions/reference/workflows-and-actions/events-that-trigger-workflows.md).
 */
export interface WorkflowEvent {
  readonly name: string;
  readonly checksOut: CheckedOutBy;
}

type CheckedOutBy =
  | 'the default branch'
  | 'a branch or tag'
  | 'a pull request'
  | 'a merge queue'
  | "its caller's";

export const workflowEvents: readonly WorkflowEvent[] = [
  ...named('the default branch', [
    'branch_protection_rule',
    'check_run',
    'check_suite',
    'delete',
    'discussion',
    'discussion_comment',
    'fork',
    'gollum',
    'image_version',
    'issue_comment',
    'issues',
    'label',
    'milestone',
    'page_build',
    'public',
    'pull_request_target',
    'repository_dispatch',
    'schedule',
    'status',
    'watch',
    'workflow_run',
  ]),
  ...named('a branch or tag', [
    'create',
    'deployment',
    'deployment_status',
    'push',
    'registry_package',
    'release',
    'workflow_dispatch',
  ]),
  ...named('a pull request', [
    'pull_request',
    'pull_request_review',
    'pull_request_review_comment',
  ]),
  ...named('a merge queue', ['merge_group']),
  ...named("its caller's", ['workflow_call']),
];

function named(checksOut: CheckedOutBy, names: readonly string[]): WorkflowEvent[] {
  return names.map((name) => ({ name, checksOut }));
}

/** What a step without `command` does on it. */
const DEFAULTS: Readonly<Record<CheckedOutBy, string>> = {
  'the default branch': '`run`; `plan` where the event is about a pull request',
  'a branch or tag': '`run` on the default branch or what is merged into it; else `plan`',
  'a pull request': '`plan`',
  'a merge queue': '`plan`',
  "its caller's": 'as on the event of its caller',
};

export function renderWorkflowEvents(): string {
  const rows = workflowEvents
    .toSorted((left, right) => left.name.localeCompare(right.name))
    .map(({ name, checksOut }) => `| \`${name}\` | ${checksOut} | ${DEFAULTS[checksOut]} |`);
  return [
    '| Event | What it checks out | Without `command` |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}
