import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysIn } from '../leaks.ts';
import { type ActionRun, readActionRun } from './action-run.ts';
import { prepareEnvironment } from './environment.ts';
import type { ActionOptions } from './options.ts';

export interface RunningAction {
  readonly child: ChildProcess;
  readonly finished: Promise<ActionRun>;
  kill(signal: NodeJS.Signals): void;
  /** Each piece of output as it comes; what came before is given at once. */
  onOutput(listener: (text: string, stream: 'stdout' | 'stderr') => void): void;
  /** Resolves with the whole stdout so far once it contains `text`; rejects if the action ends first. */
  printed(text: string): Promise<string>;
}

type Listener = Parameters<RunningAction['onOutput']>[0];

/** The runner waits this long for children that keep the action's pipes open after it has ended. */
const OPEN_PIPES_MS = 5_000;

/**
 * `nodeArguments` for many short runs: helper threads of V8 take a seventh of the CPU time of one, and save none;
 * room for short-lived objects from the beginning saves some more.
 */
export const SHORT_RUN = ['--single-threaded-gc', '--v8-pool-size=1', '--min-semi-space-size=16'];

/** Starts an action as a child process, the way the runner does. */
export function startAction(options: ActionOptions): RunningAction {
  const directory = mkdtempSync(join(tmpdir(), 'emulated-runner-'));
  const { variables, files } = prepareEnvironment(options, directory);
  const startedAt = performance.now();
  const nodeArguments = options.nodeArguments ?? [];
  const child = spawn(options.node ?? process.execPath, [...nodeArguments, options.bundle], {
    cwd: options.workspace,
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

  const output = { stdout: '', stderr: '' };
  const history: [string, 'stdout' | 'stderr'][] = [];
  const listeners = new Set<Listener>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      history.push([text, stream]);
      for (const listener of listeners) listener(text, stream);
    });
  }

  const finish = async (): Promise<ActionRun> => {
    try {
      const { exitCode, signal } = await ended(child);
      const durationMs = performance.now() - startedAt;
      const ending = { exitCode, signal, durationMs, ...output };
      return await readActionRun(ending, files, keysIn(variables));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
  const finished = finish();
  // Whoever only cancels need not look at the result.
  finished.catch(() => undefined);

  const onOutput = (listener: Listener) => {
    for (const [text, stream] of history) listener(text, stream);
    listeners.add(listener);
  };
  return {
    child,
    finished,
    kill: (signal) => void child.kill(signal),
    onOutput,
    printed: (text) =>
      new Promise((resolve, reject) => {
        onOutput(() => {
          if (output.stdout.includes(text)) resolve(output.stdout);
        });
        finished.then(
          (run) =>
            reject(new Error(`the action ended (${run.exitCode}) before it printed '${text}'`)),
          reject,
        );
      }),
  };
}

async function ended(
  child: ChildProcess,
): Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }> {
  const closed = once(child, 'close');
  // `once` rejects on 'error', which is how a Node that cannot be started shows.
  closed.catch(() => undefined);
  const [exitCode, signal] = await once(child, 'exit');
  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, OPEN_PIPES_MS);
  await closed;
  clearTimeout(timer);
  return { exitCode, signal };
}
