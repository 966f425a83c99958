import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { writeContactSheet } from '@motion-transfer/draft';
import {
  type ActionRun,
  type ProviderName,
  runAction,
  startEmulator,
} from '@motion-transfer/emulator';
import { readInputDefaults } from './demo/action-defaults.ts';
import { readChosenProvider } from './demo/chosen-provider.ts';
import { changeCharacter, commitAll, createRepository } from './demo/repository.ts';
import { renderSummaryPage } from './demo/summary-page.ts';

/**
 * The main job, end to end: the committed bundle of the Action, run the way GitHub's runner does, on a
 * real git repository, against emulated providers and GitHub's emulated artifact service.
 * `npm start -- --provider fal` sends every transfer through one provider.
 */
const provider = chosenProvider();
const root = resolve(import.meta.dirname, '..');
const out = join(root, 'out');
const repository = join(out, 'repository');
const bundle = join(root, 'packages/action/dist/index.js');
const defaults = readInputDefaults(join(root, 'action.yml'));
const name = 'octo/animations';
/** Kept between runs, as on a self-hosted runner: the draft engine is installed once. */
const toolCache = join(root, 'node_modules/.cache/motion-transfer/tool-cache');

createRepository(join(root, 'examples'), repository);
const emulator = await startEmulator({ jobDurationMs: 1_500 });
emulator.serveRepository(name, repository, 'public');
const problems: string[] = [];

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
  await scene(
    2,
    `run: ${provider ?? 'both providers'}, videos verified, uploaded, recorded`,
    { command: 'run' },
    (run) => {
      expect(run.exitCode === 0, 'the run succeeds');
      expect(run.outputs['generated-count'] === '3', 'three videos were generated');
      expect(emulator.artifacts.length === 4, 'the videos and their gallery were uploaded');
      checkBill(run);
    },
  );
  commitAll(repository, 'Add the animations');
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
} finally {
  await emulator.close();
}

console.log(
  problems.length === 0
    ? '\nAll four scenes went as they should.'
    : `\n${problems.length} went wrong:\n${problems.join('\n')}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

async function scene(
  number: number,
  title: string,
  inputs: Record<string, string>,
  check: (run: ActionRun) => void,
): Promise<void> {
  console.log(`\n${'='.repeat(100)}\nScene ${number}. ${title}\n${'='.repeat(100)}`);
  const temporaryDirectory = join(out, `scene-${number}`);
  rmSync(temporaryDirectory, { recursive: true, force: true });
  mkdirSync(temporaryDirectory, { recursive: true });
  const run = await runAction({
    bundle,
    workspace: repository,
    repository: name,
    visibility: 'public',
    event: { name: 'push' },
    inputs: { ...inputs, ...(provider != null ? { provider } : {}) },
    defaults,
    environment: {
      ...emulator.environment({ run: `run-${number}` }),
      RUNNER_TEMP: temporaryDirectory,
      RUNNER_TOOL_CACHE: toolCache,
    },
  });
  console.log(readable(run.stdout));
  writeFileSync(join(temporaryDirectory, 'summary.md'), run.summary);
  writeFileSync(join(temporaryDirectory, 'summary.html'), renderSummaryPage(run.summary));
  const files = {
    summary: join(temporaryDirectory, 'summary.html'),
    plan: run.outputs.plan,
    results: run.outputs.results,
    videos: run.outputs['output-directory'],
  };
  for (const [label, path] of Object.entries(files)) {
    if (path != null) console.log(`${label.padEnd(8)} ${relative(process.cwd(), path)}`);
  }
  await printContactSheet(temporaryDirectory, run.outputs['output-directory']);
  check(run);
  const gallery = join(run.outputs['output-directory'] ?? temporaryDirectory, 'gallery.html');
  if (existsSync(gallery)) console.log(`\ngallery  ${relative(process.cwd(), gallery)}`);
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

/** A charge that the provider told is its bill; one that we had to estimate is never below it. */
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

/** Frames of the clips above, and of what was made from them below. */
async function printContactSheet(directory: string, videos: string | undefined): Promise<void> {
  const made =
    videos == null
      ? []
      : readdirSync(videos, { recursive: true, encoding: 'utf8' })
          .filter((path) => path.endsWith('.mp4'))
          .sort();
  if (videos == null || made.length === 0) return;
  const motions = [...new Set(made.map((path) => basename(path)))].map((name) =>
    join(repository, 'assets/motions', name),
  );
  const sheet = join(directory, 'contact-sheet.png');
  await writeContactSheet([...motions, ...made.map((path) => join(videos, path))], sheet);
  console.log(`${'sheet'.padEnd(8)} ${relative(process.cwd(), sheet)}`);
}

function expect(holds: boolean, what: string): void {
  console.log(`${holds ? 'ok      ' : 'NOT OK  '} ${what}`);
  if (!holds) problems.push(what);
}

/** The log as GitHub shows it: groups as headings, commands as what they stand for. */
function readable(log: string): string {
  return log
    .split('\n')
    .filter((line) => !/^::(endgroup|add-mask|save-state|debug)/.test(line))
    .map((line) =>
      line
        .replace(/^::group::/, '> ')
        .replace(/^::(error|warning|notice)[^:]*::/, (_, level) => `${level.toUpperCase()}: `),
    )
    .join('\n')
    .trim();
}

function dollars(microUsd: number): string {
  return (microUsd / 1_000_000).toFixed(6).replace(/0{1,4}$/, '');
}
