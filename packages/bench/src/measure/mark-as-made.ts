import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTemporary } from './folders.ts';
import { planOurs } from './plan-run.ts';
import { type BenchRepository, commitAll, createRepository } from './repository.ts';
import { providersAt } from './run-jobs.ts';
import { runOurs } from './run-ours.ts';
import type { Stage } from './stage.ts';

const LOCKFILE = 'motion-transfer.lock.json';
const MOST_IN_ONE_FILE = 10_000;
const VIDEO_BYTES = 262_144;

/** What a plan says of a step, as far as the lockfile says it again. */
interface PlannedStep {
  readonly output: string;
  readonly fingerprint: string;
  readonly character: unknown;
  readonly motion: unknown;
}

/** The entry of a bought video in the lockfile. */
interface Sample {
  readonly entry: Readonly<Record<string, unknown>>;
  readonly readBy: string;
}

/**
 * Makes everything in the repository look bought and committed, which thousands of real runs would take hours for:
 * one is bought, and its entry is repeated with what the plan says of each other. What stands for the videos is short,
 * since nothing may read them. A plan afterwards must find nothing to do, or what is measured is another thing.
 */
export async function markAsMade(
  stage: Stage,
  repository: BenchRepository,
): Promise<BenchRepository> {
  const sample = await buyOne(stage);
  const { environment } = await stage.startGitHub(repository);
  const { left: steps } = await planOurs(
    repository,
    environment,
    ({ run }): readonly PlannedStep[] =>
      JSON.parse(readFileSync(run.outputs.plan ?? '', 'utf8')).steps,
  );
  const { workspace } = repository;
  for (const { output } of steps) {
    mkdirSync(dirname(join(workspace, output)), { recursive: true });
    writeFileSync(join(workspace, output), videoOf(output));
  }
  for (const [path, text] of lockfileOf(steps, sample)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  return { ...repository, head: commitAll(workspace) };
}

async function buyOne(stage: Stage): Promise<Sample> {
  const directory = makeTemporary('sample');
  try {
    const repository = createRepository(directory, { characters: 1, provider: 'fal' });
    repository.restore('forget');
    const origin = await stage.startProviders({
      medianMs: 1,
      sigma: 0,
      resultBytes: VIDEO_BYTES,
    });
    const { environment } = await stage.startGitHub(repository);
    const { run } = await runOurs({
      repository,
      inputs: { command: 'run', staging: 'github', ledger: 'none' },
      environment: { ...environment, ...providersAt(origin) },
    });
    if (run.exitCode !== 0)
      throw new Error(`the sample was not bought: ${run.stdout.slice(-1_000)}`);
    const lockfile = readFileSync(join(repository.workspace, LOCKFILE), 'utf8');
    const { readBy, outputs } = JSON.parse(lockfile);
    return { entry: outputs['animations/0-0.mp4'], readBy };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One file up to 10,000 outputs, else 256 shards by the hash of the path and the file that names them. */
function lockfileOf(
  steps: readonly PlannedStep[],
  { entry, readBy }: Sample,
): ReadonlyMap<string, string> {
  const isSharded = steps.length > MOST_IN_ONE_FILE;
  const lines = new Map<string, string[]>(isSharded ? shards() : [[LOCKFILE, []]]);
  for (const { output, fingerprint, character, motion } of steps.toSorted(byOutput)) {
    const line = { ...entry, fingerprint, character, motion, ...namesOf(videoOf(output)) };
    const path = isSharded ? shardOf(output) : LOCKFILE;
    lines.get(path)?.push(`${JSON.stringify(output)}:${JSON.stringify(line)},`);
  }
  const files = new Map(
    [...lines].map(([path, each]) => [path, fileWith(each, [`"readBy":"${readBy}",`])]),
  );
  if (isSharded) files.set(LOCKFILE, fileWith([], [`"readBy":"${readBy}",`, '"shards":256,']));
  return files;
}

function videoOf(output: string): Buffer {
  return Buffer.from(`what was bought for ${output}`);
}

/** As the lockfile names the bytes of an output. */
function namesOf(bytes: Buffer) {
  const blob = Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]);
  return {
    bytes: bytes.length,
    identity: `git:${createHash('sha1').update(blob).digest('hex')}`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

function fileWith(lines: readonly string[], head: readonly string[]): string {
  return `${['{', '"version":2,', ...head, '"outputs":{', ...lines, '"":null', '}', '}'].join('\n')}\n`;
}

function shards(): [string, string[]][] {
  return Array.from({ length: 256 }, (_, number) => [
    `motion-transfer.lock/${number.toString(16).padStart(2, '0')}.json`,
    [],
  ]);
}

function shardOf(output: string): string {
  return `motion-transfer.lock/${createHash('sha256').update(output).digest('hex').slice(0, 2)}.json`;
}

function byOutput(a: PlannedStep, b: PlannedStep): number {
  return a.output < b.output ? -1 : 1;
}
