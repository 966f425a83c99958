import { test } from 'vitest';
import { expectKilledWritersLoseNothing } from '../ledger-writers.ts';
import { makeFilePlace } from './file-place.ts';

test('writers killed at random moments lose nothing and write nothing twice', async () => {
  const { path, open } = await makeFilePlace();
  const killing = { writerCount: 4, linesEach: 40, kills: 16, longestLifeMs: 250 };
  await expectKilledWritersLoseNothing({ kind: 'file', path }, open, killing);
});
