import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../json.ts';
import type { ActionOptions } from './options.ts';

/** The files through which an action speaks to the runner. */
export interface CommandFiles {
  readonly output: string;
  readonly state: string;
  readonly summary: string;
  readonly environment: string;
  readonly path: string;
}

/** Lays out the runner's temporary files under `directory` and builds the child's environment. */
export function prepareEnvironment(
  options: ActionOptions,
  directory: string,
): { readonly variables: Record<string, string>; readonly files: CommandFiles } {
  const runnerTemp = join(directory, 'temp');
  const toolCache = join(directory, 'tools');
  mkdirSync(runnerTemp, { recursive: true });
  mkdirSync(toolCache, { recursive: true });
  const file = (name: string, content = '') => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };
  const files: CommandFiles = {
    output: file('output'),
    state: file('state'),
    summary: file('summary'),
    environment: file('environment'),
    path: file('path'),
  };
  const repository = options.repository ?? 'octo/animations';
  const eventName = options.event?.name ?? 'push';
  const payload = eventPayload(options, repository);
  const variables = {
    ...pick(process.env, ['PATH', 'HOME']),
    ...prefixed('INPUT_', resolveToken({ ...options.defaults, ...options.inputs }, options.token)),
    ...(options.phase === 'post' ? prefixed('STATE_', options.state ?? {}) : {}),
    ...pullRequestVariables(payload),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: options.actor ?? 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: eventName,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: options.job ?? 'animate',
    GITHUB_REF: options.ref ?? defaultRef(payload),
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: repository.split('/')[0] ?? '',
    GITHUB_RETENTION_DAYS: String(options.retentionDays ?? 90),
    GITHUB_RUN_ATTEMPT: String(options.runAttempt ?? 1),
    GITHUB_RUN_ID: String(options.runId ?? 1),
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: options.sha ?? headOf(options.workspace),
    GITHUB_WORKFLOW: 'Animations',
    GITHUB_WORKSPACE: options.workspace,
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_ENV: files.environment,
    GITHUB_PATH: files.path,
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'emulated',
    RUNNER_OS: runnerOs(),
    RUNNER_TEMP: runnerTemp,
    RUNNER_TOOL_CACHE: toolCache,
    ...options.environment,
  };
  return { variables, files };
}

/** Runner's rule: spaces become underscores, letters upper case, everything else stays. */
function prefixed(prefix: 'INPUT_' | 'STATE_', values: Readonly<Record<string, string>>) {
  const rename = (name: string) =>
    prefix === 'INPUT_' ? name.replaceAll(' ', '_').toUpperCase() : name;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${rename(name)}`, value]),
  );
}

/** The one expression that a default of an action may hold here. */
function resolveToken(inputs: Readonly<Record<string, string>>, token = '') {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      value.replace(/\$\{\{\s*github\.token\s*\}\}/g, () => token),
    ]),
  );
}

function eventPayload(options: ActionOptions, fullName: string): Record<string, unknown> {
  const [owner, name] = fullName.split('/');
  const given = options.event?.payload ?? {};
  if (options.withoutRepositoryData === true) return { ...given };
  const visibility = options.visibility ?? 'public';
  return {
    ...given,
    repository: {
      name,
      full_name: fullName,
      owner: { login: owner },
      private: visibility === 'private',
      visibility,
      default_branch: 'main',
      html_url: `https://github.com/${fullName}`,
      ...(isRecord(given.repository) ? given.repository : {}),
    },
  };
}

function pullRequestVariables({ pull_request: pull }: Record<string, unknown>) {
  if (!isRecord(pull)) return {};
  const { head, base } = pull;
  return {
    GITHUB_HEAD_REF: isRecord(head) ? String(head.ref ?? '') : '',
    GITHUB_BASE_REF: isRecord(base) ? String(base.ref ?? '') : '',
  };
}

function defaultRef({ pull_request: pull }: Record<string, unknown>): string {
  return isRecord(pull) ? `refs/pull/${pull.number ?? 1}/merge` : 'refs/heads/main';
}

function headOf(workspace: string): string {
  try {
    const args = ['-C', workspace, 'rev-parse', '--verify', 'HEAD'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '0'.repeat(40);
  }
}

function runnerOs(): string {
  if (process.platform === 'win32') return 'Windows';
  return process.platform === 'darwin' ? 'macOS' : 'Linux';
}

function pick(source: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = source[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
