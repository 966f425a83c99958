import { readFileSync } from 'node:fs';
import { type ActionRun, type ProviderName, runAction } from '@motion-transfer/emulator';
import { readChosenProvider } from './demo/chosen-provider.ts';
import { killAndCollect } from './demo/killed-run.ts';
import { buyAfterMerge, type Commented, planPullRequest } from './demo/pull-request.ts';
import {
  changeCharacter,
  commitAll,
  describeCommit,
  headOf,
  pullFrom,
  takeCommit,
} from './demo/repository.ts';
import { announce, expect, galleryOf, problems, showPath, showRun } from './demo/show.ts';
import { setStage } from './demo/stage.ts';

/**
 * The main job, end to end: the committed bundle of the Action, run the way GitHub's runner does, on a
 * real git repository with its ledger on a real git server, against emulated providers and GitHub's
 * emulated services. `npm start -- --provider fal` sends every transfer through one provider.
 */
const provider = chosenProvider();
const stage = await setStage(provider);
const { emulator, repository } = stage;
const pages: { label: string; path: string | null }[] = [];

try {
  await scene(
    1,
    'plan: what would be bought, and for how much',
    { command: 'plan', draft: 'true' },
    (run) => {
      expect(run.exitCode === 0, 'the plan succeeds');
      expect(emulator.bill.length === 0, 'nothing was bought');
      expect(emulator.artifacts.length === 2, 'the free drafts and their gallery are artifacts');
    },
  );
  const bought = await scene(
    2,
    `run: ${provider ?? 'both providers'}, videos verified, uploaded, recorded, committed`,
    { command: 'run', commit: 'branch' },
    (run) => {
      expect(run.exitCode === 0, 'the run succeeds');
      expect(run.outputs['generated-count'] === '3', 'three videos were generated');
      expect(emulator.artifacts.length === 4, 'the videos and their gallery were uploaded');
      checkBill(run);
      takeCommit(repository, stage.server);
      console.log(
        `\nThe commit that the run made, with nothing but what it bought:\n${describeCommit(repository)}`,
      );
      expect(
        run.outputs['commit-id'] === headOf(repository),
        'the videos and the lockfile are in Git',
      );
    },
  );
  const billed = emulator.totalMicroUsd();
  await scene(3, 'run again: everything is reused', { command: 'run' }, (run) => {
    expect(run.exitCode === 0, 'the run succeeds');
    expect(run.outputs['reused-count'] === '3', 'three videos were reused');
    expect(run.outputs['actual-cost'] === '0.00', 'it costs $0.00');
    expect(emulator.totalMicroUsd() === billed, 'the bill has not changed');
  });
  changeCharacter(repository, 'assets/characters/robot.png', 'a new coat of paint');
  commitAll(repository, 'Repaint the robot');
  await scene(
    4,
    'one character changes, the limit is too low',
    { command: 'run', 'max-cost': '0.50' },
    (run) => {
      expect(run.exitCode === 1, 'the run fails');
      expect(run.stdout.includes('Budget exceeded:'), 'and says that it is the budget');
      expect(emulator.totalMicroUsd() === billed, 'before anything was bought');
    },
  );
  await sceneOfKill();
  const planned = await sceneOfPullRequest();
  const paid = await sceneOfMerge(planned);
  pages.push(
    { label: 'comment of the plan', path: planned.page },
    { label: 'comment after buying', path: paid.page },
    { label: 'gallery', path: galleryOf(bought) },
  );
} finally {
  await stage.close();
}

console.log(
  problems.length === 0
    ? '\nAll seven scenes went as they should.'
    : `\n${problems.length} went wrong:\n${problems.join('\n')}`,
);
for (const { label, path } of pages) showPath(label, path);
process.exitCode = problems.length === 0 ? 0 : 1;

async function scene(
  number: number,
  title: string,
  inputs: Record<string, string>,
  check: (run: ActionRun) => void,
): Promise<ActionRun> {
  announce(`Scene ${number}. ${title}`);
  const run = await runAction(stage.optionsOf(`scene-${number}`, inputs));
  await showRun(stage, `scene-${number}`, run);
  check(run);
  return run;
}

async function sceneOfKill(): Promise<void> {
  announce('Scene 5. kill -9 right after a submit; another machine collects what was paid for');
  const { run, between, checkout, bills } = await killAndCollect(stage, 'scene-5', {
    command: 'run',
    only: 'animations/robot/dance',
    // Prospolabs answers with the finished video, so that its run would be over too soon to kill.
    provider: provider == null || provider === 'prospolabs' ? 'empiriolabs' : provider,
  });
  console.log(`The ledger between the two runs, state.json of its branch:\n${between}`);
  await showRun(stage, 'scene-5', run);
  expect(run.exitCode === 0, 'the next run succeeds');
  expect(JSON.parse(between).open.length === 1, 'the ledger knew of the paid job');
  expect(run.outputs['collected-count'] === '1', 'its video was collected on another machine');
  expect(bills === 1, "the provider's bill shows one charge for it");
  expect(JSON.parse(stage.readLedger('state.json')).open.length === 0, 'and nothing stays held');
  commitAll(checkout, 'Add the dance of the repainted robot');
  pullFrom(repository, checkout);
}

async function sceneOfPullRequest() {
  announce('Scene 6. pull request: what it would buy, as a comment with free drafts');
  const bills = emulator.bill.length;
  const commented = await planPullRequest(stage, 'scene-6');
  const { run, pull } = commented;
  await showRun(stage, 'scene-6', run);
  expect(run.exitCode === 0, 'the plan succeeds');
  expect(pull.comments.length === 1, 'the pull request has one comment');
  expect(pull.comments[0]?.body === run.outputs['comment-body'], 'which is an output as well');
  expect(emulator.bill.length === bills, 'nothing was bought');
  return commented;
}

async function sceneOfMerge({ pull }: Commented): Promise<Commented> {
  announce('Scene 7. the pull request is merged: the push buys it, and the same comment says so');
  const paid = await buyAfterMerge(stage, 'scene-7', pull);
  await showRun(stage, 'scene-7', paid.run);
  expect(paid.run.exitCode === 0, 'the run succeeds');
  expect(pull.comments.length === 1, 'the pull request still has one comment');
  expect(
    /3 animations made.* spent/.test(pull.comments[0]?.body ?? ''),
    'which says what was spent',
  );
  takeCommit(repository, stage.server);
  console.log(`\nThe commit that the run made:\n${describeCommit(repository)}`);
  return paid;
}

function chosenProvider(): ProviderName | null {
  try {
    return readChosenProvider(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}

interface Results {
  readonly results: readonly {
    readonly charge: { readonly microUsd: number | null; readonly source: string } | null;
  }[];
}

/** A charge that the provider reported is its bill; one that we had to estimate is never below it. */
function checkBill(run: ActionRun): void {
  const { results }: Results = JSON.parse(readFileSync(run.outputs.results ?? '', 'utf8'));
  const charged = results.reduce((sum, { charge }) => sum + (charge?.microUsd ?? 0), 0);
  const bill = emulator.totalMicroUsd();
  // Prospolabs and EmpirioLabs, the two of the example's own config, both tell a figure.
  const isTold =
    provider == null || results.every(({ charge }) => charge?.source === 'provider-reported');
  expect(dollars(charged) === run.outputs['actual-cost'], 'actual-cost is the sum of all charges');
  if (isTold) expect(charged === bill, "the providers' bill equals actual-cost");
  else expect(charged >= bill, `the provider does not tell: it billed $${dollars(bill)}, not more`);
}

function dollars(microUsd: number): string {
  return (microUsd / 1_000_000).toFixed(6).replace(/0{1,4}$/, '');
}
