import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionRun, startAction } from '@motion-transfer/emulator';
import { parse } from 'yaml';
import { type Cost, endedChildrenS, LONGEST_RUN_MS, watchCost } from './child-cost.ts';
import { BUNDLE, ROOT } from './folders.ts';
import { type BenchRepository, REPOSITORY } from './repository.ts';

export interface OurTask {
  readonly repository: BenchRepository;
  readonly inputs: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly runId?: number;
  readonly event?: { readonly name: string; readonly payload?: Readonly<Record<string, unknown>> };
  readonly killAfterMs?: number;
  readonly nodeArguments?: readonly string[];
}

export interface OurRun extends Cost {
  readonly run: ActionRun;
  /** From the start to the first line of its log. */
  readonly firstLineS: number;
}

const manifest: { inputs: Record<string, { default?: string }> } = parse(
  readFileSync(join(ROOT, 'action.yml'), 'utf8'),
);
const defaults = Object.fromEntries(
  Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? '']),
);

/** Runs the committed bundle as the runner does. */
export async function runOurs(task: OurTask): Promise<OurRun> {
  const usedBeforeS = endedChildrenS();
  const startedAtMs = performance.now();
  const action = startAction({
    bundle: BUNDLE,
    workspace: task.repository.workspace,
    sha: task.repository.head,
    repository: REPOSITORY,
    event: task.event ?? { name: 'push' },
    runId: task.runId ?? 1_000,
    defaults,
    inputs: task.inputs,
    ...(task.token != null && { token: task.token }),
    ...(task.environment != null && { environment: task.environment }),
    ...(task.nodeArguments != null && { nodeArguments: task.nodeArguments }),
  });
  const watch = watchCost(action.child, startedAtMs, usedBeforeS);
  let firstLineS = 0;
  action.onOutput(() => {
    firstLineS ||= (performance.now() - startedAtMs) / 1_000;
  });
  const timer = setTimeout(() => action.kill('SIGKILL'), task.killAfterMs ?? LONGEST_RUN_MS);
  // What the runner emulation reads afterwards is not a part of the run.
  const ended = new Promise<Cost>((resolve) => {
    action.child.once('exit', () => resolve(watch.end()));
  });
  const [run, cost] = await Promise.all([action.finished, ended]);
  clearTimeout(timer);
  return { ...cost, run, firstLineS };
}
