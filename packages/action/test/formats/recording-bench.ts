import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type ActionOptions,
  type ActionRun,
  type Emulator,
  type RunningAction,
  startAction,
  startEmulator,
} from '@motion-transfer/emulator';
import { inputDefaults, LEDGER_BRANCH } from '../torture/world.ts';
import {
  CONFIG,
  FREE_AGAIN_CONFIG,
  LEDGER_FILE,
  type Ledger,
  MOTION,
  STATE_DIRECTORY,
  videoOf,
} from './fixture.ts';
import { BLOCKED, configOf, DELIVERED, FREE_AGAIN, OPEN, UNKNOWN } from './scenario.ts';

const root = resolve(import.meta.dirname, '../../../..');
export const REPOSITORY = 'octo/animations';

type Inputs = Readonly<Record<string, string>>;

/** A repository with the config of the scenario, and everything that the bundle talks to. */
export interface RecordingBench {
  readonly emulator: Emulator;
  readonly workspace: string;
  readonly server: string;
  git(...args: string[]): string;
  commit(message: string): void;
  start(inputs: Inputs, more?: Partial<ActionOptions>): RunningAction;
  /** Of the last run. */
  runId(): number;
  /** Runs to the end, which must be with this exit code. */
  run(exitCode: number, inputs: Inputs, more?: Partial<ActionOptions>): Promise<ActionRun>;
  /** The last line of the journal about each key. */
  lastEvents(): Map<string, string>;
  /** The states of the open purchases by transfer, as the ledger sums them up; `null` without one. */
  sharedStates(): Map<string, string> | null;
  close(): Promise<void>;
}

export async function startRecordingBench(
  directory: string,
  ledger: Ledger,
  bundle: string,
): Promise<RecordingBench> {
  const workspace = join(directory, 'workspace');
  const server = join(directory, 'server.git');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' });
  const commit = (message: string) => {
    const author = ['-c', 'user.name=Recorder', '-c', 'user.email=recorder@example.com'];
    git('add', '--all');
    git(...author, 'commit', '--quiet', '--message', message);
  };
  writeFiles(workspace, ledger);
  execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', workspace]);
  execFileSync('git', ['init', '--quiet', '--bare', server]);
  commit('Add a character, a motion and the configs');

  const emulator = await startEmulator({
    performer: async ({ motionBytes, prompt }) => videoOf(motionBytes, prompt),
    jobDurationMs: 50,
  });
  emulator.serveRepository(REPOSITORY, workspace);
  emulator.serveGit(REPOSITORY, server, 'github');
  const token = emulator.github.createToken({
    contents: 'write',
    actions: 'read',
    'pull-requests': 'write',
  });
  let runId = 1_000;
  const start: RecordingBench['start'] = (inputs, more = {}) => {
    runId += 1;
    const temporaryDirectory = join(directory, `run-${runId}`);
    mkdirSync(temporaryDirectory);
    return startAction({
      bundle,
      workspace,
      repository: REPOSITORY,
      runId,
      token,
      defaults: inputDefaults,
      inputs: { command: 'run', ...inputs },
      ...more,
      environment: {
        ...emulator.environment({ run: `run-${runId}` }),
        RUNNER_TEMP: temporaryDirectory,
      },
    });
  };
  return {
    emulator,
    workspace,
    server,
    git,
    commit,
    start,
    runId: () => runId,
    async run(exitCode, inputs, more) {
      const run = await start(inputs, more).finished;
      if (run.exitCode === exitCode) return run;
      throw new Error(
        `${JSON.stringify(inputs)} ended with ${run.exitCode}, not ${exitCode}:\n${run.stdout}${run.stderr}`,
      );
    },
    lastEvents: () => readLastEvents(join(workspace, STATE_DIRECTORY, 'journal.jsonl')),
    sharedStates() {
      switch (ledger) {
        case 'git':
          return readStates(
            execFileSync('git', ['-C', server, 'show', `${LEDGER_BRANCH}:state.json`], {
              encoding: 'utf8',
            }),
          );
        case 'file': {
          const document: { files: [string, string][] } = JSON.parse(
            readFileSync(join(workspace, LEDGER_FILE), 'utf8'),
          );
          return readStates(new Map(document.files).get('state.json') ?? '');
        }
        case 'none':
          return null;
      }
    },
    close: () => emulator.close(),
  };
}

function writeFiles(workspace: string, ledger: Ledger): void {
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  };
  write(CONFIG, configOf(ledger, [...DELIVERED, ...BLOCKED, UNKNOWN, ...OPEN]));
  write(FREE_AGAIN_CONFIG, configOf(ledger, FREE_AGAIN));
  cpSync(join(root, 'examples/assets/characters/robot.png'), join(workspace, 'robot.png'));
  cpSync(join(root, 'examples/assets/motions', MOTION), join(workspace, MOTION));
}

function readLastEvents(journal: string): Map<string, string> {
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const { key, type }: { key: string; type: string } = JSON.parse(line);
      return [key, type];
    }),
  );
}

function readStates(text: string): Map<string, string> {
  const { open }: { open: { transferId: string; state: string }[] } = JSON.parse(text);
  return new Map(open.map(({ transferId, state }) => [transferId, state]));
}
