import { expect, test } from 'vitest';
import { refusedPush } from '../src/commit/refused-push.ts';

test.each([
  ['remote: error: GH001: Large files detected.', 'git lfs track'],
  [
    'remote: error: GH013: Repository rule violations found. - Commits must have verified signatures.',
    'signed commits',
  ],
  ['remote: error: GH006: Protected branch update failed', 'commit: pull-request'],
  ['The requested URL returned error: 403', 'contents: write'],
  ['something that nobody has seen yet', 'rules of the branch'],
])('a commit of outputs that is refused with "%s" says what to do', (said, advice) => {
  const { message } = refusedPush({ kind: 'branch', branch: 'main' }, said);
  expect(message).toContain(said);
  expect(message).toContain(advice);
});
