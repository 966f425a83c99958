import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type ActionOptions,
  type ActionRun,
  type Emulator,
  type EmulatorOptions,
  findLeaks,
  keysIn,
  type ProviderName,
  type RunningAction,
  rememberPerformances,
  remuxPerformer,
  type Sent,
  SHORT_RUN,
  startAction,
  startEmulator,
} from '@motion-transfer/emulator';
import { parse } from 'yaml';
import { cleanUpLater } from './clean-up/cleanups.ts';

export const root = resolve(import.meta.dirname, '../../..');
/** `main` and `post` of action.yml. */
export const BUNDLE = join(root, 'packages/action/dist/index.js');
const POST_BUNDLE = join(root, 'packages/action/dist/post.js');
export const REPOSITORY = 'octo/animations';
export const CONFIG = '.github/motion-transfer.yml';

const EXAMPLES = 'examples/assets';
const SMALL = 'packages/action/test/fixtures/small';
const ASSETS = {
  examples: [
    `${EXAMPLES}/characters/robot.png`,
    `${EXAMPLES}/characters/girl.png`,
    `${EXAMPLES}/motions/wave.mp4`,
    `${EXAMPLES}/motions/dance.mp4`,
  ],
  small: ['robot.png', 'girl.png', 'wave.mp4', 'dance.mp4'].map((name) => `${SMALL}/${name}`),
} as const;

/** Rendered films would take seconds each, and no test looks at the pictures. */
const performer = rememberPerformances(remuxPerformer);

/** Two providers, one transfer each: the smallest config that uses everything. */
export const BOTH_PROVIDERS = `version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: robot.png, motion: dance.mp4, output: animations/dance.mp4, provider: empiriolabs, prompt: a robot dances }
`;

export function oneTransfer(provider: ProviderName, more = ''): string {
  return `version: 1
provider: ${provider}
transfers:
  - character: robot.png
    motion: wave.mp4
    output: animations/wave.mp4
    prompt: a robot waves
${more}`;
}

export interface Results {
  readonly failure: string | null;
  readonly totals: { readonly chargedMicroUsd: number; readonly heldMicroUsd: number };
  readonly results: readonly {
    readonly id: string;
    readonly output: string;
    readonly state: string;
    readonly provider: string | null;
    readonly model: string | null;
    readonly draft: boolean;
    readonly operation: unknown;
    readonly holdMicroUsd: number;
    readonly charge: { readonly microUsd: number | null; readonly source: string } | null;
    readonly message: string | null;
    readonly sha256: string | null;
    readonly warnings: readonly { readonly kind: string; readonly message: string }[] | null;
    readonly webFiles?: readonly { readonly kind: string; readonly state: string }[];
  }[];
}

export interface Workbench {
  readonly emulator: Emulator;
  readonly workspace: string;
  /** Runs the bundle as the runner does; `command: run` unless a command is given. */
  run(inputs?: Record<string, string>, options?: Partial<ActionOptions>): Promise<ActionRun>;
  start(inputs?: Record<string, string>, options?: Partial<ActionOptions>): RunningAction;
  /** A checkout of its own on another machine: nothing that earlier runs left beside the repository. */
  checkout(): string;
  /** Files of the ledger's branch at the server, by path; empty before the first write. */
  ledger(): Record<string, string>;
  /** Takes the ledger's branch away at the server. */
  deleteLedger(): void;
  write(path: string, content: string | Uint8Array): void;
  read(path: string): Buffer;
  exists(path: string): boolean;
  commit(message?: string): void;
  git(...args: string[]): string;
  results(run: ActionRun): Results;
  /** POSTs that reached a provider, whatever became of them. */
  submits(): number;
}

export interface WorkbenchOptions extends EmulatorOptions {
  readonly config?: string | null;
  readonly visibility?: 'public' | 'private';
  /**
   * `small` for what draws or encodes without looking at the picture: 340 pixels and half a second, with a box that
   * crosses them, cost a third of the time of the examples. Below the limits of some companies.
   */
  readonly assets?: keyof typeof ASSETS;
  /** There is one unless this is `false`, as on some runners of others. */
  readonly artifactService?: boolean;
}

/** The purchases on record in the files of a ledger. */
export function purchasesOf(files: Readonly<Record<string, string>>) {
  return Object.entries(files)
    .filter(([path]) => path.startsWith('purchases/'))
    .flatMap(([, text]) => text.trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
}

/**
 * For what is over once a video is on the disk: uploads take almost half of the time of a run, and
 * scenes.test.ts and artifacts.test.ts show them.
 */
export function startWithoutArtifacts(options: WorkbenchOptions = {}): Promise<Workbench> {
  return startWorkbench({ ...options, artifactService: false });
}

/** A real git repository with two clips and two characters, served by an emulator of the whole outside. */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const directory = mkdtempSync(join(tmpdir(), 'motion-transfer-'));
  cleanUpLater(() => rmSync(directory, { recursive: true, force: true }));
  const workspace = join(directory, 'workspace');
  mkdirSync(workspace);
  for (const asset of ASSETS[options.assets ?? 'examples'])
    cpSync(join(root, asset), join(workspace, basename(asset)));
  const emulator = await startEmulator({
    jobDurationMs: 50,
    performer,
    ...options,
  });
  cleanUpLater(() => emulator.close());
  const visibility = options.visibility ?? 'public';
  emulator.serveRepository(REPOSITORY, workspace, visibility);
  const server = join(directory, 'server.git');
  execFileSync('git', ['init', '--quiet', '--bare', server]);
  emulator.serveGit(REPOSITORY, server, 'github');

  const git = (...args: string[]) =>
    execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' });
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  };
  const commit = (message = 'Change') => {
    git('add', '--all');
    git(
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.com',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      message,
    );
  };
  let runCount = 0;
  let checkoutCount = 0;
  const actionOptions = (
    inputs: Record<string, string>,
    more: Partial<ActionOptions>,
  ): ActionOptions => {
    runCount += 1;
    const temporaryDirectory = join(directory, `run-${runCount}`);
    mkdirSync(temporaryDirectory);
    return {
      bundle: more.phase === 'post' ? POST_BUNDLE : BUNDLE,
      nodeArguments: SHORT_RUN,
      workspace,
      repository: REPOSITORY,
      visibility,
      event: { name: 'push' },
      runId: 1_000 + runCount,
      defaults: inputDefaults,
      ...more,
      inputs: { command: 'run', ...inputs },
      environment: {
        ...emulator.environment({ run: `run-${runCount}` }),
        RUNNER_TEMP: temporaryDirectory,
        ...(options.artifactService === false && { ACTIONS_RUNTIME_TOKEN: '' }),
        // Starting the bundle is most of what a short run costs.
        NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/motion-transfer/compiled'),
        ...more.environment,
      },
    };
  };

  const start = (inputs: Record<string, string> = {}, more: Partial<ActionOptions> = {}) => {
    const started = actionOptions(inputs, more);
    const running = startAction(started);
    const finished = running.finished.then((run) => {
      const keys = keysIn({ ...started.environment, 'GITHUB-TOKEN': started.token ?? '' });
      const files = sentBelow(directory);
      const leaks = [
        ...emulator.searchTraffic(keys),
        ...findLeaks(keys, [...files, { where: 'git', content: objectsOf(server) }]),
      ];
      if (emulator.violations.length > 0)
        throw new Error(`GitHub would not do this: ${emulator.violations.join('; ')}`);
      if (leaks.length > 0) throw new Error(`keys left the run: ${JSON.stringify(leaks)}`);
      return run;
    });
    finished.catch(() => undefined);
    return { ...running, finished };
  };

  git('init', '--quiet', '--initial-branch', 'main');
  if (options.config !== null) write(CONFIG, options.config ?? BOTH_PROVIDERS);
  commit('Add characters and motions');
  return {
    emulator,
    workspace,
    run: (inputs = {}, more = {}) => start(inputs, more).finished,
    start,
    checkout() {
      checkoutCount += 1;
      const copy = join(directory, `checkout-${checkoutCount}`);
      execFileSync('git', ['clone', '--quiet', workspace, copy]);
      return copy;
    },
    ledger: () => readBranch(server, 'motion-transfer-ledger'),
    deleteLedger() {
      execFileSync('git', ['-C', server, 'update-ref', '-d', 'refs/heads/motion-transfer-ledger']);
    },
    write,
    read: (path) => readFileSync(join(workspace, path)),
    exists: (path) => existsSync(join(workspace, path)),
    commit,
    git,
    results: (run) => JSON.parse(readFileSync(run.outputs.results ?? '', 'utf8')),
    submits: () => emulator.requests.filter(({ site }) => site?.at === 'submit').length,
  };
}

/** Texts that a run left; a killed one may still have children that move files about. */
function sentBelow(directory: string): Sent[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry): Sent[] => {
    const where = join(directory, entry.name);
    if (/^(objects|server\.git)$|\.(mp4|png|js)$/.test(entry.name)) return [];
    try {
      if (entry.isDirectory()) return sentBelow(where);
      return entry.isFile() ? [{ where, content: readFileSync(where) }] : [];
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  });
}

/** All that was ever pushed, unpacked. */
function objectsOf(repository: string): Uint8Array {
  const args = ['-C', repository, 'cat-file', '--batch', '--batch-all-objects'];
  return execFileSync('git', args, { maxBuffer: 1024 ** 3 });
}

function readBranch(repository: string, branch: string): Record<string, string> {
  const ask = (...args: string[]) =>
    execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', stdio: 'pipe' });
  const exists = ask('branch', '--list', branch).trim() !== '';
  const paths = exists ? ask('ls-tree', '-r', '--name-only', branch).trim().split('\n') : [];
  return Object.fromEntries(paths.map((path) => [path, ask('show', `${branch}:${path}`)]));
}

const manifest: { inputs: Record<string, { default?: string }> } = parse(
  readFileSync(join(root, 'action.yml'), 'utf8'),
);
const inputDefaults = Object.fromEntries(
  Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? '']),
);

/** Every regular file below a directory, for searching what a run left behind. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** File names of a zip's central directory. */
export function namesInZip(zip: Buffer): string[] {
  const names: string[] = [];
  for (
    let at = zip.indexOf('PK\u0001\u0002', 0, 'latin1');
    at >= 0;
    at = zip.indexOf('PK\u0001\u0002', at + 1, 'latin1')
  ) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.toString('utf8', at + 46, at + 46 + length));
  }
  return names.sort();
}

/** File names inside an artifact, by the order of the uploads. */
export function namesOfArtifact(bench: Workbench, index = 0): string[] {
  return namesInZip(bench.emulator.artifacts[index]?.bytes ?? Buffer.alloc(0));
}

/** A directory that several steps of one job share. */
export function sharedTemporary(bench: Workbench): { readonly RUNNER_TEMP: string } {
  bench.write('../runner-temp/keep', '');
  return { RUNNER_TEMP: join(bench.workspace, '../runner-temp') };
}
