import { MotionTransferError, type Ports, StoppedError } from '@motion-transfer/core';
import {
  Again,
  describeExit,
  firstLine,
  type Repository,
  readPushOutcome,
  withRetry,
} from '@motion-transfer/core/shell';
import { fetchTip } from '../commit/branch-tip.ts';
import { makeCommit } from '../commit/make-commit.ts';
import { openTreeIndex } from '../commit/tree-index.ts';
import { type BranchChange, PREVIEWS_BRANCH, planChange } from './branch-files.ts';

export interface PicturePush {
  readonly repository: Repository;
  readonly remoteUrl: string;
  /** Files by hash of their bytes. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly message: string;
  readonly signal: AbortSignal;
}

/** Other jobs push meanwhile. */
const RETRY = { limit: { tries: 6 }, baseMs: 500, maxMs: 8_000 } as const;
const ASKING_MS = 60_000;

/**
 * Puts the pictures on their branch, on top of whatever is there by then, and again when it has moved. When some
 * become too old, the branch begins anew with those that stay, and with every file of others: nobody who fetches
 * it gets the old ones. Returns the path of each by hash.
 *
 * @throws MotionTransferError when it cannot be done, with the next step; StoppedError.
 */
export async function pushPictures(
  ports: Pick<Ports, 'clock' | 'random'>,
  push: PicturePush,
): Promise<ReadonlyMap<string, string>> {
  const { repository, signal } = push;
  const policy = {
    ...RETRY,
    signal,
    onExhausted: ({ because }: Again) => cannotPush(`${because}, ${RETRY.limit.tries} times`),
  };
  let mayBeginAnew = true;
  return withRetry(ports, policy, async () => {
    const tip = await fetchTip(repository, PREVIEWS_BRANCH, signal);
    if (tip instanceof Again) return tip;
    const { tree, change } = await makeTree(push, tip, ports.clock.nowMs());
    if (tree == null) return change.paths;
    const replaces = mayBeginAnew && change.pruned.length > 0 ? tip : null;
    const parent = replaces == null ? tip : null;
    const { message } = push;
    const commit = await makeCommit(ports, repository, { tree, parent, message });
    const ended = await repository.push(commit, signal, { replaces });
    const outcome = readPushOutcome(ended, PREVIEWS_BRANCH);
    const said = `${outcome.summary} ${describeExit(ended)}`.trim();
    switch (outcome.kind) {
      case 'accepted':
        return change.paths;
      case 'lost':
        return new Again('it has moved');
      default:
        if (ended.end === 'abort') throw new StoppedError('the run was stopped');
        if (replaces == null && outcome.kind !== 'unclear') throw cannotPush(said);
        // Its rules may take new commits and no new beginning.
        mayBeginAnew = false;
        return new Again(said);
    }
  });
}

/** The tree is `null` when all of it is there already. */
async function makeTree(
  { repository, pictures }: PicturePush,
  tip: string | null,
  nowMs: number,
): Promise<{ readonly tree: string | null; readonly change: BranchChange }> {
  const index = await openTreeIndex(repository, tip);
  const change = planChange([...index.files.keys()], [...pictures.keys()], nowMs);
  if (change.added.length === 0) return { tree: null, change };
  const changes = new Map<string, string | null>(change.pruned.map((path) => [path, null]));
  for (const hash of change.added) {
    const args = ['hash-object', '-w', '--no-filters', '--', pictures.get(hash) ?? ''];
    changes.set(change.paths.get(hash) ?? '', firstLine(await repository.git(args)));
  }
  await index.update(changes);
  return { tree: await index.write(), change };
}

/**
 * Asks the server for the right to push, without a push: what nobody would see is not drawn. Whatever it says but
 * a refusal lets the push be tried.
 *
 * @throws MotionTransferError when it refuses, with the next step; StoppedError.
 */
export async function requireWritable(
  ports: Pick<Ports, 'clock'>,
  { repository, remoteUrl, signal }: Omit<PicturePush, 'pictures' | 'message'>,
): Promise<void> {
  const tree = await (await openTreeIndex(repository, null)).write();
  const commit = await makeCommit(ports, repository, { tree, parent: null, message: 'Nothing' });
  // A name that nobody has: that of the branch would be refused for another reason where it is there.
  const ref = `refs/heads/${PREVIEWS_BRANCH}-${commit}`;
  const args = [
    'push',
    '--dry-run',
    '--porcelain',
    '--no-verify',
    '--no-signed',
    '--no-follow-tags',
  ];
  const ended = await repository.askRemote([...args, '--', remoteUrl, `${commit}:${ref}`], {
    timeoutMs: ASKING_MS,
    signal,
  });
  if (ended.end === 'abort') throw new StoppedError('the run was stopped');
  if (readPushOutcome(ended, '').kind === 'refused') throw cannotPush(describeExit(ended));
}

function cannotPush(said: string): MotionTransferError {
  return new MotionTransferError(
    `branch ${PREVIEWS_BRANCH} does not take pictures (${said}); give the job \`permissions: contents: write\` and let the token through the rules of that branch, or set \`previews: false\``,
  );
}
