import { expect, test } from 'vitest';
import type { FilePort, GitHubPort, LockOwner } from '../../src/ports.ts';
import { ownLocks } from '../../src/recovery/lock-owner.ts';
import { makePorts } from '../support/ports.ts';

const repository = 'octo/animations';
const own = { repository, runId: '9', attempt: 2 };

/** What a lock is taken with. */
async function ownerOf(
  attemptState: GitHubPort['attemptState'] | null,
  place: string | null = repository,
): Promise<{ readonly owner: LockOwner; readonly messages: readonly string[] }> {
  const taken: LockOwner[] = [];
  const { files, messages, ...ports } = makePorts();
  const lock: FilePort['lock'] = async (_path, owner) => {
    if (owner != null) taken.push(owner);
    return async () => {};
  };
  const github =
    attemptState == null
      ? null
      : { readClock: never, attemptState, fetchArtifact: never, commitSigned: never };
  const owned = ownLocks(
    { ...ports, files: { ...files, lock }, github },
    {
      identity: { runId: '9', attempt: 2, job: 'animate', pullRequest: null },
      repository: place,
      broken: null,
    },
  );
  await owned.files.lock('/lock');
  const [owner] = taken;
  if (owner == null) throw new Error('the lock was taken without an owner');
  return { owner, messages };
}

const never = () => Promise.reject(new Error('is not asked'));

test('a lock names the run, its attempt and its repository; outside of GitHub none', async () => {
  expect((await ownerOf(null)).owner.run).toEqual(own);
  expect((await ownerOf(null, null)).owner.run).toBeNull();
});

test.each([
  ['over', true],
  ['running', false],
  ['unknown', false],
] as const)('a run that GitHub calls %s is over: %s', async (state, expected) => {
  const { owner } = await ownerOf(async () => state);
  expect(await owner.isOver({ ...own, runId: '7' })).toBe(expected);
});

test('an earlier attempt of this run is over, without asking', async () => {
  const { owner } = await ownerOf(never);
  expect(await owner.isOver({ ...own, attempt: 1 })).toBe(true);
});

test('nothing is concluded about a run of another repository, nor where nobody answers', async () => {
  const other = await ownerOf(async () => 'over');
  expect(await other.owner.isOver({ ...own, runId: '7', repository: 'octo/other' })).toBe(false);
  const silent = await ownerOf(never);
  expect(await silent.owner.isOver({ ...own, runId: '7' })).toBe(false);
  expect(silent.messages).toEqual([expect.stringContaining('its lock is respected')]);
});
