import { expect, test } from 'vitest';
import { createNodePorts } from '../../../src/node/ports.ts';
import { git } from '../../media/support.ts';
import { expectKilledWritersLoseNothing } from '../ledger-writers.ts';
import { historyOf, makeGitPlace } from './git-remote.ts';
import { EMPTY_BLOB, expectStopped } from './tampering.ts';

test('a branch of more files than any ledger stops everything', () =>
  expectStopped(
    async () =>
      Array.from({ length: 200_001 }, (_, index) => `100644 blob ${EMPTY_BLOB}\tn${index}`),
    /more than 200000 files/,
  ));

test('writers killed at random moments lose nothing and write nothing twice', async () => {
  const place = await makeGitPlace(createNodePorts({ info: () => {}, warning: () => {} }));
  const { bare, temporaryDirectory } = place;
  await expectKilledWritersLoseNothing(
    { kind: 'git', remoteUrl: bare, token: null, temporaryDirectory },
    () => place.open(),
    { writerCount: 3, linesEach: 3, kills: 9, longestLifeMs: 300 },
  );
  expect(await historyOf(bare)).toHaveLength(9);
  await git(bare, 'fsck', '--strict', '--no-dangling');
});
