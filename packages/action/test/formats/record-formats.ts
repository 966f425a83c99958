/**
 * Records what a bundle of the action leaves on disk: lockfile, ledger, journal, plan.json, results.json and
 * the comment on a pull request, with purchases in every state that a run can leave. formats.test.ts reads
 * these fixtures with the present bundle.
 *
 *   node packages/action/test/formats/record-formats.ts <bundle> <new directory>
 *
 * Check the commit out, run `npm run build`, and give packages/action/dist/index.js and
 * packages/action/test/fixtures/formats-<commit>. It takes two minutes. Fixtures are not recorded a second
 * time: those of another commit go into a directory of their own.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BillEntry, Fault } from '@motion-transfer/emulator';
import { LEDGER_BRANCH } from '../torture/world.ts';
import {
  APPROVED,
  type Branch,
  branchOf,
  CONFIG,
  FILES,
  FREE_AGAIN_CONFIG,
  LEDGER_FILE,
  LEDGERS,
  type Ledger,
  PULL_REQUEST,
  payloadOf,
  REPOSITORY_BUNDLE,
  type Scenario,
  STATE_DIRECTORY,
} from './fixture.ts';
import { REPOSITORY, type RecordingBench, startRecordingBench } from './recording-bench.ts';
import * as scenario from './scenario.ts';
import { idOf, type Transfer } from './scenario.ts';

/** Every purchase reaches the state it is to be killed in within this time. */
const IN_FLIGHT_WITHIN_MS = 300_000;

interface Recording {
  readonly bundle: string;
  /** Of the fixtures of all ledgers. */
  readonly target: string;
  /** For repositories; removed afterwards. */
  readonly scratch: string;
}

async function recordFormats({ bundle, target, scratch }: Recording): Promise<void> {
  const origin = join(scratch, 'origin.git');
  execFileSync('git', ['init', '--quiet', '--bare', origin]);
  for (const ledger of LEDGERS) {
    console.log(`ledger: ${ledger}`);
    const directory = join(scratch, ledger);
    mkdirSync(directory);
    const bench = await startRecordingBench(directory, ledger, bundle);
    try {
      await recordScenario(bench, ledger, join(target, ledger), origin);
    } finally {
      await bench.close();
    }
  }
  bundleBranches(origin, join(target, REPOSITORY_BUNDLE), '--branches');
}

async function recordScenario(
  bench: RecordingBench,
  ledger: Ledger,
  target: string,
  origin: string,
): Promise<void> {
  const { git, emulator, workspace } = bench;
  const keep = (name: string, from: string) => {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    cpSync(from, join(target, name));
  };
  const push = (branch: Branch) =>
    git('push', '--quiet', origin, `HEAD:refs/heads/${branchOf(ledger, branch)}`);
  const plan = async (exitCode: number, inputs: Record<string, string> = {}) =>
    (await bench.run(exitCode, { command: 'plan', ...inputs })).outputs.plan ?? '';

  push('start');
  const fingerprints = readFingerprints(await plan(0));
  if (ledger === 'git') {
    keep(FILES.planOfPurchase, await plan(0, { only: APPROVED }));
    writeFileSync(join(target, FILES.comment), await commentOnPlan(bench));
  }
  const delivered = await bench.run(0, { only: scenario.DELIVERED.map(idOf).join(',') });
  keep(FILES.results, delivered.outputs.results ?? '');
  bench.commit('Add animations and their lockfile');
  push('delivered');
  if (ledger === 'none') keep(FILES.planOfReuse, await plan(0, { only: APPROVED }));

  await recordFailures(bench);
  const runIds = await recordOpenPurchases(bench, fingerprints);
  if (ledger === 'git') keep(FILES.planOfInterrupted, await plan(1));
  if (ledger === 'file') keep(FILES.fileLedger, join(workspace, LEDGER_FILE));
  else {
    keep(FILES.journal, join(workspace, STATE_DIRECTORY, 'journal.jsonl'));
    keep(FILES.checkoutId, join(workspace, STATE_DIRECTORY, 'checkout-id'));
  }
  if (ledger === 'git') bundleBranches(bench.server, join(target, FILES.gitLedger), LEDGER_BRANCH);
  bench.commit('The working tree of a run that was killed');
  push('interrupted');

  const recorded: Scenario = {
    origin: emulator.origin,
    runIds,
    fingerprints,
    recorded: scenario.DELIVERED.map(idOf),
    open: scenario.OPEN.map(idOf),
    unknown: [idOf(scenario.UNKNOWN)],
    blocked: scenario.BLOCKED.map(idOf),
    freeAgain: scenario.FREE_AGAIN.map(idOf),
    jobs: emulator.bill
      .filter(({ parameters }) => !scenario.FAILED_PROMPTS.includes(String(parameters.prompt)))
      .map(withoutImage),
  };
  writeFileSync(join(target, FILES.scenario), `${JSON.stringify(recorded, null, 2)}\n`);
}

function bundleBranches(repository: string, file: string, branches: string): void {
  execFileSync('git', ['-C', repository, 'bundle', 'create', '--quiet', file, branches]);
}

function readFingerprints(planPath: string): Record<string, string> {
  const { steps }: { steps: { id: string; fingerprint: string }[] } = JSON.parse(
    readFileSync(planPath, 'utf8'),
  );
  return Object.fromEntries(steps.map(({ id, fingerprint }) => [id, fingerprint]));
}

/** Kling gets the character in the request itself. */
function withoutImage(entry: BillEntry): BillEntry {
  const parameters = Object.entries(entry.parameters).map(([name, value]) => {
    const isImage = typeof value === 'string' && value.length > 1_000;
    return [name, isImage ? 'sent along' : value];
  });
  return { ...entry, parameters: Object.fromEntries(parameters) };
}

/** The body of the comment that shows the plan on a pull request. */
async function commentOnPlan(bench: RecordingBench): Promise<string> {
  const sha = bench.git('rev-parse', 'HEAD').trim();
  const pull = bench.emulator.github.openPullRequest(REPOSITORY, {
    number: PULL_REQUEST,
    headSha: sha,
    baseSha: sha,
  });
  const event = { name: 'pull_request', payload: payloadOf(REPOSITORY, pull) };
  await bench.run(0, { command: 'plan' }, { event });
  const [comment] = pull.comments;
  if (comment == null) throw new Error('the plan was not shown');
  return comment.body;
}

/** Failures of every kind, a purchase that is written off, and one whose outcome stays unknown. */
async function recordFailures(bench: RecordingBench): Promise<void> {
  const fail = async (transfer: Transfer, fault: Fault, config = CONFIG) => {
    bench.emulator.inject({ ...fault, provider: transfer.provider });
    await bench.run(1, { config, only: idOf(transfer) });
  };
  const failing = { at: 'submit', kind: 'job-fails', code: 'e', message: 'out of memory' } as const;
  await fail(scenario.CHARGED, { ...failing, billed: true });
  await fail(scenario.MAYBE_CHARGED, failing);
  for (let time = 1; time <= 3; time += 1)
    await fail(scenario.REFUNDED, { ...failing, billed: false });
  await fail(scenario.REFUNDED_ONCE, { ...failing, billed: false }, FREE_AGAIN_CONFIG);
  await fail(scenario.RELEASED, { at: 'submit', kind: 'error', status: 401 }, FREE_AGAIN_CONFIG);

  await fail(scenario.WRITTEN_OFF, { at: 'submit', kind: 'lost-answer' });
  const { stdout } = await bench.run(1, { command: 'reconcile' });
  const [, key = ''] = /write-off: ([0-9a-f]{12})=free/.exec(stdout) ?? [];
  const decision = { 'write-off': `${key}=charged`, reason: 'seen on the bill' };
  await bench.run(0, { command: 'reconcile', ...decision });
  await fail(scenario.UNKNOWN, { at: 'submit', kind: 'lost-answer' });
}

/** A run that cannot deliver, then one that is killed with a purchase in every state. The ids of both. */
async function recordOpenPurchases(
  bench: RecordingBench,
  fingerprints: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
  const { emulator } = bench;
  const times = Number.POSITIVE_INFINITY;
  emulator.inject({ at: 'artifact-create', kind: 'error', status: 403, times });
  await bench.run(1, { only: idOf(scenario.STORED) });
  const undelivered = bench.runId();
  emulator.clearFaults();

  const fault = ({ provider }: Transfer, kind: Fault) =>
    emulator.inject({ ...kind, provider, times });
  fault(scenario.COMPLETED, { at: 'download', kind: 'stall', ms: Number.POSITIVE_INFINITY });
  fault(scenario.SUBMITTED, { at: 'status', kind: 'status-word', word: 'IN_PROGRESS' });
  fault(scenario.STALE, { at: 'download', kind: 'error', status: 404 });
  fault(scenario.SUBMITTING, { at: 'submit', kind: 'stall', ms: Number.POSITIVE_INFINITY });
  fault(scenario.LOST, { at: 'submit', kind: 'lost-answer' });
  const ids = scenario.IN_FLIGHT.map(({ transfer }) => idOf(transfer));
  const run = bench.start({ only: ids.join(','), concurrency: `${ids.length}` });
  const untilMs = Date.now() + IN_FLIGHT_WITHIN_MS;
  while (!isInFlight(bench, fingerprints)) {
    if (Date.now() > untilMs || run.child.exitCode != null) {
      run.kill('SIGKILL');
      throw new Error(
        `a purchase is not in the state it should be in:\n${(await run.finished).stdout}`,
      );
    }
    await sleep(100);
  }
  run.kill('SIGKILL');
  await run.finished;
  emulator.clearFaults();
  return [undelivered, bench.runId()];
}

function isInFlight(
  bench: RecordingBench,
  fingerprints: Readonly<Record<string, string>>,
): boolean {
  const events = bench.lastEvents();
  const shared = bench.sharedStates();
  return scenario.IN_FLIGHT.every(({ transfer, lastEvent, sharedAs }) => {
    const id = idOf(transfer);
    const isShared = shared == null || shared.get(id) === sharedAs;
    return events.get(fingerprints[id] ?? '') === lastEvent && isShared;
  });
}

const [bundle, target] = process.argv.slice(2).map((path) => resolve(path));
if (bundle == null || target == null || existsSync(target)) {
  console.error('usage: node record-formats.ts <bundle> <directory that is not there yet>');
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'motion-transfer-formats-'));
try {
  await recordFormats({ bundle, target, scratch });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
