import { readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import type { RunIdentity } from '@motion-transfer/core';
import { randomId } from '@motion-transfer/core/shell';
import * as z from 'zod';
import type { Environment } from '../environment.ts';
import { temporaryDirectoryOf } from '../temporary-directory.ts';

/** What the runner and the event say about where this runs. */
export interface GitHubContext {
  /** The files that this is about: GITHUB_WORKSPACE, or the checkout in it that `working-directory` names. */
  readonly workspace: string;
  /** GITHUB_WORKSPACE. */
  readonly runnerWorkspace: string;
  readonly temporaryDirectory: string;
  /** Emptied by the runner before and after each job; `null` where no runner is. */
  readonly runnerTemporaryDirectory: string | null;
  readonly repository: string | null;
  /** Its page. */
  readonly repositoryUrl: string | null;
  readonly visibility: 'public' | 'private' | 'unknown';
  readonly eventName: string;
  /** The event itself says that what it is about lives in another repository. */
  readonly isFork: boolean;
  /** No runner is around it: whoever holds the key decides, as at a desk. */
  readonly isDesk: boolean;
  /** A machine of GitHub's own, which is gone after the job with everything on it. */
  readonly isHosted: boolean;
  /** `refs/heads/main`: what the event is about. */
  readonly ref: string | null;
  /** Its name, where the event says it; not every event does. */
  readonly defaultBranch: string | null;
  /** The commit that the event is about, which a checkout without `ref` takes. */
  readonly sha: string | null;
  /** Which run this is, in the records of all runs. */
  readonly identity: RunIdentity;
  /** The branch whose pull request the event is about, in the repository of its head. */
  readonly headBranch: string | null;
  /** The pull request that the event is about; `null` for other events, and where that cannot be known. */
  readonly pullRequest: PullRequestContext | null;
  /** The number of a pull request whose commits the event does not name (a comment on it, a merge queue, a workflow that it started; 0 when not even that is said); else `null`. */
  readonly unclearPullRequest: number | null;
  /** What is checked out may not be merged, as far as is known. */
  readonly isUnmerged: boolean;
  /** Page of this run. */
  readonly runUrl: string | null;
  /** Address of the repository at its server, for git; `null` when there is none. */
  readonly remoteUrl: string | null;
  /** Who started this run, for records. */
  readonly actor: string;
  /** Page of an artifact of this run. */
  artifactUrl(id: number): string | null;
  /** Page of a commit of this repository. */
  commitUrl(id: string): string | null;
  /**
   * The bytes of a file of a branch. docs, Basic writing and formatting syntax: `../blob/main/image.png?raw=true` shows
   * an image in a comment, of a private repository to those who may read it. That the whole address does what the
   * relative one does is an assumption, and so is that an animated WebP moves.
   */
  fileUrl(branch: string, path: string): string | null;
  readonly supportsArtifacts: boolean;
  /** The host of a GitHub Enterprise Server; `null` on github.com and below ghe.com. */
  readonly enterpriseHost: string | null;
}

export interface PullRequestContext {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** The branch that it is to be merged into. */
  readonly baseRef: string | null;
  /** Its head lives in another repository, or in one that is gone. */
  readonly isFork: boolean;
}

interface EventPayload {
  readonly repository?: {
    readonly private?: unknown;
    readonly visibility?: unknown;
    readonly default_branch?: unknown;
    readonly id?: unknown;
  };
  readonly issue?: { readonly number?: unknown; readonly pull_request?: unknown };
  readonly workflow_run?: {
    readonly event?: unknown;
    readonly pull_requests?: unknown;
    readonly head_repository?: NamedRepository;
  };
  readonly check_run?: { readonly pull_requests?: unknown };
  readonly check_suite?: { readonly pull_requests?: unknown };
  readonly merge_group?: { readonly head_ref?: unknown };
  readonly pull_request?: {
    readonly number?: unknown;
    readonly head?: {
      readonly sha?: unknown;
      readonly ref?: unknown;
      readonly repo?: NamedRepository;
    };
    readonly base?: { readonly sha?: unknown; readonly ref?: unknown };
  };
}

type NamedRepository = { readonly full_name?: unknown } | null;

export async function readGitHubContext(environment: Environment): Promise<GitHubContext> {
  const payload = await readPayload(environment.GITHUB_EVENT_PATH);
  const repository = environment.GITHUB_REPOSITORY || null;
  const server = environment.GITHUB_SERVER_URL || 'https://github.com';
  const runId = environment.GITHUB_RUN_ID || null;
  const [eventName, ref] = [environment.GITHUB_EVENT_NAME ?? '', environment.GITHUB_REF || null];
  const pullRequest = readPullRequest(payload, repository);
  const unclearPullRequest =
    pullRequest == null ? unclearNumberOf(payload, { eventName, ref }) : null;
  const runUrl =
    repository == null || runId == null ? null : `${server}/${repository}/actions/runs/${runId}`;
  const runnerWorkspace = environment.GITHUB_WORKSPACE || process.cwd();
  return {
    workspace: runnerWorkspace,
    runnerWorkspace,
    runnerTemporaryDirectory: environment.RUNNER_TEMP || null,
    temporaryDirectory: temporaryDirectoryOf(environment),
    repository,
    repositoryUrl: repository == null ? null : `${server}/${repository}`,
    visibility: readVisibility(payload.repository),
    eventName,
    isFork: isForkOf(payload, repository),
    isDesk: environment.GITHUB_ACTIONS !== 'true',
    isHosted: environment.RUNNER_ENVIRONMENT === 'github-hosted',
    ref,
    defaultBranch: readText(payload.repository?.default_branch),
    sha: environment.GITHUB_SHA || null,
    identity: {
      runId: runId ?? `local-${randomId(Math.random, 32)}`,
      attempt: Math.max(1, Number.parseInt(environment.GITHUB_RUN_ATTEMPT ?? '1', 10) || 1),
      job: environment.GITHUB_JOB ?? '',
      pullRequest: readNumber(payload.pull_request?.number),
    },
    headBranch: readText(payload.pull_request?.head?.ref),
    pullRequest,
    unclearPullRequest,
    isUnmerged: pullRequest != null || unclearPullRequest != null,
    runUrl,
    remoteUrl:
      repository == null
        ? null
        : `${environment.MOTION_TRANSFER_GIT_BASE_URL || server}/${repository}.git`,
    actor:
      environment.GITHUB_TRIGGERING_ACTOR ||
      environment.GITHUB_ACTOR ||
      environment.USER ||
      'unknown',
    artifactUrl: (id) => (runUrl == null ? null : `${runUrl}/artifacts/${id}`),
    commitUrl: (id) => (repository == null ? null : `${server}/${repository}/commit/${id}`),
    fileUrl: (branch, path) =>
      repository == null ? null : `${server}/${repository}/blob/${branch}/${path}?raw=true`,
    supportsArtifacts: isGitHubCloud(server) && Boolean(environment.ACTIONS_RUNTIME_TOKEN),
    enterpriseHost: isGitHubCloud(server) ? null : (URL.parse(server)?.host ?? server),
  };
}

type Machine = Pick<GitHubContext, 'isHosted' | 'temporaryDirectory'>;

/** Nobody can ever look there: the temporary directory of a machine that GitHub takes away after the job. */
export function isGone({ isHosted, temporaryDirectory }: Machine, path: string): boolean {
  return (
    isHosted && (path === temporaryDirectory || path.startsWith(`${temporaryDirectory}${sep}`))
  );
}

/** A place on the runner as messages name it: by the output that later steps of the job find it by. */
export function placeOf(machine: Machine, directory: string): string {
  return isGone(machine, directory) ? 'the directory of the output output-directory' : directory;
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function readNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

function readPullRequest(
  { pull_request: pull }: EventPayload,
  repository: string | null,
): PullRequestContext | null {
  const [number, headSha, baseSha] = [pull?.number, pull?.head?.sha, pull?.base?.sha];
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return null;
  if (typeof headSha !== 'string' || !SHA.test(headSha)) return null;
  if (typeof baseSha !== 'string' || !SHA.test(baseSha)) return null;
  return {
    number,
    headSha,
    baseSha,
    baseRef: readText(pull?.base?.ref),
    isFork: !isSame(pull?.head?.repo, repository),
  };
}

function isForkOf(payload: EventPayload, repository: string | null): boolean {
  const { pull_request: pull, workflow_run: started } = payload;
  if (pull != null) return !isSame(pull.head?.repo, repository);
  // Whatever started that workflow: a comment of a fork's author runs it on the default branch.
  return started?.head_repository !== undefined && !isSame(started.head_repository, repository);
}

function isSame(head: NamedRepository | undefined, repository: string | null): boolean {
  const name = head?.full_name;
  return typeof name === 'string' && name.toLowerCase() === repository?.toLowerCase();
}

function isStartedByPullRequest({ workflow_run: started }: EventPayload): boolean {
  return typeof started?.event === 'string' && started.event.startsWith('pull_request');
}

function unclearNumberOf(
  payload: EventPayload,
  { eventName, ref }: Pick<GitHubContext, 'eventName' | 'ref'>,
): number | null {
  const { pull_request: pull, issue, workflow_run: started } = payload;
  // Also where the event's own file cannot be read.
  const isAboutPull =
    pull != null || eventName.startsWith('pull_request') || isStartedByPullRequest(payload);
  const lists = [started, payload.check_run, payload.check_suite];
  const number =
    pull?.number ??
    (issue?.pull_request != null ? issue.number : null) ??
    lists
      .map((about) => onlyNumberOf(about?.pull_requests, payload.repository))
      .find((found) => found != null) ??
    queuedNumberOf(payload) ??
    numberIn(ref, /^refs\/pull\/(\d{1,9})\//);
  if (number == null && !isAboutPull && payload.merge_group == null) return null;
  return readNumber(number) ?? 0;
}

/** docs, Managing a merge queue: the branch is `gh-readonly-queue/<base>/pr-<number>-<sha>`; of several in a group it names the last. */
function queuedNumberOf({ merge_group: group }: EventPayload): number | null {
  return numberIn(readText(group?.head_ref), /\/pr-(\d{1,9})-[0-9a-f]+$/);
}

function numberIn(text: string | null, pattern: RegExp): number | null {
  const digits = pattern.exec(text ?? '')?.[1];
  return digits == null ? null : Number(digits);
}

/**
 * The list is empty for a fork, and of several nobody knows which one is meant. It also holds pull requests in other
 * repositories that would take this branch, and those that would take the default branch elsewhere.
 */
function onlyNumberOf(pulls: unknown, repository: EventPayload['repository']): unknown {
  const [pull, ...others] = (Array.isArray(pulls) ? pulls : [])
    .map((entry: unknown) => listedPull.safeParse(entry).data)
    .filter((entry) => entry != null)
    .filter(({ head, base }) => {
      const isHere = base?.repo?.id == null || base.repo.id === (repository?.id ?? base.repo.id);
      const isDefault = head?.ref != null && head.ref === repository?.default_branch;
      return isHere && !isDefault;
    });
  return pull != null && others.length === 0 ? pull.number : null;
}

const listedPull = z.object({
  number: z.number(),
  head: z.object({ ref: z.string().nullish() }).nullish(),
  base: z.object({ repo: z.object({ id: z.number().nullish() }).nullish() }).nullish(),
});

async function readPayload(path: string | undefined): Promise<EventPayload> {
  if (path == null || path === '') return {};
  try {
    const payload: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof payload === 'object' && payload != null ? payload : {};
  } catch {
    // Without a payload nothing is assumed to be public.
    return {};
  }
}

export function readVisibility(
  repository: EventPayload['repository'],
): GitHubContext['visibility'] {
  if (repository?.visibility === 'public') return 'public';
  if (typeof repository?.visibility === 'string') return 'private';
  if (repository?.private === false) return 'public';
  return repository?.private === true ? 'private' : 'unknown';
}

/** The artifact client refuses GitHub Enterprise Server by the same test. */
export function isGitHubCloud(server: string): boolean {
  const host = URL.canParse(server) ? new URL(server).hostname.toLowerCase() : '';
  return host === 'github.com' || host.endsWith('.ghe.com') || host.endsWith('.localhost');
}
