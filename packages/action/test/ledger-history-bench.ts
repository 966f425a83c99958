import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startShared } from './ledger/shared.ts';
import { LEDGER_BRANCH } from './torture/world.ts';
import { CONFIG, oneTransfer, type Workbench } from './workbench.ts';

/** Somebody who may push to the ledger's branch, with ordinary commits. */
export function outsider(bench: Workbench) {
  const server = join(bench.workspace, '../server.git');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', server, ...args], { encoding: 'utf8' }).trim();
  const tip = () => git('rev-parse', LEDGER_BRANCH);
  return {
    tip,
    /** A new commit on top whose files, totals and all, are those of an earlier one. */
    commitFilesOf(commit: string): string {
      const identity = ['-c', 'user.name=o', '-c', 'user.email=o@example.com'];
      const tree = `${commit}^{tree}`;
      const made = git(...identity, 'commit-tree', tree, '-p', tip(), '-m', 'Tidy up');
      git('update-ref', `refs/heads/${LEDGER_BRANCH}`, made);
      return made;
    },
  };
}

/** One purchase is delivered and committed, with its lockfile; another one is in the ledger alone. */
export async function buyTwo() {
  const shared = await startShared({ config: oneTransfer('prospolabs') });
  const { bench, token, elsewhere } = shared;
  const { tip, commitFilesOf } = outsider(bench);
  const first = await bench.run({}, { token });
  expect(first.exitCode, first.stdout).toBe(0);
  bench.commit('Add the animation and its lockfile');
  const withOne = tip();
  const dance = '  - { character: robot.png, motion: dance.mp4, output: animations/dance.mp4 }\n';
  bench.write(CONFIG, oneTransfer('prospolabs', dance));
  bench.commit('Ask for another one');
  const second = await bench.run({}, elsewhere());
  expect(second.exitCode, second.stdout).toBe(0);
  const withTwo = tip();
  const bought = bench.submits();
  expect(bought).toBe(2);
  return { ...shared, commitFilesOf, withOne, withTwo, bought };
}
