import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ActionOptions, ActionRun, BillEntry } from '@motion-transfer/emulator';
import { LEDGER_BRANCH } from '../torture/world.ts';
import { REPOSITORY, startWorkbench, type Workbench } from '../workbench.ts';
import {
  type Branch,
  branchOf,
  FILES,
  LEDGER_FILE,
  type Ledger,
  MOTION,
  REPOSITORY_BUNDLE,
  type Scenario,
  STATE_DIRECTORY,
  videoOf,
} from './fixture.ts';

/** A checkout of the recorded repository, and what is on record there. */
export type Checkout =
  /** Before anything was bought: nothing. */
  | 'start'
  /** After the first run: its videos and its lockfile. */
  | 'lockfile-alone'
  /** The one of the run that was killed: its working tree, its journal, the ledger. */
  | 'same-checkout'
  /** On another machine: the last commit and the ledger. */
  | 'fresh-checkout';

export interface Restored {
  readonly bench: Workbench;
  readonly workspace: string;
  write(name: string, bytes: Uint8Array): void;
  readonly scenario: Scenario;
  /** Runs the bundle in this checkout; `command: run` by default. */
  run(inputs?: Record<string, string>, more?: Partial<ActionOptions>): Promise<ActionRun>;
  /** The path of a file of the fixtures. */
  fixture(name: string): string;
  read(path: string): Buffer;
  /** What lies at the output of a transfer. */
  video(id: string): Buffer;
  /** The record of all purchases as text: the ledger's, or the journal's where there is none. */
  records(): string;
  /** Commits of the ledger's branch. */
  ledgerCommits(): string[];
  /** Jobs that were accepted since the records were put back. */
  accepted(): readonly BillEntry[];
}

/** Puts the records of a scenario back into a new repository, with providers that know its jobs. */
export async function restore(
  fixtures: string,
  ledger: Ledger,
  checkout: Checkout,
): Promise<Restored> {
  const fixture = (name: string) => join(fixtures, ledger, name);
  const scenario: Scenario = JSON.parse(readFileSync(fixture(FILES.scenario), 'utf8'));
  const bench = await startWorkbench({
    config: null,
    performer: async ({ motionBytes, prompt }) => videoOf(motionBytes, prompt),
  });
  const checkOut = (branch: Branch, ...how: readonly string[]) => {
    const name = branchOf(ledger, branch);
    bench.git('fetch', '--quiet', join(fixtures, REPOSITORY_BUNDLE), name);
    bench.git(...how, 'FETCH_HEAD');
  };
  checkOut(checkout === 'start' ? 'start' : 'delivered', 'reset', '--quiet', '--hard');
  const workspace = checkout === 'fresh-checkout' ? bench.checkout() : bench.workspace;
  const path = (name: string) => join(workspace, name);
  const ledgerFile = join(bench.workspace, LEDGER_FILE);
  const server = join(bench.workspace, '../server.git');

  if (checkout === 'same-checkout') {
    checkOut('interrupted', 'restore', '--worktree', '.', '--source');
    restoreState(path(STATE_DIRECTORY), fixture, scenario.origin, bench.emulator.origin);
  }
  if (checkout === 'same-checkout' || checkout === 'fresh-checkout') {
    if (ledger === 'file') cpSync(fixture(FILES.fileLedger), ledgerFile);
    if (ledger === 'git') restoreBranch(server, fixture(FILES.gitLedger), LEDGER_BRANCH);
  }
  const known = checkout === 'start' ? [] : scenario.jobs;
  for (const job of known)
    bench.emulator.restoreJob(job, videoOf(bench.read(MOTION), job.parameters.prompt));
  const { github } = bench.emulator;
  for (const runId of scenario.runIds)
    github.setAttempt(REPOSITORY, runId, 1, { status: 'completed', conclusion: 'failure' });
  const token = github.createToken({
    contents: 'write',
    actions: 'read',
    'pull-requests': 'write',
  });
  let runId = Math.max(...scenario.runIds);
  return {
    bench,
    workspace,
    scenario,
    run(inputs = {}, more = {}) {
      runId += 1;
      return bench.run(inputs, { token, workspace, runId, ...more });
    },
    fixture,
    read: (name) => readFileSync(path(name)),
    write: (name, bytes) => writeFileSync(path(name), bytes),
    video: (id) => readFileSync(path(`${id}.mp4`)),
    records() {
      switch (ledger) {
        case 'git':
          return Object.values(bench.ledger()).join('\n');
        case 'file':
          return readFileSync(ledgerFile, 'utf8');
        case 'none':
          return readFileSync(path(`${STATE_DIRECTORY}/journal.jsonl`), 'utf8');
      }
    },
    ledgerCommits: () =>
      execFileSync('git', ['-C', server, 'rev-list', '--all'], { encoding: 'utf8' }).split('\n'),
    accepted: () => bench.emulator.bill.slice(known.length),
  };
}

/** The addresses of results on record lead to the emulator that has them now. */
function restoreState(
  directory: string,
  fixture: (name: string) => string,
  recordedOrigin: string,
  origin: string,
): void {
  mkdirSync(directory, { recursive: true });
  const journal = readFileSync(fixture(FILES.journal), 'utf8');
  writeFileSync(
    join(directory, 'journal.jsonl'),
    journal.replaceAll(`${recordedOrigin}/files/`, `${origin}/files/`),
  );
  cpSync(fixture(FILES.checkoutId), join(directory, 'checkout-id'));
}

function restoreBranch(repository: string, bundle: string, branch: string): void {
  const refs = `refs/heads/${branch}:refs/heads/${branch}`;
  execFileSync('git', ['-C', repository, 'fetch', '--quiet', bundle, refs]);
}

/** Where the fixtures of a bundle lie, by the commit that it was built from. */
export function fixturesOf(commit: string): string {
  return join(dirname(import.meta.dirname), 'fixtures', `formats-${commit}`);
}
