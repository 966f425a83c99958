import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { noKeys, withEngine } from './draft-engine.ts';
import { BRANCH, pictureOf, picturesIn, sha256, startShowing, WAVE } from './previews/bench.ts';
import { configOf } from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

test('a plan with drafts shows a small moving picture of what is new, and the next one pushes nothing', async () => {
  const bench = await startShowing({ assets: 'examples' });
  const first = await bench.show();
  expect(first.exitCode, first.stdout).toBe(0);
  const [picture, ...others] = picturesIn(first);
  expect(others).toEqual([]);
  expect(picture?.alt).toBe(`character, reference and draft of ${WAVE}`);
  const path = picture?.path ?? '';
  expect(bench.pathsAtServer()).toEqual([path]);
  const bytes = bench.bytesAtServer(path);
  expect(path).toMatch(/^\d{4}-\d\d-\d\d\//);
  expect(path.endsWith(`/${sha256(bytes)}.webp`)).toBe(true);
  expect(bytes.length).toBeLessThan(150_000);
  expect(bytes.toString('latin1', 8, 12)).toBe('WEBP');
  expect(bytes.includes('ANIM')).toBe(true);
  expect(bench.atServer('rev-list', '--count', BRANCH)).toBe('1');
  expect(bench.ownComments()[0]).toContain(`/blob/${BRANCH}/${path}?raw=true"`);

  const tip = bench.atServer('rev-parse', BRANCH);
  const again = await bench.show();
  expect(picturesIn(again)).toEqual([picture]);
  expect(bench.atServer('rev-parse', BRANCH)).toBe(tip);
});

const NO_PICTURES = 'The comment shows no pictures';

describe('no picture is made or pushed', () => {
  test.each([
    ['of a fork', { headRepository: 'somebody/animations' }, {}],
    ['with previews: false', {}, { previews: 'false' }],
    ['without drafts, and nothing is installed', {}, { draft: 'false' }],
    ['where no comment shows it', {}, { comment: 'never' }],
  ])('%s', async (_, options, inputs) => {
    const bench = await startShowing(options);
    const run = await bench.show(inputs);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(picturesIn(run)).toEqual([]);
    expect(run.stdout).not.toContain(NO_PICTURES);
    expect(run.stdout).not.toContain('installing the draft engine');
    expect(bench.hasBranch()).toBe(false);
  });

  test('outside of pull requests', async () => {
    const bench = await startShowing();
    const { token } = bench;
    const environment = { ...withEngine, ...noKeys };
    const run = await bench.run({ command: 'plan', draft: 'true' }, { token, environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.hasBranch()).toBe(false);
  });
});

describe('where the branch cannot be written, the plan is none the worse, and the log says why', () => {
  test('without contents: write, before anything is drawn', async () => {
    const permissions = { contents: 'read', 'pull-requests': 'write' } as const;
    const bench = await startShowing({ permissions });
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain(NO_PICTURES);
    expect(run.stdout).toContain('permissions: contents: write');
    expect(run.annotations.filter(({ message }) => message.includes('pictures'))).toEqual([]);
    expect(picturesIn(run)).toEqual([]);
    expect(bench.ownComments()).toHaveLength(1);
  });

  test('where a rule protects it', async () => {
    const bench = await startShowing();
    bench.onPush(`while read old new ref; do
  echo "error: GH006: Protected branch update failed for $ref." >&2; exit 1
done`);
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain(`${NO_PICTURES}: branch ${BRANCH} does not take pictures`);
    expect(run.stdout).toContain('`previews: false`');
    expect(bench.hasBranch()).toBe(false);
    expect(bench.ownComments()).toHaveLength(1);
  });

  test('where commits must be signed', async () => {
    const bench = await startShowing();
    await bench.emulator.requireSignedCommits(REPOSITORY);
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.stdout).toContain(NO_PICTURES);
    expect(bench.hasBranch()).toBe(false);
  });
});

describe('the branch', () => {
  test('begins anew without what is too old, and keeps the files of others', async () => {
    const bench = await startShowing();
    const [old, aged, kept] = [pictureOf('old', 200), pictureOf('aged', 95), pictureOf('kept', 60)];
    bench.commitAtServer({ [old]: 'old', [aged]: 'aged', [kept]: 'kept', 'README.md': 'Hello' });
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    const [picture] = picturesIn(run);
    expect(bench.pathsAtServer().toSorted(), run.stdout).toEqual(
      [kept, picture?.path, 'README.md'].toSorted(),
    );
    expect(bench.bytesAtServer(kept).toString()).toBe('kept');
    expect(bench.bytesAtServer('README.md').toString()).toBe('Hello');
    expect(bench.atServer('rev-list', '--count', BRANCH)).toBe('1');
  });

  test('whose rules refuse a new beginning gets a further commit', async () => {
    const bench = await startShowing();
    const old = pictureOf('old', 200);
    const before = bench.commitAtServer({ [old]: 'old', 'README.md': 'Hello' });
    bench.atServer('config', 'receive.denyNonFastForwards', 'true');
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.pathsAtServer().toSorted(), run.stdout).toEqual(
      [picturesIn(run)[0]?.path, 'README.md'].toSorted(),
    );
    expect(bench.atServer('rev-parse', `${BRANCH}^`)).toBe(before);
  });

  test.each([
    ['in a further commit', 1],
    ['in a new beginning', 200],
  ])('that moves during the push keeps what the other job put there, %s', async (_, daysAgo) => {
    const bench = await startShowing();
    const there = pictureOf('there', daysAgo);
    const before = bench.commitAtServer({ [there]: 'there', 'README.md': 'Hello' });
    const theirs = pictureOf('theirs', 0);
    const moved = bench.commitAtServer({ [theirs]: 'theirs' });
    bench.atServer('update-ref', `refs/heads/${BRANCH}`, before);
    bench.onPush(`if [ ! -e moved ]; then
  touch moved; env -u GIT_QUARANTINE_PATH git update-ref refs/heads/${BRANCH} ${moved}
fi`);
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    const left = daysAgo > 100 ? [] : [there];
    expect(bench.pathsAtServer().toSorted(), run.stdout).toEqual(
      [...left, theirs, picturesIn(run)[0]?.path, 'README.md'].toSorted(),
    );
    expect(bench.bytesAtServer(theirs).toString()).toBe('theirs');
  });
});

describe('a picture shows', () => {
  test('what was there before beside the draft, where the repository has it', async () => {
    const bench = await startShowing();
    const bought = await bench.run(
      {},
      { environment: { RUNNER_TOOL_CACHE: withEngine.RUNNER_TOOL_CACHE } },
    );
    expect(bought.exitCode, bought.stdout).toBe(0);
    bench.write('robot.png', bench.read('girl.png'));
    bench.push('Another character');
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(picturesIn(run).map(({ alt }) => alt)).toEqual([`before and draft of ${WAVE}`]);
  });

  test('nothing that is not in the repository as it lies there', async () => {
    const bench = await startShowing();
    bench.write('robot.png', bench.read('girl.png'));
    // This provider takes uploads, the default one reads what is committed.
    const run = await bench.show({ provider: 'fal' });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(picturesIn(run).map(({ alt }) => alt)).toEqual([`reference and draft of ${WAVE}`]);
  });

  test('what was bought, after a run in the pull request', async () => {
    const bench = await startShowing();
    const run = await bench.buy({ draft: 'true' }, { environment: withEngine });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(picturesIn(run).map(({ alt }) => alt)).toEqual([
      `character, reference and result of ${WAVE}`,
    ]);
    expect(bench.submits()).toBe(1);
  });

  test('the first twelve of many, and the rest is counted', async () => {
    const many = Array.from(
      { length: 13 },
      (_, n) =>
        `  - { character: robot.png, motion: wave.mp4, output: animations/${n}.mp4, take: ${n + 2} }\n`,
    );
    const bench = await startShowing({ head: configOf('', many.join('')) });
    const run = await bench.show();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(picturesIn(run)).toHaveLength(12);
    // The same drafts are the same pictures.
    expect(bench.pathsAtServer()).toHaveLength(1);
    expect(run.summary).toContain('pictures of the first 12 changed transfers; 2 more');
  }, 900_000);
});

test('a checkout without git credentials is enough, and none is left behind', async () => {
  const bench = await startShowing();
  const run = await bench.show();
  expect(picturesIn(run)).toHaveLength(1);
  const config = execFileSync('git', ['-C', bench.workspace, 'config', '--list', '--local'], {
    encoding: 'utf8',
  });
  expect(config).not.toMatch(/extraheader|credential/i);
});
