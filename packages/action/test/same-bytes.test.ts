import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOCKFILE } from './formats/fixture.ts';
import { actionsOf } from './formats/scenes.ts';
import { expectReuse, ID, startBought } from './same-bytes/bought.ts';
import { leavePointers, moveToLfs } from './same-bytes/move-to-lfs.ts';
import { sha256Hex } from './torture/world.ts';
import { purchasesOf, type Workbench } from './workbench.ts';

describe.concurrent('a bought animation whose assets move to Git LFS', () => {
  test('is reused, also by a checkout with pointers alone', async () => {
    const { bench, plan, token } = await startBought();
    expectBothKindsOnRecord(bench);
    moveToLfs(bench.workspace);
    expectReuse(await plan());
    const run = await bench.run({}, { token });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.results(run).results).toMatchObject([{ id: ID, state: 'reused' }]);
    leavePointers(bench.workspace);
    expectReuse(await plan());
    expect(bench.submits()).toBe(1);
  });

  test('is reused with the ledger alone, and bought with other bytes', async () => {
    const { bench, plan } = await startBought();
    const clip = bench.read('wave.mp4');
    moveToLfs(bench.workspace);
    rmSync(join(bench.workspace, LOCKFILE));
    expectReuse(await plan());
    leavePointers(bench.workspace);
    expectReuse(await plan());
    bench.write('wave.mp4', clip);
    bench.write('robot.png', bench.read('girl.png'));
    bench.commit('Take another character');
    expect(actionsOf(await plan())).toEqual({ [ID]: 'generate' });
  });
});

/** In the lockfile and in the ledger. */
function expectBothKindsOnRecord(bench: Workbench): void {
  const namesOf = (path: string) => ({
    identity: `git:${bench.git('rev-parse', `HEAD:${path}`).trim()}`,
    alsoKnownAs: [`sha256:${sha256Hex(bench.read(path))}`],
  });
  const [character, motion] = [namesOf('robot.png'), namesOf('wave.mp4')];
  const { outputs } = JSON.parse(bench.read(LOCKFILE).toString());
  expect(outputs[`${ID}.mp4`]).toMatchObject({ character, motion });
  const intent = {
    character: character.identity,
    motion: motion.identity,
    alsoKnownAs: { character: character.alsoKnownAs, motion: motion.alsoKnownAs },
  };
  expect(purchasesOf(bench.ledger())).toMatchObject([{ intent }]);
}
