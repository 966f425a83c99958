import { describe, expect, test } from 'vitest';
import { type ApprovalFacts, decideApproval } from '../../src/budget/label-approval.ts';

const head = 'a'.repeat(40);
const digest = 'd'.repeat(64);
const sound: ApprovalFacts = {
  label: 'motion-transfer-approved',
  isMerged: false,
  plannedHeadSha: head,
  currentHeadSha: head,
  planDigest: digest,
  totalMicroUsd: 5_000_000,
  events: [{ event: 'labeled', actor: 'keeper', atMs: 2_000, role: 'write' }],
  shown: {
    headSha: head,
    planDigest: digest,
    totalMicroUsd: 5_000_000,
    proof: { kind: 'shown', sinceMs: 1_000 },
  },
};
const shown = (changes: object) => ({
  shown: {
    headSha: head,
    planDigest: digest,
    totalMicroUsd: 5_000_000,
    proof: { kind: 'shown' as const, sinceMs: 1_000 },
    ...changes,
  },
});
const since = (sinceMs: number) => shown({ proof: { kind: 'shown', sinceMs } });
const events = (...list: readonly (readonly [string, string, number, string | null])[]) => ({
  events: list.map(([event, actor, atMs, role]) => ({
    event: event === 'labeled' ? ('labeled' as const) : ('unlabeled' as const),
    actor,
    atMs,
    role,
  })),
});

describe('an approval by label', () => {
  test('counts after the merge for what that brought, up to the total that was shown and in all', () => {
    const merged = { ...sound, isMerged: true, planDigest: 'e'.repeat(64) };
    expect(decideApproval({ ...merged, totalMicroUsd: 4_000_000 }).approval).toMatchObject({
      planDigest: 'e'.repeat(64),
      upToMicroUsd: 5_000_000,
      includesSpent: true,
    });
    expect(decideApproval({ ...merged, totalMicroUsd: 5_000_001 }).approval).toBeNull();
  });

  test.each(['write', 'maintain', 'admin'])(
    'counts from somebody with %s, for this plan only',
    (role) => {
      const { approval, notes } = decideApproval({
        ...sound,
        ...events(['labeled', 'keeper', 2_000, role]),
      });
      expect(approval).toEqual({
        actor: 'keeper',
        headSha: head,
        planDigest: digest,
        upToMicroUsd: 5_000_000,
        includesSpent: false,
      });
      expect(notes).toEqual([]);
    },
  );

  test.each<readonly [string, Partial<ApprovalFacts>, string]>([
    ['triage', events(['labeled', 'x', 2_000, 'triage']), 'no write permission (triage)'],
    ['nobody', events(['labeled', 'x', 2_000, 'none']), 'no write permission'],
    ['an unknown role', events(['labeled', 'x', 2_000, 'owner']), 'no write permission'],
    ['an unanswered question', events(['labeled', 'x', 2_000, null]), 'did not say'],
    ['a deleted account', events(['labeled', '', 2_000, 'write']), 'nobody knows'],
    [
      'an outsider after a keeper',
      events(['labeled', 'keeper', 2_000, 'admin'], ['labeled', 'x', 3_000, 'read']),
      'no write permission',
    ],
    ['a moved head', { currentHeadSha: 'b'.repeat(40) }, 'moved on'],
    ['no comment of ours', { shown: null }, 'no comment of ours'],
    ['another plan shown', shown({ planDigest: 'e' }), 'another one'],
    ['another commit shown', shown({ headSha: 'b'.repeat(40) }), 'another one'],
    ['another total shown', shown({ totalMicroUsd: 1 }), 'another one'],
    [
      'a comment without a record',
      shown({ proof: { kind: 'none' } }),
      'nothing on this commit records',
    ],
    ['a changed comment', shown({ proof: { kind: 'changed' } }), 'somebody has changed it'],
    ['a label older than the plan', since(2_500), 'before this plan was shown'],
    ['a label of the same moment', since(2_000), 'before this plan was shown'],
  ])('does not count from %s, and the note says why', (_, changes, why) => {
    const { approval, notes } = decideApproval({ ...sound, ...changes });
    expect(approval).toBeNull();
    expect(notes.join()).toContain(why);
  });

  test('is over, silently, when the label was taken off or never put on', () => {
    for (const changes of [
      events(),
      events(['labeled', 'keeper', 2_000, 'admin'], ['unlabeled', 'x', 3_000, null]),
    ])
      expect(decideApproval({ ...sound, ...changes })).toEqual({ approval: null, notes: [] });
  });

  test('is what happened last, in whatever order it is reported', () => {
    const off = ['unlabeled', 'x', 3_000, null] as const;
    const on = ['labeled', 'keeper', 2_000, 'admin'] as const;
    expect(decideApproval({ ...sound, ...events(off, on) }).approval).toBeNull();
    const later = ['labeled', 'keeper', 4_000, 'admin'] as const;
    expect(decideApproval({ ...sound, ...events(later, off) }).approval?.actor).toBe('keeper');
  });

  test('of two events in one moment is the one that is reported last', () => {
    const on = ['labeled', 'keeper', 2_000, 'admin'] as const;
    const off = ['unlabeled', 'x', 2_000, null] as const;
    expect(decideApproval({ ...sound, ...events(on, off) }).approval).toBeNull();
    expect(decideApproval({ ...sound, ...events(off, on) }).approval?.actor).toBe('keeper');
  });

  test.each<readonly [Partial<ApprovalFacts>, string]>([
    [
      { currentHeadSha: 'b'.repeat(40) },
      'the pull request has moved on since this plan; take it off and put it on again when the new plan is shown.',
    ],
    [
      shown({ proof: { kind: 'none' } }),
      'nothing on this commit records that the plan was shown; give the job that plans `permissions: statuses: write`, and once it has run, take it off and put it on again.',
    ],
    [
      shown({ proof: { kind: 'changed' } }),
      'the comment is not what was put on record when this plan was shown, so somebody has changed it; plan again, which writes it anew, read it, and take it off and put it on again.',
    ],
    [
      since(2_000),
      'keeper put it there before this plan was shown ($5.00); a new push needs it again: take it off and put it on again.',
    ],
  ])('that does not count says what to do', (changes, why) => {
    expect(decideApproval({ ...sound, ...changes }).notes).toEqual([
      `The label motion-transfer-approved does not count: ${why}`,
    ]);
  });
});
