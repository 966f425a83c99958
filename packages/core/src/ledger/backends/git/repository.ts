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

const SETTINGS = [
  // Nothing here outlives the process, so that nothing needs to survive a power cut.
  'core.fsync=none',
  'gc.auto=0',
  'maintenance.auto=false',
  // A connection on which nothing moves for half a minute is dead.
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=30',
].flatMap((setting) => ['-c', setting]);

/** A bare repository of our own in a temporary directory, with as much of the branch as is needed. */
export interface Repository {
  readonly label: string;
  readonly directory: string;
  /** @throws LedgerError, or that of its purpose, unless git ends well, or with too much output. */
  git(args: readonly string[], options?: GitOptions): Promise<GitExit>;
  /** Runs a git that talks to the remote, and tells how it ended. */
  askRemote(args: readonly string[], options: GitOptions): Promise<GitExit>;
  /** Brings a branch of the remote, its own unless another is named; `depth` as git's own options say it. */
  fetch(depth: readonly string[], signal: AbortSignal, branch?: string): Promise<GitExit>;
  /**
   * Whether a whole list of branches came, without ours in it. git takes a web page for a repository
   * without branches, in the protocol it spoke of old: only its trace tells the difference.
   */
  confirmMissing(signal: AbortSignal): Promise<'missing' | 'not-git' | 'passing'>;
  /**
   * Plain: what is not a descendant of what is there is refused by the other side. With `replaces`, that
   * commit is what has to be there, and nothing else.
   */
  push(commit: string, signal: AbortSignal, target?: PushTarget): Promise<GitExit>;
  /** The commit that the last fetch brought. */
  tip(): Promise<string>;
  /** The commit and all behind it, as far as the history is here. */
  historyOf(commit: string): Promise<ReadonlySet<string>>;
  remove(): Promise<void>;
}

export interface PushTarget {
  /** The branch of the repository unless another is named. */
  readonly branch?: string;
  readonly replaces?: string | null;
}

export interface RepositoryOptions {
  readonly label: string;
  readonly branch: string;
  readonly remote: Remote;
  readonly temporaryDirectory: string;
  /**
   * Fetches commits without their trees or without their files, where the server can leave these out; elsewhere
   * they come along. git asks the server of such a repository for whatever it lacks.
   */
  readonly filter?: 'tree:0' | 'blob:none';
  /** The ledger unless another is named. */
  readonly purpose?: RepositoryPurpose;
}

/** What a repository is used for: how long its pushes may take, and its errors. */
export interface RepositoryPurpose {
  /** Of its directory. */
  readonly name: string;
  readonly pushTimeoutMs: number;
  /** Whether objects that the remote sends are checked: only what is all our own can be expected to be clean. */
  readonly checksObjects: boolean;
  readonly errorFor: (message: string) => Error;
  /** What a failure means, at the end of a message. */
  readonly consequence: string;
}

const LEDGER: RepositoryPurpose = {
  name: 'ledger',
  pushTimeoutMs: PUSH_TIMEOUT_MS,
  checksObjects: true,
  errorFor: (message) => new LedgerError(message),
  consequence: 'nothing is spent',
};

/** By this name, because git takes no path for the name of a server that leaves files out. */
const PROMISOR = 'promisor';

/** @throws LedgerError, or that of its purpose, when it cannot be made. */
export async function createRepository(
  ports: Ports,
  { label, branch, remote, temporaryDirectory, filter, purpose = LEDGER }: RepositoryOptions,
): Promise<Repository> {
  const directory = await makeFreshDirectory(ports, temporaryDirectory, purpose.name);
  const settings = [
    ...SETTINGS,
    ...(purpose.checksObjects ? ['-c', 'fetch.fsckObjects=true'] : []),
    ...(filter == null
      ? []
      : [
          ...['-c', `remote.${PROMISOR}.url=${remote.url}`],
          ...['-c', `remote.${PROMISOR}.promisor=true`],
        ]),
  ];
  const local: GitOptions = {
    isIsolated: true,
    timeoutMs: LOCAL_TIMEOUT_MS,
    // What it lacks git fetches by itself.
    ...(filter == null ? {} : { environment: remote.environment }),
  };
  const execute = async (args: readonly string[], options: GitOptions): Promise<GitExit> => {
    try {
      const ended = await ports.git.execute(directory, [...settings, ...args], {
        ...options,
        remoteUrl: remote.url,
        // Said outright: a user may forbid git to take a bare directory for a repository by itself.
        environment: { ...options.environment, GIT_DIR: directory },
      });
      return { ...ended, errorText: remote.redact(ended.errorText) };
    } catch (cause) {
      throw purpose.errorFor(`${label} needs git: ${remote.redact(messageOf(cause))}`);
    }
  };
  const failed = (args: readonly string[], ended: GitExit) =>
    purpose.errorFor(
      `${label} could not be handled in ${directory} (git ${args[0]}: ${describeExit(ended)}), so ${purpose.consequence}; check the space on the disk, then run again`,
    );
  const git: Repository['git'] = async (args, options = {}) => {
    const environment = { ...local.environment, ...options.environment };
    const ended = await execute(args, { ...local, ...options, environment });
    if (ended.exitCode === 0 || ended.end === 'too-much-output') return ended;
    throw failed(args, ended);
  };
  const askRemote: Repository['askRemote'] = (args, options) =>
    execute(args, {
      isIsolated: remote.isIsolated,
      ...options,
      environment: { ...remote.environment, ...options.environment },
    });
  const fetch = (
    depth: readonly string[],
    signal: AbortSignal,
    environment: Readonly<Record<string, string>>,
    from = branch,
  ) =>
    askRemote(
      [
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--no-recurse-submodules',
        ...(filter == null ? [] : [`--filter=${filter}`]),
        ...depth,
        '--',
        filter == null ? remote.url : PROMISOR,
        // Also what is not a descendant: it is looked at here, and refused.
        `+refs/heads/${from}:${TIP_REF}`,
      ],
      { environment, timeoutMs: FETCH_TIMEOUT_MS, signal },
    );
  await git(['init', '--quiet', '--bare', '--template=', '.']);
  return {
    label,
    directory,
    git,
    askRemote,
    fetch: (depth, signal, from) => fetch(depth, signal, {}, from),
    confirmMissing: async (signal) => {
      const ended = await fetch(['--depth=1'], signal, { GIT_TRACE_PACKET: '1' });
      if (readFetchOutcome(ended) !== 'branch-missing') return 'passing';
      // A flush packet ends every list (gitprotocol-common(5)).
      return /packet: +[^<>]*< 0000/.test(ended.errorText) ? 'missing' : 'not-git';
    },
    push: (commit, signal, { branch: to = branch, replaces = null } = {}) =>
      askRemote(
        [
          'push',
          '--porcelain',
          '--no-verify',
          '--no-signed',
          '--no-follow-tags',
          '--recurse-submodules=no',
          // A thin pack is made against earlier files, which git would fetch for that.
          ...(filter == null ? [] : ['--no-thin']),
          ...(replaces == null ? [] : [`--force-with-lease=refs/heads/${to}:${replaces}`]),
          '--',
          remote.url,
          `${commit}:refs/heads/${to}`,
        ],
        { timeoutMs: purpose.pushTimeoutMs, signal },
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
async function makeFreshDirectory(ports: Ports, parent: string, prefix: string): Promise<string> {
  for (;;) {
    const name = `${prefix}-${randomId(ports.random, 16)}`;
    for (let number = 1; number < 100; number++) {
      const directory = join(parent, `${name}-${number}`);
      if ((await ports.files.stat(directory)) != null) continue;
      await ports.files.makeDirectory(directory);
      return directory;
    }
  }
}
