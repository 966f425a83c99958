import {
  ConfigError,
  MotionTransferError,
  messageOf,
  type Ports,
  StoppedError,
} from '@motion-transfer/core';
import {
  Again,
  describeExit,
  type Repository,
  readPushOutcome,
  withRetry,
} from '@motion-transfer/core/shell';
import type { PullRequestsApi } from '../github/pull-requests-api.ts';
import { fetchTip } from './branch-tip.ts';
import type { ChosenOutput } from './choose-outputs.ts';
import type { Contents } from './contents.ts';
import type { Destination } from './destination.ts';
import { uploadObjects } from './lfs.ts';
import { makeCommit } from './make-commit.ts';
import { refusedPush } from './refused-push.ts';
import { makeTree, type OutputTree } from './tree.ts';

export interface PushRequest {
  readonly repository: Repository;
  readonly remoteUrl: string;
  readonly destination: Destination;
  /** Of the destination's kind `pull-request`. */
  readonly pulls: PullRequestsApi | null;
  readonly chosen: readonly ChosenOutput[];
  readonly contents: Contents;
  readonly messageFor: (outputs: readonly string[]) => string;
  readonly signal: AbortSignal;
}

export interface Pushed extends OutputTree {
  /** The commit that holds the outputs; `null` when they were all there already. */
  readonly commit: string | null;
  /** The branch of the destination is there, with what it had before or with ours. */
  readonly isOnBranch: boolean;
}

/** Others push meanwhile: two runs of a matrix, or a person. */
const RETRY = { limit: { tries: 8 }, baseMs: 500, maxMs: 8_000 } as const;

/**
 * Commits on top of whatever the branch is at by then, and again when it has moved meanwhile. Nothing is ever
 * forced but a branch of our own whose pull request is closed.
 *
 * @throws MotionTransferError when it cannot be done, with the next step; StoppedError.
 */
export async function pushOutputs(
  ports: Pick<Ports, 'clock' | 'random' | 'log'>,
  request: PushRequest,
): Promise<Pushed> {
  const { repository, destination, signal } = request;
  /** Commits of ours that a push may have brought although nobody said so. */
  const sent: string[] = [];
  const policy = {
    ...RETRY,
    signal,
    onRetry: ({ because }: Again) =>
      ports.log.info(`branch ${destination.branch}: ${because}; the commit is made again`),
    onExhausted: ({ because }: Again) =>
      new MotionTransferError(
        `branch ${destination.branch} could not be pushed to in ${RETRY.limit.tries} tries (${because}); run again`,
      ),
  };
  return withRetry(ports, policy, async () => {
    const parent = await findParent(request);
    if (parent instanceof Again) return parent;
    const { commit: base, replaces, isOnBranch } = parent;
    const made = await tryTree(request, base);
    if (made instanceof Again) return made;
    if (made.isUnchanged) return { ...made, commit: sent.includes(base) ? base : null, isOnBranch };
    const commit = await makeCommit(ports, repository, {
      tree: made.tree,
      parent: base,
      message: request.messageFor(made.outputs.map(({ output }) => output)),
    });
    await uploadObjects(repository, request.remoteUrl, made.lfsObjects, signal);
    const ended = await repository.push(commit, signal, { replaces });
    sent.push(commit);
    const outcome = readPushOutcome(ended, destination.branch);
    const said = `${outcome.summary} ${describeExit(ended)}`.trim();
    switch (outcome.kind) {
      case 'accepted':
        return { ...made, commit, isOnBranch: true };
      case 'lost':
        return new Again('it has moved');
      case 'unclear':
        if (ended.end === 'abort') throw new StoppedError('the run was stopped');
        return new Again(`the push did not end clearly (${said})`);
      case 'unsigned':
      case 'refused':
        throw refusedPush(destination, said);
    }
  });
}

/** git fetches by itself what it lacks, and the network may fail there too. */
async function tryTree(request: PushRequest, parent: string): Promise<OutputTree | Again> {
  try {
    return await makeTree({ ...request, parent });
  } catch (error) {
    // A lockfile that is damaged stays damaged.
    if (error instanceof ConfigError || request.signal.aborted) throw error;
    return new Again(messageOf(error));
  }
}

interface Parent {
  readonly commit: string;
  /** What is there instead of it, and may be replaced. */
  readonly replaces: string | null;
  readonly isOnBranch: boolean;
}

/** The newest commit of the branch; for one of our own that is not there, or done with, that of its base. */
async function findParent(request: PushRequest): Promise<Parent | Again> {
  const { destination, pulls } = request;
  const tip = await fetchTip(request.repository, destination.branch, request.signal);
  if (tip instanceof Again) return tip;
  if (destination.kind === 'branch') {
    if (tip != null) return { commit: tip, replaces: null, isOnBranch: true };
    throw new MotionTransferError(
      `branch ${destination.branch} is not at the server any more; push it again, then run again`,
    );
  }
  const known = tip == null ? [] : ((await pulls?.ofBranch(destination.branch)) ?? []);
  const isDone =
    known.some(({ headSha, isOpen }) => !isOpen && headSha === tip) &&
    !known.some(({ isOpen }) => isOpen);
  if (tip != null && !isDone) return { commit: tip, replaces: null, isOnBranch: true };
  const base = await fetchTip(request.repository, destination.base, request.signal);
  if (base instanceof Again) return base;
  if (base != null) return { commit: base, replaces: tip, isOnBranch: false };
  throw new MotionTransferError(
    `branch ${destination.base} is not at the server any more; push it again, then run again`,
  );
}
