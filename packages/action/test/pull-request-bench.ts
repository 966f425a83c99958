import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ActionOptions,
  ActionRun,
  PullRequest,
  TokenPermissions,
} from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { REPOSITORY, startWorkbench, type Workbench, type WorkbenchOptions } from './workbench.ts';

export const NUMBER = 7;
export const WRITE: TokenPermissions = {
  contents: 'write',
  'pull-requests': 'write',
  statuses: 'write',
  actions: 'read',
};
export const READ_ONLY: TokenPermissions = { contents: 'read', 'pull-requests': 'read' };

export interface PullRequestBench extends Workbench {
  readonly pull: PullRequest;
  readonly token: string;
  /** Commits what was written and moves the head of the pull request to it. */
  push(message?: string): string;
  /** `command: plan` on `pull_request`. */
  plan(inputs?: Record<string, string>, options?: Partial<ActionOptions>): Promise<ActionRun>;
  /** `command: run` on `pull_request`, for the plan as it is. */
  buy(inputs?: Record<string, string>, options?: Partial<ActionOptions>): Promise<ActionRun>;
  /** Bodies of the comments by the job's own account. */
  ownComments(): string[];
  /** Comments created or edited. */
  writes(): number;
}

export interface PullRequestOptions extends WorkbenchOptions {
  /** The config of the base branch; `null` for none. */
  readonly base: string | null;
  /** The config of the pull request; the base branch's own when absent. */
  readonly head?: string | null;
  readonly permissions?: TokenPermissions;
  readonly headRepository?: string;
  /**
   * The base branch has the assets too, so that it owes what its config makes. Without it they come with the pull
   * request, which then answers for everything.
   */
  readonly baseHasAssets?: boolean;
}

export const ASSETS = ['robot.png', 'girl.png', 'wave.mp4', 'dance.mp4'];
const CONFIG = '.github/motion-transfer.yml';

/** A pull request against a repository with the example assets, with GitHub emulated around it. */
export async function startPullRequest(options: PullRequestOptions): Promise<PullRequestBench> {
  const { base, head = base, permissions = WRITE, headRepository = REPOSITORY, ...more } = options;
  const { baseHasAssets = false, ...outside } = more;
  const bench = await startWorkbench({ artifactService: false, ...outside, config: base });
  const { github } = bench.emulator;
  if (!baseHasAssets) {
    bench.git('rm', '--quiet', ...ASSETS);
    bench.commit('Leave the assets to the pull request');
  }
  const baseSha = bench.git('rev-parse', 'HEAD').trim();
  bench.git('checkout', '--quiet', '-b', 'change');
  if (!baseHasAssets) bench.git('checkout', '--quiet', 'HEAD~1', '--', ...ASSETS);
  if (head == null) {
    if (base != null) bench.git('rm', '--quiet', CONFIG);
  } else bench.write(CONFIG, head);
  bench.commit('Change the animations');
  const headOf = () => bench.git('rev-parse', 'HEAD').trim();
  const pull = github.openPullRequest(REPOSITORY, {
    number: NUMBER,
    headSha: headOf(),
    baseSha,
    headRepository,
  });
  const token = github.createToken(permissions);
  const onPull = (extra: Partial<ActionOptions>): Partial<ActionOptions> => ({
    token,
    event: {
      name: 'pull_request',
      payload: {
        action: 'synchronize',
        number: NUMBER,
        pull_request: {
          number: NUMBER,
          head: { sha: pull.headSha, ref: 'change', repo: { full_name: pull.headRepository } },
          base: { sha: pull.baseSha, ref: 'main', repo: { full_name: REPOSITORY } },
        },
      },
    },
    ...extra,
  });
  return {
    ...bench,
    pull,
    token,
    push(message = 'Change') {
      bench.commit(message);
      github.push(REPOSITORY, NUMBER, headOf());
      return headOf();
    },
    plan: (inputs = {}, extra = {}) => bench.run({ command: 'plan', ...inputs }, onPull(extra)),
    buy: (inputs = {}, extra = {}) => bench.run({ command: 'run', ...inputs }, onPull(extra)),
    ownComments: () =>
      pull.comments
        .filter(({ user }) => user.login === 'github-actions[bot]')
        .map(({ body }) => body),
    writes: () =>
      bench.emulator.requests.filter(
        ({ method, path }) => method !== 'GET' && path.includes('/comments'),
      ).length,
  };
}

/** One transfer and a budget. */
export function configOf(budget: string, more = ''): string {
  return `version: 1
provider: prospolabs
${budget === '' ? '' : `budget: { ${budget} }\n`}transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
${more}`;
}

export const SECOND =
  '  - { character: girl.png, motion: wave.mp4, output: animations/girl.mp4 }\n';

export const limitsOf = (run: { outputs: Readonly<Record<string, string>> }) =>
  JSON.parse(readFileSync(run.outputs.plan ?? '', 'utf8')).limits;

/** A pull request that was planned, and how it is merged. */
export async function startMerging(budget: string, options: Partial<PullRequestOptions> = {}) {
  const bench = await startPullRequest({ base: configOf(budget), ...options });
  await bench.plan();
  const merge = () => {
    bench.git('checkout', '--quiet', 'main');
    bench.git('merge', '--quiet', '--ff-only', 'change');
    bench.emulator.github.merge('octo/animations', NUMBER, bench.git('rev-parse', 'HEAD').trim());
  };
  return { bench, merge };
}

/** As after a shallow checkout: only the head is in the clone, GitHub has the rest. */
export async function startShallow(base: string, head: string) {
  const bench = await startPullRequest({ base, head });
  const mirror = join(bench.workspace, '../mirror.git');
  execFileSync('git', ['clone', '--quiet', '--bare', bench.workspace, mirror]);
  bench.emulator.serveRepository(REPOSITORY, mirror, 'public');
  bench.git('checkout', '--quiet', '--orphan', 'shallow');
  bench.commit('Only this');
  bench.git('branch', '--quiet', '-D', 'main', 'change');
  bench.git('reflog', 'expire', '--expire=now', '--all');
  bench.git('gc', '--quiet', '--prune=now');
  return bench;
}

/** A plan whose comment cannot be written. */
export async function commentReadOnly(
  actor: string,
  more: { readonly headRepository?: string } = {},
): Promise<void> {
  const bench = await startPullRequest({
    base: configOf('per-run: 5'),
    permissions: READ_ONLY,
    ...more,
  });
  const plan = await bench.plan(
    {},
    { actor, environment: { PROSPOLABS_API_KEY: '', EMPIRIOLABS_API_KEY: '' } },
  );
  expect(plan.exitCode, plan.stdout).toBe(0);
  expect(plan.outputs['estimated-cost']).toBe('0.304');
  expect(plan.outputs['comment-body']).toContain('1 to generate');
  expect(plan.summary).toContain('comment was not written');
  expect(plan.summary).toContain('Resource not accessible by integration');
  expect(bench.ownComments()).toEqual([]);
}
