import { MotionTransferError, NeverSentError, NoAnswerError } from '@motion-transfer/core';
import { expect, test } from 'vitest';
import { adviseOnGitHub } from '../src/github/advice.ts';
import { GitHubRefusalError } from '../src/github/errors.ts';

const advise = (error: unknown) => adviseOnGitHub(error, 'contents: read');

test.each([401, 403, 404])('a refusal with %i is about permissions', (status) => {
  expect(advise(new GitHubRefusalError(status, 'no'))).toBe(
    'give the job `permissions: contents: read`',
  );
});

test.each([
  ['no answer', new NoAnswerError('GitHub answered 500'), 'run again later'],
  ['no connection', new NeverSentError('HTTP 407'), 'run again once the runner reaches GitHub'],
])('%s is not about permissions', (_name, error, words) => {
  expect(advise(error)).toContain(words);
  expect(advise(error)).not.toContain('permissions');
});

test.each([new MotionTransferError('two configs'), new GitHubRefusalError(422, 'no')])(
  'another error is given no advice that would not cure it: %s',
  (error) => {
    expect(advise(error)).toBeNull();
  },
);
