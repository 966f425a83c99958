import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type ActionOptions,
  type Emulator,
  type ProviderName,
  startEmulator,
} from '@motion-transfer/emulator';
import { readInputDefaults } from './action-defaults.ts';
import { createRepository, publish } from './repository.ts';

const root = resolve(import.meta.dirname, '../..');
/** Kept between runs, as on a self-hosted runner: the draft engine is installed once. */
const TOOL_CACHE = join(root, 'node_modules/.cache/motion-transfer/tool-cache');
export const REPOSITORY = 'octo/animations';

/** What all scenes play on: a repository, its server, and everything outside of it, emulated. */
export interface Stage {
  readonly emulator: Emulator;
  /** The checkout in which the scenes take place, unless they say otherwise. */
  readonly repository: string;
  /** Where everything is written that one may look at afterwards. */
  readonly out: string;
  /** `null`: as the config of the example says. */
  readonly provider: ProviderName | null;
  /** How the runner would start the committed bundle for a scene; each scene is a workflow run of its own. */
  optionsOf(
    scene: string,
    inputs: Record<string, string>,
    more?: Partial<ActionOptions>,
  ): ActionOptions;
  /** The bare repository that the checkouts come from. */
  readonly server: string;
  /** A file of the ledger's branch at the server. */
  readLedger(path: string): string;
  close(): Promise<void>;
}

export async function setStage(provider: ProviderName | null): Promise<Stage> {
  const out = join(root, 'out');
  const repository = join(out, 'repository');
  const server = join(out, 'server.git');
  createRepository(join(root, 'examples'), repository);
  rmSync(server, { recursive: true, force: true });
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch', 'main', server]);
  publish(repository, server);
  const emulator = await startEmulator({ jobDurationMs: 1_500 });
  emulator.serveRepository(REPOSITORY, repository, 'public');
  emulator.serveGit(REPOSITORY, server, 'github');
  // What the README's workflow grants: the ledger is written, earlier artifacts are read.
  const token = emulator.github.createToken({
    contents: 'write',
    actions: 'read',
    'pull-requests': 'write',
    statuses: 'write',
  });
  const defaults = readInputDefaults(join(root, 'action.yml'));
  let runId = 0;
  return {
    emulator,
    repository,
    out,
    provider,
    server,
    optionsOf(scene, inputs, more = {}) {
      runId += 1;
      const temporaryDirectory = join(out, scene);
      rmSync(temporaryDirectory, { recursive: true, force: true });
      mkdirSync(temporaryDirectory, { recursive: true });
      return {
        bundle: join(root, 'packages/action/dist/index.js'),
        workspace: repository,
        repository: REPOSITORY,
        visibility: 'public',
        event: { name: 'push' },
        token,
        runId,
        inputs: { ...(provider != null ? { provider } : {}), ...inputs },
        defaults,
        ...more,
        environment: {
          ...emulator.environment({ run: scene }),
          RUNNER_TEMP: temporaryDirectory,
          RUNNER_TOOL_CACHE: TOOL_CACHE,
        },
      };
    },
    readLedger: (path) =>
      execFileSync('git', ['-C', server, 'show', `motion-transfer-ledger:${path}`], {
        encoding: 'utf8',
      }),
    close: () => emulator.close(),
  };
}
