import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ActionOptions, ActionRun, ProviderName } from '@motion-transfer/emulator';
import { filesBelow, startWorkbench, type Workbench, type WorkbenchOptions } from '../workbench.ts';

const assets = resolve(import.meta.dirname, '../../../../examples/assets');
const ACTION_REPOSITORY = 'motion-transfer/motion-transfer';

export interface ProbeReportFile {
  readonly purchase: { readonly state: string; readonly wasSubmitted: boolean } | null;
  readonly assumptions: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly seen: string;
  }[];
  readonly exchanges: readonly {
    readonly purpose: string;
    readonly status: number | null;
    readonly file: string;
  }[];
}

export interface ProbeBench {
  readonly bench: Workbench;
  probe(
    inputs?: Readonly<Record<string, string>>,
    options?: Partial<ActionOptions>,
  ): Promise<ActionRun>;
  start(inputs?: Readonly<Record<string, string>>): ReturnType<Workbench['start']>;
}

/** A repository that probes, and beside it the one of the action, which serves the example assets. */
export async function startProbeBench(
  provider: ProviderName,
  options: WorkbenchOptions = {},
): Promise<ProbeBench> {
  const bench = await startWorkbench({ config: null, ...options });
  const actionHome = join(bench.workspace, '../action-repository');
  for (const path of ['characters/robot.png', 'motions/wave-3s.mp4']) {
    const target = join(actionHome, 'examples/assets', path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(assets, path), target);
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', actionHome, ...args], { encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all');
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  git(...author, 'commit', '--quiet', '-m', 'Add assets');
  const ref = git('rev-parse', 'HEAD').trim();
  bench.emulator.serveRepository(ACTION_REPOSITORY, actionHome, 'public');
  const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
  const inputsOf = (inputs: Readonly<Record<string, string>>) => ({
    command: 'probe',
    provider,
    ...inputs,
  });
  const optionsOf = (more: Partial<ActionOptions> = {}): Partial<ActionOptions> => ({
    token,
    event: { name: 'workflow_dispatch' },
    ...more,
    environment: {
      GITHUB_ACTION_REPOSITORY: ACTION_REPOSITORY,
      GITHUB_ACTION_REF: ref,
      ...more.environment,
    },
  });
  return {
    bench,
    probe: (inputs = {}, more) => bench.run(inputsOf(inputs), optionsOf(more)),
    start: (inputs = {}) => bench.start(inputsOf(inputs), optionsOf()),
  };
}

export function reportOf(run: ActionRun): ProbeReportFile {
  return JSON.parse(
    readFileSync(join(dirname(run.outputs['probe-report'] ?? ''), 'report.json'), 'utf8'),
  );
}

/** `wrong`, `confirmed` or `not-seen`, by the id of the assumption. */
export function verdictOf(run: ActionRun, id: string): string | undefined {
  return reportOf(run).assumptions.find((assumption) => assumption.id === id)?.verdict;
}

export function purposesOf(run: ActionRun): string[] {
  return [...new Set(reportOf(run).exchanges.map(({ purpose }) => purpose))];
}

/** Keys of the provider, and what its requests were authorized with, in every form in which they may leak. */
export function secretsOf(bench: Workbench): string[] {
  const keys = Object.entries(bench.emulator.environment({ run: 'keys' }))
    .filter(([name]) => /_(API_KEY|API_TOKEN|KEY)$/.test(name))
    .map(([, value]) => value);
  const tokens = bench.emulator.requests
    .filter(({ site }) => ['submit', 'status', 'lookup'].includes(site?.at ?? ''))
    .flatMap(({ headers }) => headers.authorization?.split(' ').at(-1) ?? []);
  return [...new Set([...keys, ...tokens])].flatMap(formsOf);
}

export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

/** What is meant for others: the artifact, and the files it was made of. */
export function publishedBy(bench: Workbench, run: ActionRun): string {
  return [
    ...filesBelow(dirname(run.outputs['probe-report'] ?? '')).map((path) =>
      readFileSync(path, 'latin1'),
    ),
    ...bench.emulator.artifacts.map(({ bytes }) => bytes.toString('latin1')),
    run.summary,
  ].join('\n');
}

/** Everything that a run wrote anywhere: its directory, its artifact, its log without the masks, its summary. */
export function writtenBy(bench: Workbench, run: ActionRun): string {
  const directory = dirname(dirname(run.outputs['probe-report'] ?? ''));
  const files = [
    ...filesBelow(directory),
    ...filesBelow(join(bench.workspace, '.git/motion-transfer')),
  ];
  return [
    ...files.map((path) => readFileSync(path, 'latin1')),
    publishedBy(bench, run),
    JSON.stringify(bench.ledger()),
    JSON.stringify(run.outputs),
    run.stdout.replaceAll(/^::add-mask::.*$/gm, ''),
    run.summary,
  ].join('\n');
}
