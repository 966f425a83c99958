import { stoppedBecause } from '../../../cancellation.ts';
import { randomId } from '../../../ids.ts';
import { LedgerError } from '../../../model/errors.ts';
import type { GitExit, GitHubPort, Ports } from '../../../ports.ts';
import { Again, type RetryPolicy, withRetry } from '../../../retry.ts';
import { createSerialQueue } from '../../../serial-queue.ts';
import { changeFiles } from '../../files/file-rules.ts';
import { LEDGER_RETRY } from '../../write-retry.ts';
import {
  type KnownVersion,
  type LedgerBackend,
  type LedgerVersion,
  type SwapOutcome,
  whoKnows,
} from '../backend.ts';
import { readChanges } from './changes.ts';
import { describeCommit } from './commit.ts';
import { checkDescent } from './descent.ts';
import { adviseOnNetwork, readFetchOutcome, readPushOutcome } from './outcome.ts';
import { openRemote } from './remote.ts';
import { createRepository, describeExit, firstLine, type Repository } from './repository.ts';
import { readServerClock } from './server-clock.ts';
import { noSigner, swapSigned } from './signed.ts';
import { type BlobCache, readTree } from './tree.ts';

export const LEDGER_BRANCH = 'motion-transfer-ledger';

export interface GitBackendOptions {
  /** https, ssh, or the absolute path of a repository; plain http on loopback. Without credentials. */
  readonly remoteUrl: string;
  /** For http(s); `null` goes by the user's own git configuration. */
  readonly token: string | null;
  /** An existing directory in which a fresh one is made, and removed by `close`. */
  readonly temporaryDirectory: string;
  /** Commits that anything else knows of: the branch must lead back to each. */
  readonly known: readonly KnownVersion[];
  /** Makes signed commits where the rules of the branch want them; for the repository at `remoteUrl`. */
  readonly github?: Pick<GitHubPort, 'commitSigned'> | null;
  /** `motion-transfer-ledger` */
  readonly branch?: string;
}

/** What git itself takes for all of it (git-fetch(1), `--unshallow`). */
const WHOLE_HISTORY = 2_147_483_647;
/** A branch that is missing this often in a row is missing. */
const LOOKS_FOR_BRANCH = 3;

/**
 * The ledger as an orphan branch, written by whoever pushes first: a push of what does not descend
 * from the newest commit is refused by every git server.
 *
 * @throws LedgerError for options that cannot be used.
 */
export function createGitBackend(ports: Ports, options: GitBackendOptions): LedgerBackend {
  const { temporaryDirectory, branch = LEDGER_BRANCH, github = null } = options;
  const label = `branch ${branch}`;
  const remote = openRemote(options.remoteUrl, options.token);
  checkNames(branch, options.known);
  const inOrder = createSerialQueue();
  const cache: BlobCache = new Map();
  const directories: Repository[] = [];
  let repository: Repository | null = null;
  /** What the repository holds; `null` while that is nothing. */
  let current: LedgerVersion | null = null;
  let known = options.known;
  let swapCount = 0;
  let mustBeSigned = false;

  const make = async (commitsOnly: boolean): Promise<Repository> => {
    const place = { label, branch, remote, temporaryDirectory };
    // Kept apart from what is read: whatever is not there would be fetched one by one.
    const made = await createRepository(
      ports,
      commitsOnly ? { ...place, filter: 'tree:0' } : place,
    );
    directories.push(made);
    return made;
  };
  const open = async (): Promise<Repository> => {
    repository ??= await make(false);
    return repository;
  };
  const remember = (version: LedgerVersion) => {
    current = version;
    if (version.tip != null) known = [{ tip: version.tip, output: null }];
  };

  /** A git that did not end by itself may have left locks behind: the next one starts afresh. */
  const discardRepository = () => {
    repository = null;
    current = null;
  };

  const readFailedFetch = (ended: GitExit, signal: AbortSignal): Look => {
    if (ended.end !== 'exit') discardRepository();
    if (ended.end === 'abort') throw stoppedBecause(signal);
    const failure = readFetchOutcome(ended);
    if (failure === 'refused') {
      const advice =
        adviseOnNetwork(ended) ??
        'check the address and the token (it needs `permissions: contents: write`)';
      throw new LedgerError(
        `${label} cannot be read: ${describeExit(ended)}; ${advice}, or set \`ledger: none\`. Nothing is spent.`,
      );
    }
    return failure === 'branch-missing'
      ? { kind: 'missing' }
      : { kind: 'failed', said: describeExit(ended) };
  };

  const look = async (signal: AbortSignal): Promise<Look> => {
    const bare = await open();
    const fetch = await bare.fetch(current?.tip == null ? ['--depth=1'] : [], signal);
    if (fetch.exitCode !== 0) return readFailedFetch(fetch, signal);
    const descent = await checkDescent(bare, known, () => make(true), signal);
    if (descent.kind === 'failed') return readFailedFetch(descent.fetch, signal);
    if (descent.kind === 'rewritten') throw rewritten(label, descent.lost);
    const { tip } = descent;
    if (current?.tip === tip) return { kind: 'found', version: current };
    const version = { tip, files: await readTree(bare, tip, cache) };
    remember(version);
    return { kind: 'found', version };
  };

  const retryFor = (signal: AbortSignal, consequence: string): RetryPolicy => ({
    ...LEDGER_RETRY,
    signal,
    onExhausted: ({ because }) =>
      new LedgerError(
        `${label} could not be read for minutes (${because}), so ${consequence}; check the connection to the remote, then run again`,
      ),
  });

  /** A repository that holds every commit of the branch. */
  const openWhole = (signal: AbortSignal): Promise<Repository> =>
    withRetry(
      ports,
      retryFor(signal, 'its history was not checked and nothing is spent'),
      async () => {
        if (signal.aborted) throw stoppedBecause(signal);
        const bare = await open();
        const fetch = await bare.fetch([`--depth=${WHOLE_HISTORY}`], signal);
        if (fetch.exitCode === 0) return bare;
        const failed = readFailedFetch(fetch, signal);
        return new Again(failed.kind === 'failed' ? failed.said : 'the branch is missing');
      },
    );

  const read = async (signal: AbortSignal): Promise<LedgerVersion> => {
    let timesMissing = 0;
    return withRetry(ports, retryFor(signal, 'nothing is spent'), async () => {
      if (signal.aborted) throw stoppedBecause(signal);
      const found = await look(signal);
      if (found.kind === 'found') return found.version;
      timesMissing = found.kind === 'missing' ? timesMissing + 1 : 0;
      const isSure = timesMissing === LOOKS_FOR_BRANCH;
      const [lost] = known;
      if (isSure && lost != null) throw rewritten(label, lost);
      if (timesMissing > 0 && lost == null) {
        const confirmed = await (await open()).confirmMissing(signal);
        if (confirmed === 'missing') return { tip: null, files: new Map() };
        if (confirmed === 'passing') timesMissing = 0;
        else if (isSure) throw notGit(label);
      }
      return new Again(found.kind === 'failed' ? found.said : 'the branch is missing');
    });
  };

  const swap: LedgerBackend['swap'] = async (base, changes, message, signal) => {
    const files = changeFiles(base.files, changes, label);
    if (signal.aborted) throw stoppedBecause(signal);
    if (base.tip !== (current?.tip ?? null)) return { kind: 'lost' };
    // Two writers with the same thing to say at the same time must not make the same commit.
    const text = `${message}\n\nSwap: ${randomId(ports.random, 16)}`;
    const commitSigned = async (signer: NonNullable<typeof github>) => {
      const commit = { branch, parent: base.tip, message: text, changes };
      const outcome = await swapSigned(signer, commit, { label, files, signal });
      if (outcome.kind === 'swapped') remember(outcome.version);
      return outcome;
    };
    if (mustBeSigned && github != null) return commitSigned(github);
    const bare = await open();
    swapCount += 1;
    const ref = `refs/ledger/swap-${swapCount}`;
    const input = describeCommit({
      ref,
      parent: base.tip,
      message: text,
      atMs: ports.clock.nowMs(),
      changes,
    });
    await bare.git(['fast-import', '--quiet', '--done', '--date-format=raw'], { input });
    const tip = firstLine(await bare.git(['rev-parse', '--verify', ref]));
    const ended = await bare.push(tip, signal);
    const outcome = readPushOutcome(ended, branch);
    const said = `${outcome.summary} ${describeExit(ended)}`.trim();
    if (ended.end !== 'exit') discardRepository();
    switch (outcome.kind) {
      case 'accepted': {
        const version = { tip, files };
        remember(version);
        return { kind: 'swapped', version };
      }
      case 'lost':
        return { kind: 'lost' };
      case 'unclear':
        return {
          kind: 'unclear',
          message: `the push to ${label} did not end clearly: ${said}`,
        };
      case 'unsigned':
        if (github == null) throw noSigner(label, said);
        mustBeSigned = true;
        return commitSigned(github);
      case 'refused':
        throw new LedgerError(
          `${label} cannot be written: ${said}. Give the job \`permissions: contents: write\` and let it through the rules of the branch, or set \`ledger: none\`. Until then nothing more is bought.`,
        );
    }
  };

  return {
    kind: 'git',
    label: label,
    read: (signal) => inOrder(() => read(signal)),
    async *changes(wanted, signal) {
      const tip = current?.tip;
      if (tip == null) return;
      const bare = wanted.since.length === 0 ? await openWhole(signal) : await open();
      yield* readChanges(bare, tip, wanted);
    },
    swap: (...swapped): Promise<SwapOutcome> => inOrder(() => swap(...swapped)),
    readClock: (signal) => readServerClock(ports, options.remoteUrl, signal),
    close: () =>
      inOrder(async () => {
        discardRepository();
        for (const directory of directories.splice(0)) await directory.remove();
      }),
  };
}

type Look =
  | { readonly kind: 'found'; readonly version: LedgerVersion }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly said: string };

function checkNames(branch: string, known: readonly KnownVersion[]): void {
  const part = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
  const isBranch =
    branch.split('/').every((name) => part.test(name) && !/\.lock$|\.$/.test(name)) &&
    !branch.includes('..');
  if (!isBranch) throw new LedgerError(`${JSON.stringify(branch)} cannot be the ledger's branch`);
  const foreign = known.find(({ tip }) => !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tip));
  if (foreign != null) {
    throw new LedgerError(
      `${JSON.stringify(foreign.tip)} is not a version of a ledger on a branch: was it kept somewhere else before? Nothing is spent.`,
    );
  }
}

function notGit(label: string): LedgerError {
  return new LedgerError(
    `${label} cannot be read: the remote answers, but not as a git server does. Check its address, or whether a proxy or a sign-in page stands before it. Nothing is spent.`,
  );
}

function rewritten(label: string, lost: KnownVersion): LedgerError {
  return new LedgerError(
    `${label} was rewritten or deleted: it no longer leads back to ${lost.tip}, which ${whoKnows(lost)}. Nothing is spent; restore it (\`git push <remote> ${lost.tip}:refs/heads/...\` from a clone that still has that commit), then run again`,
  );
}
