import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionRun } from '@motion-transfer/emulator';
import { unzipInto } from '../../src/github/unzip.ts';
import { LEDGER_BRANCH, sha256Hex, type World } from './world.ts';

/** What is read of an entry of the ledger, by this checker alone. */
export interface Entry {
  readonly key: string;
  readonly state: string;
  readonly transferId: string;
  readonly output: string;
  readonly provider: string;
  readonly holder: { readonly runId: string };
  readonly holdMicroUsd: number;
  readonly charge: { readonly microUsd: number | null } | null;
  readonly operation: Readonly<Record<string, unknown>>;
  readonly download: { readonly sha256: string } | null;
  readonly archive: { readonly artifactId: number; readonly path: string } | null;
  readonly settled: readonly { readonly microUsd: number }[];
}

const git = (world: World, ...args: string[]): string =>
  execFileSync('git', ['-C', world.server, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** The entries of the branch as it is at the server now. */
export function readLedger(world: World): Entry[] {
  if (git(world, 'branch', '--list', LEDGER_BRANCH).trim() === '') return [];
  return git(world, 'ls-tree', '-r', '--name-only', LEDGER_BRANCH)
    .trim()
    .split('\n')
    .filter((path) => path.startsWith('purchases/'))
    .flatMap((path) => git(world, 'show', `${LEDGER_BRANCH}:${path}`).trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
}

/** What an entry counts for: the hold until somebody settled it, then what was charged. */
export function costOf({ state, charge, holdMicroUsd, settled }: Entry): number {
  const earlier = settled.reduce((sum, { microUsd }) => sum + microUsd, 0);
  if (['released', 'failed-refunded'].includes(state)) return earlier;
  const isSettled = ['recorded', 'written-off', 'failed-charged'].includes(state);
  return earlier + (isSettled ? (charge?.microUsd ?? holdMicroUsd) : holdMicroUsd);
}

function ledgerMicroUsd(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + costOf(entry), 0);
}

/** What holds at every moment, whatever was killed: money only. There is one transfer of each provider. */
export function checkMoney(world: World): string[] {
  const problems = checkLedger(world);
  const charged = world.emulator.bill.filter(({ state }) => state === 'charged');
  for (const provider of new Set(charged.map((entry) => entry.provider))) {
    const count = charged.filter((entry) => entry.provider === provider).length;
    if (count > 1) problems.push(`DOUBLE CHARGE: ${count} times by ${provider}`);
  }
  return problems;
}

/** Nothing is missing on record, nothing is above the limit, and the branch is valid. */
export function checkLedger(world: World): string[] {
  const problems: string[] = [];
  const entries = readLedger(world);
  const ledger = ledgerMicroUsd(entries);
  const bill = world.emulator.totalMicroUsd();
  const limit = world.limitMicroUsd;
  if (ledger < bill) problems.push(`LEDGER BELOW BILL: ${ledger} < ${bill}`);
  if (ledger > limit) problems.push(`OVERSHOOT: ${ledger} on record, limit ${limit}`);
  return [...problems, ...checkBranch(world)];
}

/** One line of commits from one root, valid objects, and every file in all of them readable. */
function checkBranch(world: World): string[] {
  if (git(world, 'branch', '--list', LEDGER_BRANCH).trim() === '') return [];
  const problems: string[] = [];
  const count = (...args: string[]) =>
    Number(git(world, 'rev-list', '--count', ...args, LEDGER_BRANCH));
  if (count('--min-parents=2') > 0) problems.push('LEDGER NOT LINEAR');
  if (count('--max-parents=0') !== 1) problems.push('LEDGER HAS SEVERAL ROOTS');
  try {
    git(world, 'fsck', '--strict', '--no-dangling');
    const objects = git(world, 'rev-list', '--objects', LEDGER_BRANCH).trim().split('\n');
    const ids = objects.filter((line) => line.endsWith('.json')).map((line) => line.slice(0, 40));
    for (const text of readBlobs(world, ids)) JSON.parse(text);
  } catch (error) {
    problems.push(`LEDGER DAMAGED: ${String(error)}`);
  }
  return problems;
}

function readBlobs(world: World, ids: readonly string[]): string[] {
  const output = execFileSync('git', ['-C', world.server, 'cat-file', '--batch'], {
    input: ids.map((id) => `${id}\n`).join(''),
  });
  const texts: string[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const bytes = Number(output.toString('latin1', at, end).split(' ')[2]);
    texts.push(output.toString('utf8', end + 1, end + 1 + bytes));
    at = end + 1 + bytes + 1;
  }
  return texts;
}

export interface Ending {
  readonly problems: readonly string[];
  /** Held for a person to decide: bought after all, or never accepted. */
  readonly unknownBilled: number;
  readonly unknownPhantom: number;
  readonly delivered: number;
}

/**
 * What holds when nothing is going on any more: each charge has its video at its place and in an
 * artifact, byte for byte, or is held and shown to a person.
 */
export async function checkEnding(
  world: World,
  last: ActionRun,
  workspace: string,
): Promise<Ending> {
  const problems = checkMoney(world);
  const entries = readLedger(world);
  const billed = new Set(world.emulator.bill.map(({ provider }) => provider as string));
  let unknownBilled = 0;
  let unknownPhantom = 0;
  let delivered = 0;
  for (const provider of billed) {
    if (!entries.some((entry) => entry.provider === provider))
      problems.push(`LOST: a charge of ${provider} is not on record at all`);
  }
  for (const entry of entries) {
    switch (entry.state) {
      case 'recorded':
        delivered += 1;
        problems.push(...(await checkDelivered(world, entry, workspace)));
        break;
      case 'unknown':
        if (billed.has(entry.provider)) unknownBilled += 1;
        else unknownPhantom += 1;
        if (!last.stdout.includes(`write-off: ${entry.key.slice(0, 12)}=`))
          problems.push(`NOT SHOWN: ${entry.transferId} is unknown and the run does not say so`);
        break;
      default:
        problems.push(`LEFT OPEN: ${entry.transferId} ended as ${entry.state}`);
    }
  }
  const isUnclear = unknownBilled + unknownPhantom > 0;
  if (last.exitCode !== (isUnclear ? 1 : 0))
    problems.push(`EXIT CODE ${last.exitCode} with ${isUnclear ? 'something' : 'nothing'} unclear`);
  if (!isUnclear && delivered !== 2) problems.push(`NOT DELIVERED: ${delivered} of 2`);
  return { problems, unknownBilled, unknownPhantom, delivered };
}

async function checkDelivered(world: World, entry: Entry, workspace: string): Promise<string[]> {
  const problems: string[] = [];
  const isPerformed = (path: string) =>
    existsSync(path) && world.performed.has(sha256Hex(readFileSync(path)));
  if (!isPerformed(join(workspace, entry.output)))
    problems.push(`LOST: ${entry.output} is not in the last checkout`);
  const artifact = world.emulator.artifacts.find(({ id }) => id === `${entry.archive?.artifactId}`);
  if (artifact == null || entry.archive == null)
    return [...problems, `LOST: ${entry.output} is recorded without an artifact that exists`];
  const directory = mkdtempSync(join(tmpdir(), 'motion-transfer-artifact-'));
  try {
    writeFileSync(join(directory, 'artifact.zip'), artifact.bytes);
    const limits = { maxEntries: 100, maxBytes: 100_000_000 };
    await unzipInto(join(directory, 'artifact.zip'), join(directory, 'files'), limits);
    if (!isPerformed(join(directory, 'files', entry.archive.path)))
      problems.push(`LOST: ${entry.output} is not in its artifact`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return problems;
}
