import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASSETS, configOf, NUMBER, SECOND, startPullRequest } from './pull-request-bench.ts';
import { shownText } from './shown-text.ts';
import { purchasesOf, REPOSITORY } from './workbench.ts';

const CONFIG = '.github/motion-transfer.yml';
const THIRD =
  '  - { character: robot.png, motion: wave.mp4, output: animations/bow.mp4, prompt: a bow }\n';
const BUDGET = 'per-pull-request: 0.40';
const OWED = 'Due on the base branch without this pull request';

/** The base branch owes two, and the pull request asks for one more. */
function start(more: Partial<Parameters<typeof startPullRequest>[0]> = {}) {
  return startPullRequest({
    base: configOf(BUDGET, SECOND),
    head: configOf(BUDGET, SECOND + THIRD),
    baseHasAssets: true,
    ...more,
  });
}

type Bench = Awaited<ReturnType<typeof start>>;

/** As actions/checkout leaves it: one commit deep, of this very repository at the server. */
function cloneShallow(bench: Bench, commit: string): string {
  const directory = join(bench.workspace, `../shallow-${commit.slice(0, 8)}`);
  mkdirSync(directory);
  const git = (...args: string[]) => execFileSync('git', ['-C', directory, ...args]);
  git('init', '--quiet');
  git('fetch', '--quiet', '--depth=1', `file://${bench.workspace}`, commit);
  git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  return directory;
}

const planOf = (run: { outputs: Readonly<Record<string, string>> }) =>
  JSON.parse(readFileSync(run.outputs.plan ?? '', 'utf8'));

const owedIn = (run: { outputs: Readonly<Record<string, string>> }): string[] =>
  planOf(run)
    .steps.filter((step: { owedByBase?: true }) => step.owedByBase === true)
    .map(({ output }: { output: string }) => output);

describe.concurrent('the commit that a pull request is compared with', () => {
  test('is asked of GitHub after a shallow checkout', async () => {
    const bench = await start();
    const plan = await bench.plan({}, { workspace: cloneShallow(bench, bench.pull.headSha) });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(owedIn(plan)).toEqual(['animations/wave.mp4', 'animations/girl.mp4']);
    const asked = bench.emulator.requests.filter(({ path }) => path.includes('/git/trees/'));
    expect(asked).toHaveLength(1);
  });

  test.each(['a whole clone', 'a shallow checkout'])(
    'is read below the working directory in %s',
    async (kind) => {
      const bench = await start();
      bench.git('checkout', '--quiet', 'main');
      mkdirSync(join(bench.workspace, 'film'));
      bench.git('mv', '.github', ...ASSETS, 'film');
      bench.commit('Move it below a directory');
      bench.pull.baseSha = bench.git('rev-parse', 'HEAD').trim();
      bench.git('checkout', '--quiet', '-B', 'change');
      bench.write(`film/${CONFIG}`, configOf(BUDGET, SECOND + THIRD));
      const head = bench.push('One more');
      const workspace = kind === 'a whole clone' ? bench.workspace : cloneShallow(bench, head);
      const plan = await bench.plan({ 'working-directory': 'film' }, { workspace });
      expect(plan.exitCode, plan.stdout).toBe(0);
      expect(owedIn(plan)).toEqual(['animations/wave.mp4', 'animations/girl.mp4']);
    },
  );

  test('is where the pull request began, whatever the base branch owes by now', async () => {
    const bench = await start();
    bench.git('checkout', '--quiet', 'main');
    bench.write(CONFIG, configOf(BUDGET));
    bench.commit('Give one up');
    bench.pull.baseSha = bench.git('rev-parse', 'HEAD').trim();
    bench.git('checkout', '--quiet', 'change');
    const plan = await bench.plan();
    expect(planOf(plan).mergeBase.commit).toBe(bench.git('merge-base', 'main', 'change').trim());
    expect(owedIn(plan)).toHaveLength(2);
    expect(plan.outputs['within-budget']).toBe('true');
  });

  test('is the branch as it is now where a test merge with it is checked out', async () => {
    const bench = await start({ base: configOf(BUDGET), head: configOf(BUDGET) });
    bench.git('checkout', '--quiet', 'main');
    bench.write(CONFIG, configOf(BUDGET, SECOND));
    bench.commit('One more on the base branch');
    const main = bench.git('rev-parse', 'HEAD').trim();
    bench.git('checkout', '--quiet', '--detach');
    bench.git(
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b.c',
      'merge',
      '--quiet',
      '--no-ff',
      'change',
    );
    const merge = bench.git('rev-parse', 'HEAD').trim();
    const plan = await bench.plan({}, { workspace: cloneShallow(bench, merge), sha: merge });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(planOf(plan).mergeBase.commit).toBe(main);
    expect(owedIn(plan)).toHaveLength(2);
    expect(bench.ownComments()).toEqual([]);
  });

  test('is not one of an unmerged branch that the pull request goes into', async () => {
    const bench = await start({ base: configOf(BUDGET), head: configOf(BUDGET) });
    bench.git('checkout', '--quiet', '-b', 'stack');
    bench.write(CONFIG, configOf(BUDGET, SECOND));
    bench.commit('Owed by a branch that nobody merged');
    bench.pull.baseSha = bench.git('rev-parse', 'HEAD').trim();
    bench.git('checkout', '--quiet', '-b', 'top');
    bench.push('Documents');
    const plan = await bench.plan({}, { event: stacked(bench) });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(owedIn(plan)).toEqual(['animations/wave.mp4']);
  });

  test('that nobody knows leaves everything to the pull request, and the plan says why', async () => {
    const bench = await start();
    const workspace = cloneShallow(bench, bench.pull.headSha);
    bench.git('checkout', '--quiet', '--orphan', 'alone');
    bench.commit('Another history');
    bench.git('branch', '--quiet', '--force', 'main', 'alone');
    const plan = await bench.plan({}, { workspace });
    expect(owedIn(plan)).toEqual([]);
    expect(plan.outputs['within-budget']).toBe('false');
    expect(plan.summary).toContain(
      'What the base branch owes could not be told apart, so everything counts for the pull request',
    );
  });

  test('that was taken off the default branch since decides nothing, though the event names it', async () => {
    const bench = await start();
    bench.git('checkout', '--quiet', 'main');
    bench.write('notes.md', 'Taken back later');
    bench.commit('What is taken off the branch');
    bench.pull.baseSha = bench.git('rev-parse', 'HEAD').trim();
    bench.git('checkout', '--quiet', '-B', 'change');
    bench.write(CONFIG, configOf(BUDGET, SECOND + THIRD));
    bench.push('One more');
    bench.git('checkout', '--quiet', 'main');
    bench.git('reset', '--quiet', '--hard', 'HEAD~1');
    bench.write('notes.md', 'Another word');
    bench.commit('What is there instead');
    bench.git('checkout', '--quiet', 'change');
    const run = await bench.buy();
    expect(owedIn(run)).toEqual([]);
    expect(run.exitCode).toBe(1);
    expect(planOf(run).mergeBase.problem).toContain(
      'is not known to be part of the default branch as it is now',
    );
    expect(bench.submits()).toBe(0);
  });

  test('decides by its own config alone: what the pull request changes of a transfer is its own', async () => {
    const bench = await start({
      head: configOf(BUDGET, SECOND).replaceAll('.mp4 }', '.mp4, take: 2 }'),
    });
    const plan = await bench.plan();
    expect(owedIn(plan)).toEqual([]);
    expect(plan.outputs['within-budget']).toBe('false');
  });

  test('that has no usable config owes nothing', async () => {
    const bench = await start({ base: null });
    const plan = await bench.plan();
    expect(owedIn(plan)).toEqual([]);
    expect(planOf(plan).mergeBase.problem).toBeNull();
  });

  test('counts for a fork too', async () => {
    const bench = await start({ headRepository: 'stranger/animations' });
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(owedIn(plan)).toHaveLength(2);
    expect(shownText(plan.summary)).toContain(OWED);
  });

  test('is told apart for pointers of Git LFS, and through a link', async () => {
    const bench = await start({ base: null, head: null });
    const robot = bench.read('robot.png');
    const pointer = createHash('sha256').update(robot).digest('hex');
    bench.git('checkout', '--quiet', 'main');
    bench.write('.gitattributes', 'robot.png filter=lfs -text\n');
    bench.git(
      'config',
      'filter.lfs.clean',
      `sh -c 'cat >/dev/null; printf "version https://git-lfs.github.com/spec/v1\\noid sha256:${pointer}\\nsize ${robot.length}\\n"'`,
    );
    bench.git('config', 'filter.lfs.smudge', `sh -c 'cat >/dev/null; cat ../robot.png'`);
    writeFileSync(join(bench.workspace, '../robot.png'), robot);
    bench.write('robot.png', robot);
    execFileSync('ln', ['-s', 'wave.mp4', join(bench.workspace, 'link.mp4')]);
    bench.write(CONFIG, configOf(BUDGET).replace('wave.mp4, output', 'link.mp4, output'));
    bench.commit('Keep the character in Git LFS');
    bench.pull.baseSha = bench.git('rev-parse', 'HEAD').trim();
    bench.git('checkout', '--quiet', '-B', 'change');
    bench.push('Documents');
    const plan = await bench.plan();
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(planOf(plan).steps[0].character.identity).toBe(`sha256:${pointer}`);
    expect(owedIn(plan)).toEqual(['animations/wave.mp4']);
  });
});

describe.concurrent('after the merge', () => {
  test.each(['a merge commit', 'a fast forward'])(
    'by %s what the branch owed before is on no account',
    async (kind) => {
      const bench = await start();
      bench.git('checkout', '--quiet', 'main');
      const author = ['-c', 'user.name=a', '-c', 'user.email=a@b.c'];
      bench.git(
        ...author,
        'merge',
        '--quiet',
        kind === 'a merge commit' ? '--no-ff' : '--ff-only',
        'change',
      );
      bench.emulator.github.merge(REPOSITORY, NUMBER, bench.git('rev-parse', 'HEAD').trim());
      const run = await bench.run({}, { token: bench.token });
      expect(run.exitCode, run.stdout).toBe(0);
      const accounts = purchasesOf(bench.ledger()).map(({ output, pullRequest }) => [
        output,
        pullRequest,
      ]);
      expect(accounts.toSorted()).toEqual([
        ['animations/bow.mp4', NUMBER],
        ['animations/girl.mp4', null],
        ['animations/wave.mp4', null],
      ]);
    },
  );
});

/** The event of a pull request into the branch `stack`. */
function stacked({ pull }: Bench) {
  const base = { sha: pull.baseSha, ref: 'stack', repo: { full_name: REPOSITORY } };
  const head = { sha: pull.headSha, ref: 'top', repo: { full_name: REPOSITORY } };
  const payload = { number: NUMBER, pull_request: { number: NUMBER, head, base } };
  return { name: 'pull_request', payload };
}
