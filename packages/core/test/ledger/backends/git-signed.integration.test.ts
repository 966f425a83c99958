import { chmod, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readPushOutcome } from '../../../src/ledger/backends/git/outcome.ts';
import { appendLine } from '../ledger-line.ts';
import { ports } from './git-http.ts';
import { makeGitPlace } from './git-remote.ts';

const REF = 'refs/heads/motion-transfer-ledger';
/** As github.com says it to git, for a ruleset and for a protected branch. */
const RULESET = `remote: error: GH013: Repository rule violations found for ${REF}.
remote: Review all repository rules at https://github.com/octo/animations/rules?ref=motion-transfer-ledger
remote:
remote: - Commits must have verified signatures.
remote:   Found 1 violation:
remote:
remote:   d45f35d02a31c451a4a13387f03c6ed440b2843e
error: failed to push some refs to 'https://github.com/octo/animations.git'`;
const PROTECTED = `remote: error: GH006: Protected branch update failed for ${REF}.
remote: error: Commits must have valid signatures.
error: failed to push some refs to 'https://github.com/octo/animations.git'`;

test.each([
  [RULESET, '[remote rejected] (push declined due to repository rule violations)', 'unsigned'],
  [PROTECTED, '[remote rejected] (protected branch hook declined)', 'unsigned'],
  [
    RULESET.replace(/- Commits .*/, '- Changes must be made through a pull request.'),
    '[remote rejected] (push declined due to repository rule violations)',
    'refused',
  ],
  // What was rejected before anything was sent is another run's commit, whatever the server also says.
  [RULESET, '[rejected] (fetch first)', 'lost'],
])('a push that a server refuses is read by its words (%#)', (errorText, summary, kind) => {
  const line = `!\trefs/ledger/swap-1:${REF}\t${summary}\n`;
  const ended = { end: 'exit', exitCode: 1, output: Buffer.from(line), errorText } as const;
  expect(readPushOutcome(ended, 'motion-transfer-ledger')).toEqual({ kind, summary });
});

test('a branch for signed commits is not written where nobody can have them made, and says what to do', async () => {
  const place = await makeGitPlace(ports);
  const hook = `${place.bare}/hooks/pre-receive`;
  await writeFile(hook, "#!/bin/sh\necho '- Commits must have verified signatures.' >&2\nexit 1\n");
  await chmod(hook, 0o755);
  await expect(appendLine(place.open(), ports, 'a')).rejects.toThrow(
    /its rules want signed commits .*take the branch out of that rule, or set `ledger: file:<path>`\. Until then nothing more is bought/,
  );
});
