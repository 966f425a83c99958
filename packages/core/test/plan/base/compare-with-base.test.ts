import { describe, expect, test } from 'vitest';
import type { PlannedPullRequest } from '../../../src/model/plan.ts';
import { assemblePlan } from '../../../src/plan/assemble.ts';
import type { BaseCommit } from '../../../src/plan/base/base-commit.ts';
import { compareWithBase, withoutComparison } from '../../../src/plan/base/compare-with-base.ts';
import { parsePlan } from '../../../src/plan/digest.ts';
import { buildState, type StateBuilder } from '../../support/state-builder.ts';

const pullRequest: PlannedPullRequest = {
  number: 7,
  headSha: 'b'.repeat(40),
  baseSha: 'a'.repeat(40),
  removed: [],
};

/** The base commit as the builder of its own state has it; a file's blob is called like the file. */
function baseOf(state: StateBuilder, renamed: Readonly<Record<string, string>> = {}): BaseCommit {
  const { config, lockfile, characters, motions, outputs } = state.state();
  const present = [...characters.values(), ...motions.values()].filter(
    ({ identity }) => identity != null,
  );
  const names = [
    ...present.flatMap(({ source }) => (source.kind === 'file' ? [source.path] : [])),
    ...outputs.keys(),
  ];
  const files = names.map(
    (name) => [name, { blobId: renamed[name] ?? name, isLink: false }] as const,
  );
  return { commit: 'a'.repeat(40), transfers: config.transfers, lockfile, files: new Map(files) };
}

function compare(head: StateBuilder, base: BaseCommit, removed: readonly string[] = []) {
  const outputs = removed.map((output) => ({ output, provider: null }));
  const state = { ...head.state(), pullRequest: { ...pullRequest, removed: outputs } };
  const { plan } = assemblePlan(state);
  const compared = compareWithBase(plan, state, { commit: null, base });
  return {
    compared,
    owed: compared.steps.filter(({ owedByBase }) => owedByBase === true).map(({ id }) => id),
    removed: compared.pullRequest?.removed?.map(({ output }) => output),
  };
}

describe('a step is owed by the base commit', () => {
  test('when the same is due there, under whatever names', () => {
    const base = buildState();
    base.addTransfer('one');
    const head = buildState();
    head.addTransfer('two', { character: 'assets/moved.png' });
    expect(compare(head, baseOf(base, { 'assets/hero.png': 'assets/moved.png' })).owed).toEqual([
      'two',
    ]);
  });

  test('when it is blocked there for the same reasons', () => {
    const missing = { identity: null, facts: null, problem: 'assets/hero.png does not exist' };
    const base = buildState();
    base.setCharacter(base.addTransfer('one').character, missing);
    const head = buildState();
    head.setCharacter(head.addTransfer('one').character, missing);
    expect(compare(head, baseOf(base)).owed).toEqual(['one']);
    const broken = baseOf(base);
    const files = new Map([...broken.files, ['assets/hero.png', { blobId: 'x', isLink: false }]]);
    expect(compare(head, { ...broken, files }).owed).toEqual([]);
  });

  test.each([
    ['another character', { character: 'assets/girl.png' }],
    ['another take', { parameters: { take: 2 } }],
    ['another provider', { provider: ['empiriolabs'] }],
  ])('not when it is of %s', (_, requested) => {
    const base = buildState();
    base.addTransfer('one');
    const head = buildState();
    head.addTransfer('one', requested);
    expect(compare(head, baseOf(base)).owed).toEqual([]);
  });

  test('not when it was made there and the pull request lost the record', () => {
    const base = buildState();
    base.lock(base.addTransfer('one'));
    const head = buildState();
    head.addTransfer('one');
    expect(compare(head, baseOf(base)).owed).toEqual([]);
  });

  test('not when the other bytes have the name there', () => {
    const base = buildState();
    base.addTransfer('one');
    const head = buildState();
    head.addTransfer('one');
    expect(compare(head, baseOf(base, { 'assets/hero.png': 'another blob' })).owed).toEqual([]);
  });
});

describe('an output is removed', () => {
  const base = buildState();
  base.lock(base.addTransfer('old'));
  base.addTransfer('given-up', { parameters: { take: 2 } });
  const head = buildState();
  head.lock(head.addTransfer('new-name'), {}, 'out/old.mp4');

  test('only where the base commit makes it and no other output is the same', () => {
    const listed = ['out/old.mp4', 'out/given-up.mp4', 'out/added-on-the-base-since.mp4'];
    expect(compare(head, baseOf(base), listed).removed).toEqual(['out/given-up.mp4']);
  });
});

test('what was compared and what was not read back as they were written', () => {
  const state = buildState();
  state.addTransfer('one');
  const { compared } = compare(state, baseOf(state));
  expect(compared.mergeBase).toEqual({ commit: 'a'.repeat(40), problem: null });
  const alone = withoutComparison(state.plan(), 'nobody knows it');
  for (const plan of [compared, alone]) expect(parsePlan(JSON.stringify(plan))).toEqual(plan);
});

test('an approval is for what is bought, whether a run can tell whose it is or not', () => {
  const base = buildState();
  base.addTransfer('one');
  const head = buildState();
  head.addTransfer('one');
  const { compared, owed } = compare(head, baseOf(base));
  expect(owed).toEqual(['one']);
  const { plan } = assemblePlan({ ...head.state(), pullRequest });
  expect(compared.digest).toBe(plan.digest);
});
