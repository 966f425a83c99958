import { join } from 'node:path';
import { randomId } from '../../../ids.ts';
import { LedgerError, messageOf } from '../../../model/errors.ts';
import type { GitExit, GitOptions, Ports } from '../../../ports.ts';
import { readFetchOutcome } from './outcome.ts';
import type { Remote } from './remote.ts';

const TIP_REF = 'refs/ledger/tip';
const LOCAL_TIMEOUT_MS = 120_000;
const FETCH_TIMEOUT_MS = 120_000;
const PUSH_TIMEOUT_MS = 60_000;

const local: GitOptions = { isIsolated: true, timeoutMs: LOCAL_TIMEOUT_MS };

const SETTINGS = [
  // Nothing here outlives the process, so that nothing needs to survive a power cut.
  'core.fsync=none',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.fsckObjects=true',
  // A connection on which nothing moves for half a minute is dead.
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=30',
].flatMap((setting) => ['-c', setting]);

/** A bare repository of our own in a temporary directory, with as much of the branch as is needed. */
export interface Repository {
  readonly label: string;
  /** @throws LedgerError unless git ends well, or with too much output. */
  git(args: readonly string[], options?: GitOptions): Promise<GitExit>;
  /** Brings the branch of the remote; `depth` as git's own options say it. */
  fetch(depth: readonly string[], signal: AbortSignal): Promise<GitExit>;
  /**
   * Whether a whole list of branches came, without ours in it. git takes a web page for a repository
   * without branches, in the protocol it spoke of old: only its trace tells the difference.
   */
  confirmMissing(signal: AbortSignal): Promise<'missing' | 'not-git' | 'passing'>;
  /** Plain: what is not a descendant of what is there is refused by the other side. */
  push(commit: string, signal: AbortSignal): Promise<GitExit>;
  /** The commit that the last fetch brought. */
  tip(): Promise<string>;
  /** The commit and all behind it, as far as the history is here. */
  historyOf(commit: string): Promise<ReadonlySet<string>>;
  remove(): Promise<void>;
}

export interface RepositoryOptions {
  readonly label: string;
  readonly branch: string;
  readonly remote: Remote;
  readonly temporaryDirectory: string;
  /**
   * Fetches commits alone, where the server can leave their files out; elsewhere these come along. Kept apart
   * from what is read, because git asks the server of such a repository for whatever it lacks.
   */
  readonly commitsOnly?: boolean;
}

/** By this name, because git takes no path for the name of a server that leaves files out. */
const COMMITS_REMOTE = 'commits';

/** @throws LedgerError when it cannot be made. */
export async function createRepository(
  ports: Ports,
  { label, branch, remote, temporaryDirectory, commitsOnly = false }: RepositoryOptions,
): Promise<Repository> {
  const directory = await makeFreshDirectory(ports, temporaryDirectory);
  const settings = commitsOnly
    ? [
        ...SETTINGS,
        ...['-c', `remote.${COMMITS_REMOTE}.url=${remote.url}`],
        ...['-c', `remote.${COMMITS_REMOTE}.promisor=true`],
      ]
    : SETTINGS;
  const execute = async (args: readonly string[], options: GitOptions): Promise<GitExit> => {
    try {
      const ended = await ports.git.execute(directory, [...settings, ...args], {
        ...options,
        // Said outright: a user may forbid git to take a bare directory for a repository by itself.
        environment: { ...options.environment, GIT_DIR: directory },
      });
      return { ...ended, errorText: remote.redact(ended.errorText) };
    } catch (cause) {
      throw new LedgerError(`${label} needs git: ${remote.redact(messageOf(cause))}`);
    }
  };
  const failed = (args: readonly string[], ended: GitExit) =>
    new LedgerError(
      `${label} could not be handled in ${directory} (git ${args[0]}: ${describeExit(ended)}), so nothing is spent; check the space on the disk, then run again`,
    );
  const git: Repository['git'] = async (args, options = {}) => {
    const ended = await execute(args, { ...local, ...options });
    if (ended.exitCode === 0 || ended.end === 'too-much-output') return ended;
    throw failed(args, ended);
  };
  const fetch = (
    depth: readonly string[],
    signal: AbortSignal,
    environment: Readonly<Record<string, string>>,
  ) =>
    execute(
      [
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--no-recurse-submodules',
        ...(commitsOnly ? ['--filter=tree:0'] : []),
        ...depth,
        '--',
        commitsOnly ? COMMITS_REMOTE : remote.url,
        // Also what is not a descendant: it is looked at here, and refused.
        `+refs/heads/${branch}:${TIP_REF}`,
      ],
      {
        isIsolated: remote.isIsolated,
        environment: { ...remote.environment, ...environment },
        timeoutMs: FETCH_TIMEOUT_MS,
        signal,
      },
    );
  await git(['init', '--quiet', '--bare', '--template=', '.']);
  return {
    label,
    git,
    fetch: (depth, signal) => fetch(depth, signal, {}),
    confirmMissing: async (signal) => {
      const ended = await fetch(['--depth=1'], signal, { GIT_TRACE_PACKET: '1' });
      if (readFetchOutcome(ended) !== 'branch-missing') return 'passing';
      // A flush packet ends every list (gitprotocol-common(5)).
      return /packet: +[^<>]*< 0000/.test(ended.errorText) ? 'missing' : 'not-git';
    },
    push: (commit, signal) =>
      execute(
        [
          'push',
          '--porcelain',
          '--no-verify',
          '--no-signed',
          '--no-follow-tags',
          '--recurse-submodules=no',
          '--',
          remote.url,
          `${commit}:refs/heads/${branch}`,
        ],
        {
          isIsolated: remote.isIsolated,
          environment: remote.environment,
          timeoutMs: PUSH_TIMEOUT_MS,
          signal,
        },
      ),
    tip: () => git(['rev-parse', '--verify', `${TIP_REF}^{commit}`]).then(firstLine),
    historyOf: async (commit) => {
      const { output } = await git(['rev-list', commit]);
      return new Set(Buffer.from(output).toString('latin1').split('\n').slice(0, -1));
    },
    remove: () => ports.files.removeDirectory(directory),
  };
}

export function firstLine({ output }: GitExit): string {
  return Buffer.from(output).toString('utf8').split('\n')[0] ?? '';
}

const MAX_SAID = 500;

/** What git said last, or how it ended, as one line. */
export function describeExit({ end, errorText }: GitExit): string {
  switch (end) {
    case 'timeout':
      return 'no end within the time';
    case 'abort':
      return 'stopped';
    case 'signal':
      return 'ended by a signal';
    default: {
      const said = errorText.replace(/\s+/g, ' ').trim();
      return said === '' ? 'no reason given' : said.slice(-MAX_SAID);
    }
  }
}

/** Never one that is there: a process that was killed may have left it with locks of git inside. */
async function makeFreshDirectory(ports: Ports, parent: string): Promise<string> {
  for (;;) {
    const name = `ledger-${randomId(ports.random, 16)}`;
    for (let number = 1; number < 100; number++) {
      const directory = join(parent, `${name}-${number}`);
      if ((await ports.files.stat(directory)) != null) continue;
      await ports.files.makeDirectory(directory);
      return directory;
    }
  }
}
