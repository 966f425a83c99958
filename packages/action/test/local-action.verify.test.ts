import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { ActionRun } from '@motion-transfer/emulator';
import { expect, test } from 'vitest';
import { namesInZip, oneTransfer, startWorkbench, type Workbench } from './workbench.ts';

/**
 * `@github/local-action` reads action.yml and an .env file and calls the source of an action with its own
 * stand-ins for @actions/core and @actions/artifact. So this shows that the source works with inputs, outputs,
 * a summary and an artifact client that others wrote. It shows nothing about the bundle (the emulated runner
 * does), `src/index.ts`, masks, the runner's command files or its signals: local-action has none of them.
 * docs/decisions/0020-local-action.md says more.
 */
const LAUNCHER = join(import.meta.dirname, 'local-action/launch.ts');

const startBench = () => startWorkbench({ config: oneTransfer('prospolabs') });

/** With what local-action needs besides: it fills no `${{ github.token }}` in, and needs a place for artifacts. */
function commonOf(bench: Workbench) {
  const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
  const artifacts = join(bench.workspace, '../artifacts');
  mkdirSync(artifacts);
  return {
    artifacts,
    run(inputs: Record<string, string>) {
      return bench.run({ ...inputs, 'github-token': token }, { runId: 7 });
    },
    runSource(inputs: Record<string, string>) {
      return bench.run(
        { ...inputs, 'github-token': token },
        {
          bundle: LAUNCHER,
          // local-action has to find them in action.yml.
          defaults: {},
          runId: 7,
          environment: { LOCAL_ACTION_ARTIFACT_PATH: artifacts },
        },
      );
    },
  };
}

/** Paths below the temporary directory of one run. */
const withoutRun = (text: string) =>
  text.replaceAll(/[^\s'"]*\/motion-transfer-\w+\/run-\d+/g, 'TEMPORARY');

/** The last table that local-action prints: each output as Node shows a string. */
function outputsShown({ stdout }: ActionRun): Record<string, string> {
  const [, table = ''] = stdout.split(/^ *Action Outputs$/m);
  const rows = table.matchAll(/^│ \d+ +│ '([\w-]+)' +│ (.*?) +│$/gm);
  return Object.fromEntries([...rows].map(([, name, value]) => [name, withoutRun(value ?? '')]));
}

function outputsOf(run: ActionRun): Record<string, string> {
  const show = (value: string) => withoutRun(inspect(value, { breakLength: Infinity }));
  return Object.fromEntries(
    Object.entries(run.outputs).map(([name, value]) => [name, show(value)]),
  );
}

test('a plan by the source under local-action is the plan by the bundle', async () => {
  const bench = await startBench();
  const { run, runSource } = commonOf(bench);
  const bundle = await run({ command: 'plan' });
  const source = await runSource({ command: 'plan' });
  expect(source.outcome).toBe('success');
  expect(outputsShown(source)).toEqual(outputsOf(bundle));
  expect(outputsShown(source)).toMatchObject({ 'estimated-cost': "'0.304'" });
  expect(source.summary).toBe(bundle.summary);
  expect(source.annotations).toEqual(bundle.annotations);
  expect(bench.submits()).toBe(0);
});

test('a run by the source under local-action buys what the bundle buys, and the bundle reuses it', async () => {
  const bundle = await commonOf(await startBench()).run({});
  const bench = await startBench();
  const { run, runSource, artifacts } = commonOf(bench);
  const source = await runSource({});
  expect(source.outcome).toBe('success');
  // The emulated artifact service counts from 101, local-action from 1.
  const counted = (text: string) => text.replaceAll(/\b10(?=[12]\b)/g, '');
  const outputs = Object.entries(outputsOf(bundle)).map(([name, value]) => [name, counted(value)]);
  expect(outputsShown(source)).toEqual({
    ...Object.fromEntries(outputs),
    // It names the commit, and each bench has its own.
    'plan-digest': expect.any(String),
  });
  expect(source.summary).toBe(counted(bundle.summary));
  expect(namesInZip(readFileSync(join(artifacts, 'motion-transfer.zip')))).toEqual([
    'animations/wave.mp4',
    'gallery.html',
    'motion-transfer.lock.json',
    'plan.json',
    'results.json',
  ]);
  expect(bench.emulator.artifacts).toEqual([]);
  expect(bench.submits()).toBe(1);

  const again = await run({});
  expect(again.outputs).toMatchObject({ 'reused-count': '1', 'actual-cost': '0.00' });
  expect(bench.submits()).toBe(1);
});

test('a step that fails under local-action fails there, and says why', async () => {
  const bench = await startBench();
  const source = await commonOf(bench).runSource({ command: 'paln' });
  expect(source.outcome).toBe('failure');
  expect(source.annotations.map(({ message }) => message).join('\n')).toContain(
    '"paln" is not one of plan, run, reconcile, probe',
  );
});
