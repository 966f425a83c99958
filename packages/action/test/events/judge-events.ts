import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createNodePorts } from '@motion-transfer/core';
import { expect, test } from 'vitest';
import type { WorkflowEvent } from '../../../../scripts/docs/workflow-events.ts';
import { createGitHubAccess } from '../../src/github/access.ts';
import { readGitHubContext } from '../../src/github/context.ts';
import {
  defaultCommand,
  judgeCheckout,
  refuseFork,
  refuseStranger,
} from '../../src/pull-request/pull-request.ts';
import { configOf, NUMBER, READ_ONLY } from '../pull-request-bench.ts';
import { REPOSITORY, startWorkbench, type Workbench } from '../workbench.ts';

/** GitHub's own examples of what an event says: `@octokit/webhooks-examples`. */
const require = createRequire(import.meta.url);
const EXAMPLES = require.resolve('@octokit/webhooks-examples');
interface Example {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}
export const examples: readonly Example[] = JSON.parse(readFileSync(EXAMPLES, 'utf8'));
const payloadOf = (name: string): Readonly<Record<string, unknown>> =>
  examples.find((example) => example.name === name)?.examples[0] ?? {};

const silent = { info: () => {}, warning: () => {} };
const ports = createNodePorts(silent);

/** One repository: `main`, a branch of ours, a pull request of ours, and one of a fork. */
export interface World {
  readonly bench: Workbench;
  readonly token: string;
  readonly commits: Readonly<Record<'main' | 'branch' | 'ours' | 'fork' | 'unknown', string>>;
}
let world: World;

/** Before the tests of a file: the repository that they all judge. */
export async function startWorld(): Promise<World> {
  const bench = await startWorkbench({ config: configOf('per-run: 0.10') });
  const commitOn = (branch: string) => {
    bench.git('checkout', '--quiet', '-b', branch, 'main');
    bench.write('note.txt', branch);
    bench.commit(branch);
    return bench.git('rev-parse', 'HEAD').trim();
  };
  const main = bench.git('rev-parse', 'main').trim();
  const commits = {
    main,
    branch: commitOn('feature'),
    ours: commitOn('change'),
    fork: commitOn('strange'),
    unknown: commitOn('local'),
  };
  const { github } = bench.emulator;
  const open = (number: number, headSha: string, headRepository: string) =>
    github.openPullRequest(REPOSITORY, { number, headSha, baseSha: main, headRepository });
  open(NUMBER, commits.ours, REPOSITORY);
  open(NUMBER + 1, commits.fork, 'stranger/animations');
  world = { bench, token: github.createToken(READ_ONLY), commits };
  return world;
}

export interface Event {
  readonly name: string;
  readonly payload?: unknown;
  readonly ref: string;
  readonly sha: string;
}

/** What a step does on an event with a commit checked out: by default, and when it is to run. */
export async function judge(event: Event, checkedOut: string, token: string | null = world.token) {
  const { bench } = world;
  const directory = join(bench.workspace, `../at-${checkedOut}`);
  if (!bench.exists(`../at-${checkedOut}/.git`))
    bench.git('worktree', 'add', '--quiet', '--detach', directory, checkedOut);
  const path = `../event-${event.name}-${Math.random()}.json`;
  const repository = { full_name: REPOSITORY, visibility: 'public', default_branch: 'main' };
  bench.write(
    path,
    typeof event.payload === 'string'
      ? event.payload
      : JSON.stringify({ ...(event.payload ?? {}), repository }),
  );
  const environment = {
    ...bench.emulator.environment(),
    MOTION_TRANSFER_GIT_BASE_URL: '',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: join(bench.workspace, path),
    GITHUB_REF: event.ref,
    GITHUB_SHA: event.sha,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKSPACE: directory,
  };
  const context = await readGitHubContext(environment);
  const access = createGitHubAccess(ports, environment, token, REPOSITORY);
  const judgement = await judgeCheckout(ports, context, access);
  const refusal = () => {
    try {
      refuseFork('run', context, judgement);
      refuseStranger('run', judgement);
      return null;
    } catch (error) {
      return String(error);
    }
  };
  return {
    byDefault: defaultCommand(context, judgement),
    refusal: refusal(),
    account: judgement.pull?.number ?? null,
    isUnclear: judgement.isPullUnclear,
  };
}

/** An event as GitHub sends it, about the commit that it is about by GitHub's table. */
function eventOf({ name, checksOut }: WorkflowEvent): Event {
  const { commits } = world;
  const payload = payloadOf(name);
  switch (checksOut) {
    case 'a pull request':
      return { name, payload, ref: `refs/pull/${NUMBER}/merge`, sha: commits.ours };
    case 'a merge queue':
      return {
        name,
        payload: {
          merge_group: {
            head_sha: commits.branch,
            head_ref: `refs/heads/gh-readonly-queue/main/pr-${NUMBER}-${commits.main}`,
            base_sha: commits.main,
            base_ref: 'refs/heads/main',
          },
        },
        ref: `refs/heads/gh-readonly-queue/main/pr-${NUMBER}-${commits.main}`,
        sha: commits.branch,
      };
    case 'a branch or tag':
      return { name, payload, ref: 'refs/heads/feature', sha: commits.branch };
    default:
      return { name, payload, ref: 'refs/heads/main', sha: commits.main };
  }
}

/** One of each kind; all others are in events.verify.test.ts. */
export const REPRESENTATIVES = new Set([
  'push',
  'pull_request',
  'pull_request_target',
  'merge_group',
  'issue_comment',
  'workflow_run',
]);

/** What a step does on each of these events, whatever is checked out. */
export function judgeEvents(rows: readonly WorkflowEvent[]): void {
  test.each(rows)('$name buys by itself only what is merged', async (row) => {
    const event = eventOf(row);
    const { byDefault } = await judge(event, event.sha);
    const isMerged = ['the default branch', "its caller's"].includes(row.checksOut);
    if (!isMerged) expect(byDefault).toBe('plan');
    for (const checkedOut of ['branch', 'ours', 'fork', 'unknown'] as const) {
      const judged = await judge(event, world.commits[checkedOut]);
      expect(judged.byDefault, checkedOut).toBe('plan');
    }
  });

  test.each(rows)('$name buys nothing of a fork, even when told to', async (row) => {
    const judged = await judge({ ...eventOf(row), payload: {} }, world.commits.fork);
    // Without its payload nobody knows which pull request it is about, so its limits cannot be read.
    if (row.name === 'pull_request_target') expect(judged.isUnclear).toBe(true);
    else expect(judged.refusal).toMatch(/comes from a fork/);
  });

  test.each(rows)('$name puts what it is told to buy on an account', async (row) => {
    const judged = await judge({ ...eventOf(row), payload: {} }, world.commits.ours);
    if (row.name === 'pull_request_target') expect(judged.isUnclear).toBe(true);
    else expect(judged).toMatchObject({ account: NUMBER, refusal: null });
  });

  test.each(rows)('$name refuses what nobody answers for', async (row) => {
    if (row.checksOut === 'a pull request') return;
    const event = { ...eventOf({ ...row, checksOut: 'the default branch' }), payload: {} };
    const judged = await judge(event, world.commits.unknown);
    if (row.name.startsWith('pull_request')) expect(judged.isUnclear).toBe(true);
    else expect(judged.refusal).toMatch(/anybody may have written its files/);
    const blind = await judge(event, world.commits.unknown, null);
    if (!row.name.startsWith('pull_request')) expect(blind.refusal).not.toBeNull();
    expect(blind.byDefault).toBe('plan');
  });
}
