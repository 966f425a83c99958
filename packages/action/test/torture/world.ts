import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type ActionRun,
  type Checkpoint,
  type Emulator,
  type FaultyProxy,
  type FaultyProxyOptions,
  type Performer,
  type RunningAction,
  remuxPerformer,
  SHORT_RUN,
  startAction,
  startEmulator,
  startFaultyProxy,
} from '@motion-transfer/emulator';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../../../..');
const DIST = join(root, 'packages/action/dist');
const REPOSITORY = 'octo/animations';
export const LEDGER_BRANCH = 'motion-transfer-ledger';

/** The holds of both transfers are $1.08, so that a limit of $1.10 has room for each of them once. */
export type Room = 'tight' | 'wide';

/** One purchase of each of two providers: one that answers with the video, one that names a job. */
const configOf = (limit: string) => `version: 1
provider: prospolabs
budget: { per-month: ${limit} }
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: robot.png, motion: dance.mp4, output: animations/dance.mp4, provider: empiriolabs, prompt: a robot dances }
`;
const MONTH_LIMIT_MICRO_USD: Readonly<Record<Room, number>> = {
  tight: 1_100_000,
  wide: 5_000_000,
};

interface Step {
  readonly workspace: string;
  readonly runId: number;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly phase?: 'main' | 'post';
}

/** A repository, its server, both providers and GitHub: everything but the process under test. */
export interface World {
  readonly emulator: Emulator;
  /** `null` where the network is a good one. */
  readonly proxy: FaultyProxy | null;
  readonly limitMicroUsd: number;
  /** Bare; holds the ledger's branch. */
  readonly server: string;
  /** Sha256 of every video that a provider made. */
  readonly performed: ReadonlySet<string>;
  /** A checkout on another machine. */
  checkout(): string;
  /** One step of one job; its RUNNER_TEMP is the run's, so that the post step finds it. */
  start(step: Step): RunningAction;
  /** GitHub's word that nothing of the run goes on. */
  endAttempt(runId: number): void;
  close(): Promise<void>;
}

interface WorldOptions {
  readonly room?: Room;
  /** Instead of the usual one; with `limitMicroUsd`, which it must set. */
  readonly config?: string;
  readonly limitMicroUsd?: number;
  readonly checkpoint?: Checkpoint;
  readonly network?: FaultyProxyOptions;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { room = 'tight', checkpoint, network } = options;
  const directory = mkdtempSync(join(tmpdir(), 'motion-transfer-torture-'));
  const origin = join(directory, 'origin');
  const server = join(directory, 'server.git');
  const limit = (MONTH_LIMIT_MICRO_USD[room] / 1_000_000).toFixed(2);
  makeRepository(origin, options.config ?? configOf(limit));
  execFileSync('git', ['init', '--quiet', '--bare', server]);

  const performed = new Set<string>();
  const performer: Performer = async (request) => {
    const bytes = await remuxPerformer(request);
    performed.add(sha256Hex(bytes));
    return bytes;
  };
  const emulator = await startEmulator({
    performer,
    jobDurationMs: 30,
    ...(checkpoint != null && { checkpoint }),
  });
  emulator.serveRepository(REPOSITORY, origin);
  emulator.serveGit(REPOSITORY, server, 'github');
  const token = emulator.github.createToken({ contents: 'write', actions: 'read' });
  const proxy = network == null ? null : await startFaultyProxy(emulator.origin, network);
  let checkouts = 0;

  const environmentOf = (runId: number) => {
    const variables = Object.entries(emulator.environment({ run: `run-${runId}` }));
    if (proxy == null) return Object.fromEntries(variables);
    return Object.fromEntries(
      variables.map(([name, value]) => [name, value.replace(emulator.origin, proxy.origin)]),
    );
  };

  return {
    emulator,
    proxy,
    limitMicroUsd: options.limitMicroUsd ?? MONTH_LIMIT_MICRO_USD[room],
    server,
    performed,
    checkout() {
      checkouts += 1;
      const copy = join(directory, `checkout-${checkouts}`);
      execFileSync('git', ['clone', '--quiet', origin, copy]);
      return copy;
    },
    start({ workspace, runId, inputs, environment, phase }) {
      const temporaryDirectory = join(directory, `temp-${runId}`);
      mkdirSync(temporaryDirectory, { recursive: true });
      return startAction({
        bundle: join(DIST, phase === 'post' ? 'post.js' : 'index.js'),
        nodeArguments: SHORT_RUN,
        workspace,
        repository: REPOSITORY,
        visibility: 'public',
        event: { name: 'push' },
        runId,
        token,
        defaults: inputDefaults,
        inputs: { command: 'run', ...inputs },
        ...(phase != null && { phase }),
        environment: {
          ...environmentOf(runId),
          RUNNER_TEMP: temporaryDirectory,
          // Starting the bundle is most of what a short run costs.
          NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/motion-transfer/compiled'),
          ...environment,
        },
      });
    },
    endAttempt(runId) {
      const over = { status: 'completed', conclusion: 'failure' } as const;
      emulator.github.setAttempt(REPOSITORY, runId, 1, over);
    },
    async close() {
      await proxy?.close();
      await emulator.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function makeRepository(directory: string, config: string): void {
  mkdirSync(join(directory, '.github'), { recursive: true });
  for (const asset of ['characters/robot.png', 'motions/wave.mp4', 'motions/dance.mp4']) {
    const name = asset.replace(/^.*\//, '');
    cpSync(join(root, 'examples/assets', asset), join(directory, name));
  }
  writeFileSync(join(directory, '.github/motion-transfer.yml'), config);
  const git = (...args: string[]) => execFileSync('git', ['-C', directory, ...args]);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  git(...author, 'commit', '--quiet', '--message', 'Add characters and motions');
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** How a run ended, for people who have to find out why. */
export function sayRun(run: ActionRun): string {
  return `exit ${run.exitCode ?? run.signal}\n${run.stdout}\n${run.stderr}`;
}

const manifest: { inputs: Record<string, { default?: string }> } = parse(
  readFileSync(join(root, 'action.yml'), 'utf8'),
);
export const inputDefaults = Object.fromEntries(
  Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? '']),
);
