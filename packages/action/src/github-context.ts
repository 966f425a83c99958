import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RunIdentity } from '@motion-transfer/core';
import type { Environment } from './environment.ts';

/** What the runner and the event say about where this runs. */
export interface GitHubContext {
  readonly workspace: string;
  readonly temporaryDirectory: string;
  readonly repository: string | null;
  readonly visibility: 'public' | 'private' | 'unknown';
  readonly eventName: string;
  /** The event concerns a pull request whose head lives in another repository. */
  readonly isForkPullRequest: boolean;
  /** Which run this is, in the records of all runs. */
  readonly identity: RunIdentity;
  /** Page of an artifact of this run. */
  artifactUrl(id: number): string | null;
  readonly supportsArtifacts: boolean;
}

interface EventPayload {
  readonly repository?: { readonly private?: unknown; readonly visibility?: unknown };
  readonly pull_request?: {
    readonly number?: unknown;
    readonly head?: { readonly repo?: { readonly full_name?: unknown } | null };
  };
}

export async function readGitHubContext(environment: Environment): Promise<GitHubContext> {
  const payload = await readPayload(environment.GITHUB_EVENT_PATH);
  const repository = environment.GITHUB_REPOSITORY || null;
  const server = environment.GITHUB_SERVER_URL || 'https://github.com';
  const runId = environment.GITHUB_RUN_ID || null;
  const head = payload.pull_request?.head;
  return {
    workspace: environment.GITHUB_WORKSPACE || process.cwd(),
    temporaryDirectory: environment.RUNNER_TEMP || environment.TMPDIR || '/tmp',
    repository,
    visibility: readVisibility(payload.repository),
    eventName: environment.GITHUB_EVENT_NAME ?? '',
    isForkPullRequest: payload.pull_request != null && head?.repo?.full_name !== repository,
    identity: {
      runId: runId ?? `local-${randomUUID()}`,
      attempt: Math.max(1, Number.parseInt(environment.GITHUB_RUN_ATTEMPT ?? '1', 10) || 1),
      job: environment.GITHUB_JOB ?? '',
      pullRequest: readNumber(payload.pull_request?.number),
    },
    artifactUrl: (id) =>
      repository == null || runId == null
        ? null
        : `${server}/${repository}/actions/runs/${runId}/artifacts/${id}`,
    supportsArtifacts: isGitHubCloud(server) && Boolean(environment.ACTIONS_RUNTIME_TOKEN),
  };
}

function readNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

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

function readVisibility(repository: EventPayload['repository']): GitHubContext['visibility'] {
  if (repository?.visibility === 'public') return 'public';
  if (typeof repository?.visibility === 'string') return 'private';
  if (repository?.private === false) return 'public';
  return repository?.private === true ? 'private' : 'unknown';
}

/** The artifact client refuses GitHub Enterprise Server by the same test. */
function isGitHubCloud(server: string): boolean {
  const host = URL.canParse(server) ? new URL(server).hostname.toLowerCase() : '';
  return host === 'github.com' || host.endsWith('.ghe.com') || host.endsWith('.localhost');
}
