import { MotionTransferError } from '@motion-transfer/core';

interface Destination {
  readonly kind: 'branch' | 'pull-request';
  readonly branch: string;
}

/** Why a push was refused, in what GitHub says about it, and what to do about that. */
const REASONS: readonly (readonly [
  said: RegExp,
  adviseOn: (destination: Destination) => string,
])[] = [
  [
    /GH001|large files detected|exceeds GitHub's file size limit/i,
    () => 'a video is larger than GitHub takes outside of Git LFS: track it (`git lfs track`)',
  ],
  [
    /signature|must be signed/i,
    () =>
      'its rules want signed commits, and this one is not: take the branch out of that rule for the token, or commit the outputs by hand from the artifact',
  ],
  [
    /GH006|GH013|protected branch|rule violation|ruleset/i,
    ({ kind }) =>
      kind === 'branch'
        ? 'the branch is protected: use `commit: pull-request`, or let the token through its rules'
        : 'a rule protects that name: let the token through it',
  ],
  [
    /40[13]\b|denied|not granted|authentication failed/i,
    () => 'the token may not write: give the job `permissions: contents: write`',
  ],
];

export function refusedPush(destination: Destination, said: string): MotionTransferError {
  const reason = REASONS.find(([pattern]) => pattern.test(said));
  const advice = reason?.[1](destination) ?? 'let the token through the rules of the branch';
  return new MotionTransferError(
    `branch ${destination.branch} does not take the commit (${said}); ${advice}`,
  );
}
