import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../src/providers/adapter.ts';
import { prospolabs } from '../../src/providers/prospolabs.ts';
import type { Step, Transfer } from '../../src/types.ts';
import { makeImageFacts, makeVideoFacts } from '../support/facts.ts';
import { buildState, type StateBuilder } from '../support/state-builder.ts';

const codes = (step: Step) => step.reasons.map(({ code }) => code);
const said = (step: Step) => step.reasons.map(({ message }) => message).join('; ');

/** A world with one transfer, `hero`, that was bought as it is. */
function bought(): { state: StateBuilder; hero: Transfer } {
  const state = buildState();
  const hero = state.addTransfer('hero');
  state.lock(hero);
  return { state, hero };
}

/** The same transfer with another wish, in a world that bought the first. */
function rewished(wish: Parameters<StateBuilder['addTransfer']>[1]): StateBuilder {
  const { state } = bought();
  state.transfers.length = 0;
  state.addTransfer('hero', wish);
  return state;
}

describe('what is new', () => {
  test('is generated, with its price, its fingerprint and how it is staged', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    expect(state.step()).toMatchObject({
      action: 'generate',
      id: 'hero',
      output: 'out/hero.mp4',
      provider: 'prospolabs',
      model: 'kling-3-motion-control',
      adapterRevision: 1,
      fingerprint: state.fingerprintOf(hero),
      estimate: { lowMicroUsd: 304_000, highMicroUsd: 304_000 },
      options: { async: false, 'body-shape': 'flat' },
      staged: {
        character: { method: 'github', host: 'raw', path: 'assets/hero.png' },
        motion: { method: 'github', host: 'raw', path: 'assets/wave.mp4' },
      },
      sameAs: null,
      resumes: false,
      reasons: [{ code: 'new', message: 'no output yet' }],
    });
  });

  test('counts in the totals, blocked and reused things do not', () => {
    const { state } = bought();
    state.addTransfer('second', { motion: 'assets/bow.mp4' });
    state.addTransfer('third', { motion: 'assets/bow.mp4', output: 'out/third.mp4' });
    const long = { trackSeconds: 40, longestSeconds: 40 };
    state.setMotion({ kind: 'file', path: 'assets/long.mp4' }, { facts: makeVideoFacts(long) });
    state.addTransfer('fourth', { motion: 'assets/long.mp4' });
    expect(state.plan().totals).toEqual({
      generateCount: 2,
      reuseCount: 1,
      blockedCount: 1,
      lowMicroUsd: 304_000,
      highMicroUsd: 304_000,
    });
  });
});

describe('what was bought and has not changed', () => {
  test('is reused', () => {
    const { state, hero } = bought();
    expect(state.step()).toMatchObject({
      action: 'reuse',
      provider: 'prospolabs',
      fingerprint: state.fingerprintOf(hero),
      copyFrom: null,
      reasons: [{ code: 'unchanged' }],
      warnings: [],
    });
  });

  test('is reused although the adapter has a newer revision', () => {
    const { state } = bought();
    state.providers = [{ adapter: { ...prospolabs, revision: 2 } as Adapter, hasKey: true }];
    expect(state.step()).toMatchObject({ action: 'reuse' });
  });

  test('is reused without any key', () => {
    const { state } = bought();
    state.providers = state.providers.map((provider) => ({ ...provider, hasKey: false }));
    expect(state.step()).toMatchObject({ action: 'reuse' });
  });

  test('is bought again by refresh only when its adapter is newer', () => {
    const { state } = bought();
    state.refresh = true;
    expect(state.step()).toMatchObject({ action: 'reuse' });
    state.providers = [{ adapter: { ...prospolabs, revision: 2 } as Adapter, hasKey: true }];
    const step = state.step();
    expect(step.action).toBe('generate');
    expect(codes(step)).toEqual(['adapter-revised']);
  });

  test('is bought again by refresh although the journal saw the first purchase', () => {
    const { state, hero } = bought();
    state.record(hero, 'recorded');
    state.providers = [{ adapter: { ...prospolabs, revision: 2 } as Adapter, hasKey: true }];
    expect(state.step()).toMatchObject({ action: 'reuse' });
    state.refresh = true;
    expect(state.step()).toMatchObject({ action: 'generate', adapterRevision: 2 });
  });

  test('is reused by a transfer of another name at the same output', () => {
    const { state } = bought();
    state.transfers.length = 0;
    state.addTransfer('renamed', { output: 'out/hero.mp4' });
    expect(state.step()).toMatchObject({ action: 'reuse', id: 'renamed', copyFrom: null });
  });
});

describe('what changed', () => {
  test('in its character is bought again, for that reason', () => {
    const { state } = bought();
    state.setCharacter({ kind: 'file', path: 'assets/hero.png' }, { identity: 'git:redrawn' });
    const step = state.step();
    expect(step.action).toBe('generate');
    expect(codes(step)).toEqual(['character-changed']);
    expect(said(step)).toContain('assets/hero.png');
  });

  test('in its motion is bought again, for that reason', () => {
    const { state } = bought();
    state.setMotion({ kind: 'file', path: 'assets/wave.mp4' }, { identity: 'git:reshot' });
    expect(codes(state.step())).toEqual(['motion-changed']);
  });

  test('at a URL is named without its query, which may hold a signature', () => {
    const state = buildState();
    const motion = 'https://files.example.com/wave.mp4?X-Amz-Signature=secret';
    state.lock(state.addTransfer('hero', { motion }));
    state.setMotion({ kind: 'url', url: motion }, { identity: 'sha256:reshot' });
    expect(said(state.step())).toBe('https://files.example.com/wave.mp4 changed');
  });

  test('in both names both', () => {
    const { state } = bought();
    state.setCharacter({ kind: 'file', path: 'assets/hero.png' }, { identity: 'git:redrawn' });
    state.setMotion({ kind: 'file', path: 'assets/wave.mp4' }, { identity: 'git:reshot' });
    expect(codes(state.step())).toEqual(['character-changed', 'motion-changed']);
  });

  test.each([
    { prompt: '' },
    { prompt: 'a bow' },
    { tier: 'pro' },
    { orientation: 'video' },
    { keepOriginalSound: false },
  ] as const)('in a parameter is bought again: %j', (parameters) => {
    const step = rewished({ parameters }).step();
    expect(step.action).toBe('generate');
    expect(codes(step)).toEqual(['parameters-changed']);
  });

  test('in its take is bought again', () => {
    const step = rewished({ parameters: { take: 2 } }).step();
    expect(codes(step)).toEqual(['take-raised']);
    expect(said(step)).toBe('take is 2, was 1');
  });

  test('in its provider alone is bought again', () => {
    const step = rewished({ provider: ['empiriolabs'] }).step();
    expect(step).toMatchObject({ action: 'generate', provider: 'empiriolabs' });
    expect(codes(step)).toEqual(['parameters-changed']);
  });

  test('only in the way it is asked for is reused', () => {
    const step = rewished({ providerOptions: { prospolabs: { async: true } } }).step();
    expect(step.action).toBe('reuse');
  });

  test('only in the path of an asset with the same bytes is reused', () => {
    const state = rewished({ character: 'assets/moved.png' });
    const moved = { kind: 'file', path: 'assets/moved.png' } as const;
    state.setCharacter(moved, { identity: 'git:assets/hero.png' });
    expect(state.step().action).toBe('reuse');
  });
});

describe('the output on disk', () => {
  test('missing: it was paid for, so it is blocked and not bought again', () => {
    const { state } = bought();
    state.outputs.clear();
    const step = state.step();
    expect(step.action).toBe('blocked');
    expect(codes(step)).toEqual(['paid-but-unavailable']);
    expect(said(step)).toContain('paid on 2026-10-12 ($0.304)');
    expect(said(step)).toContain('raise take');
  });

  test('null, as gathered for a path where nothing is, is the same as missing', () => {
    const { state } = bought();
    state.outputs.set('out/hero.mp4', null);
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
  });

  test('edited: it is kept, with a warning', () => {
    const { state } = bought();
    state.outputs.set('out/hero.mp4', 'git:edited');
    const step = state.step();
    expect(step).toMatchObject({ action: 'reuse', copyFrom: null });
    expect(step.warnings.join()).toContain('changed after it was made');
  });

  test('not ours: nothing is bought over it', () => {
    const state = buildState();
    state.addTransfer('hero');
    state.outputs.set('out/hero.mp4', 'git:handmade');
    const step = state.step();
    expect(step.action).toBe('blocked');
    expect(codes(step)).toEqual(['output-not-ours']);
  });

  test('not in the lockfile, but downloaded by us: bought anew when something changed', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, 'recorded');
    state.outputs.set('out/hero.mp4', 'git:bytes');
    state.setMotion({ kind: 'file', path: 'assets/wave.mp4' }, { identity: 'git:reshot' });
    expect(state.step()).toMatchObject({ action: 'generate' });
  });

  test('a draft never stands in for a bought one', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.lock(hero, { draft: true });
    expect(state.step().action).toBe('generate');
  });
});

describe('the same thing twice', () => {
  test('in one plan is bought once and copied', () => {
    const state = buildState();
    state.addTransfer('first');
    state.addTransfer('second');
    state.addTransfer('third', { motion: 'assets/bow.mp4' });
    const { steps, totals } = state.plan();
    expect(steps).toMatchObject([
      { action: 'generate', sameAs: null },
      { action: 'generate', sameAs: 'first', reasons: [{ code: 'same-as' }] },
      { action: 'generate', sameAs: null },
    ]);
    expect(totals).toMatchObject({ generateCount: 3, highMicroUsd: 2 * 304_000 });
  });

  test('with another take is bought twice', () => {
    const state = buildState();
    state.addTransfer('first');
    state.addTransfer('second', { parameters: { take: 2 } });
    expect(state.plan().totals.highMicroUsd).toBe(2 * 304_000);
  });

  test('bought under another output is copied from there', () => {
    const { state } = bought();
    state.transfers.length = 0;
    state.addTransfer('renamed', { output: 'out/renamed.mp4' });
    expect(state.step()).toMatchObject({
      action: 'reuse',
      copyFrom: 'out/hero.mp4',
      reasons: [{ code: 'unchanged', message: 'already bought as out/hero.mp4' }],
    });
  });

  test('bought under another output is copied over an older output of ours', () => {
    const { state, hero } = bought();
    state.transfers.length = 0;
    const other = state.addTransfer('other', { output: 'out/other.mp4' });
    state.lock(other, { fingerprint: 'an older one' });
    for (const isJournaled of [false, true]) {
      if (isJournaled) state.record(hero, 'recorded');
      expect(state.step()).toMatchObject({
        action: 'reuse',
        copyFrom: 'out/hero.mp4',
        warnings: [],
      });
    }
  });

  test('bought under another output is not copied over what is not ours', () => {
    const { state, hero } = bought();
    state.transfers.length = 0;
    state.addTransfer('other', { output: 'out/other.mp4' });
    state.outputs.set('out/other.mp4', 'git:handmade');
    for (const isJournaled of [false, true]) {
      if (isJournaled) state.record(hero, 'recorded');
      const step = state.step();
      expect(step.action).toBe('blocked');
      expect(codes(step)).toEqual(['output-not-ours']);
    }
  });

  test('bought under another output that is gone now is blocked, whatever lies at its own', () => {
    const { state } = bought();
    state.outputs.delete('out/hero.mp4');
    state.transfers.length = 0;
    const other = state.addTransfer('other', { output: 'out/other.mp4' });
    state.lock(other, { fingerprint: 'an older one' });
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
  });

  test('of two copies the one that is still here counts', () => {
    const state = buildState();
    const hero = state.addTransfer('hero', { output: 'out/c.mp4' });
    state.lock(hero, {}, 'out/a.mp4');
    state.lock(hero, {}, 'out/b.mp4');
    state.outputs.set('out/a.mp4', 'git:edited');
    expect(state.step()).toMatchObject({ action: 'reuse', copyFrom: 'out/b.mp4' });
  });
});

describe('providers', () => {
  const both = ['prospolabs', 'empiriolabs'];

  test('in order: the first that fits sells', () => {
    const state = buildState();
    state.addTransfer('hero', { provider: both.toReversed() });
    expect(state.step()).toMatchObject({ provider: 'empiriolabs' });
  });

  test('in order: one with a key goes before one without', () => {
    const state = buildState();
    state.providers = state.providers.map((provider) => ({
      ...provider,
      hasKey: provider.adapter.id === 'empiriolabs',
    }));
    state.addTransfer('hero', { provider: both });
    expect(state.step()).toMatchObject({ provider: 'empiriolabs' });
  });

  test('without any key the plan still has a price', () => {
    const state = buildState();
    state.providers = state.providers.map((provider) => ({ ...provider, hasKey: false }));
    state.addTransfer('hero', { provider: both });
    expect(state.step()).toMatchObject({ action: 'generate', provider: 'prospolabs' });
  });

  test('in order: one whose rules do not fit is passed over', () => {
    const state = buildState();
    state.addTransfer('hero', { provider: both, parameters: { durationSeconds: 5 } });
    expect(state.step()).toMatchObject({ action: 'generate', provider: 'empiriolabs' });
  });

  test('cheapest: the lowest high estimate wins, whatever the order', () => {
    for (const reverse of [false, true]) {
      const state = buildState();
      if (reverse) state.providers = state.providers.toReversed();
      state.addTransfer('hero', { provider: 'cheapest' });
      expect(state.step()).toMatchObject({ provider: 'prospolabs' });
    }
  });

  test('cheapest: among those with a key', () => {
    const state = buildState();
    state.providers = state.providers.map((provider) => ({
      ...provider,
      hasKey: provider.adapter.id === 'empiriolabs',
    }));
    state.addTransfer('hero', { provider: 'cheapest' });
    expect(state.step()).toMatchObject({ provider: 'empiriolabs' });
  });

  test('cheapest: among those whose rules fit', () => {
    const state = buildState();
    state.addTransfer('hero', { provider: 'cheapest', parameters: { durationSeconds: 5 } });
    expect(state.step()).toMatchObject({ provider: 'empiriolabs' });
  });

  test('all show what they would ask, whoever was chosen', () => {
    const state = buildState();
    state.addTransfer('hero', { provider: ['empiriolabs'], parameters: { durationSeconds: 5 } });
    expect(state.step().offers).toMatchObject([
      { provider: 'prospolabs', problems: [expect.stringContaining('duration')] },
      { provider: 'empiriolabs', estimate: { highMicroUsd: 700_000 }, problems: [] },
    ]);
  });

  test('an output of any that the transfer allows is reused', () => {
    const state = buildState();
    const hero = state.addTransfer('hero', { provider: both });
    state.lock(hero, { provider: 'empiriolabs' });
    expect(state.step()).toMatchObject({ action: 'reuse', provider: 'empiriolabs' });
  });

  test('an output that is here counts before a purchase of another that went wrong', () => {
    const state = buildState();
    const hero = state.addTransfer('hero', { provider: both });
    state.record(hero, 'unknown');
    state.lock(hero, { provider: 'empiriolabs' });
    expect(state.step()).toMatchObject({ action: 'reuse', provider: 'empiriolabs' });
  });

  test('a paid job of one is collected before a lost answer of another blocks', () => {
    const state = buildState();
    const hero = state.addTransfer('hero', { provider: both });
    state.record(hero, 'unknown');
    state.record(hero, 'submitted', { provider: 'empiriolabs' });
    expect(state.step()).toMatchObject({ action: 'generate', resumes: true });
  });

  test('an output of one that it does not allow is not', () => {
    const state = buildState();
    const hero = state.addTransfer('hero', { provider: ['prospolabs'] });
    state.lock(hero, { provider: 'empiriolabs' });
    expect(state.step()).toMatchObject({ action: 'generate', provider: 'prospolabs' });
  });

  test('a lost answer of one is not bought from another by itself', () => {
    const state = buildState();
    const hero = state.addTransfer('hero', { provider: both });
    state.record(hero, 'unknown', { provider: 'empiriolabs' });
    expect(codes(state.step())).toEqual(['outcome-unknown']);
  });

  test('a price that is no number is no price', () => {
    const broken = (estimate: number): Adapter => ({
      ...(prospolabs as Adapter),
      estimate: () => ({ lowMicroUsd: estimate, highMicroUsd: estimate, basis: '' }),
    });
    for (const price of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 60]) {
      const state = buildState();
      state.providers = [{ adapter: broken(price), hasKey: true }];
      state.addTransfer('hero');
      const step = state.step();
      expect(step.action).toBe('blocked');
      expect(said(step)).toContain('no usable price');
    }
  });
});

describe('what cannot be bought is blocked', () => {
  test('by an asset that cannot be read, with its own words', () => {
    const state = buildState();
    state.addTransfer('hero');
    const source = { kind: 'file', path: 'assets/hero.png' } as const;
    state.setCharacter(source, { facts: null, problem: 'assets/hero.png is a Git LFS pointer' });
    const step = state.step();
    expect(step).toMatchObject({ action: 'blocked', offers: [] });
    expect(step.reasons).toEqual([
      { code: 'asset-problem', message: 'assets/hero.png is a Git LFS pointer' },
    ]);
  });

  test('by both assets at once', () => {
    const state = buildState();
    state.addTransfer('hero');
    state.setCharacter(
      { kind: 'file', path: 'assets/hero.png' },
      { facts: null, problem: 'no image' },
    );
    state.setMotion({ kind: 'file', path: 'assets/wave.mp4' }, { facts: null, problem: 'no clip' });
    expect(said(state.step())).toBe('no image; no clip');
  });

  test('by a clip that lies about its length, but what was bought from it stays', () => {
    const problem = 'assets/wave.mp4: the clip does not agree with itself';
    const { state } = bought();
    state.setMotion({ kind: 'file', path: 'assets/wave.mp4' }, { problem });
    expect(state.step().action).toBe('reuse');
    state.outputs.clear();
    delete state.locked['out/hero.mp4'];
    expect(state.step().reasons).toEqual([{ code: 'asset-problem', message: problem }]);
  });

  test('by a rule of the only provider', () => {
    const state = buildState();
    state.addTransfer('hero');
    state.setCharacter(
      { kind: 'file', path: 'assets/hero.png' },
      { facts: makeImageFacts({ format: 'gif' }) },
    );
    const step = state.step();
    expect(codes(step)).toEqual(['input-rule']);
    expect(said(step)).toMatch(/^character: the image is GIF/);
  });

  test('by the rules of all, each under its name', () => {
    const state = buildState();
    state.addTransfer('hero', { provider: 'cheapest' });
    const facts = makeImageFacts({ format: 'gif' });
    state.setCharacter({ kind: 'file', path: 'assets/hero.png' }, { facts });
    const messages = state.step().reasons.map(({ message }) => message);
    expect(messages[0]).toMatch(/^Prospolabs: character/);
    expect(messages[1]).toMatch(/^EmpirioLabs: character/);
  });

  test('by providers that nobody knows', () => {
    const state = buildState();
    state.addTransfer('hero', { provider: ['nobody'] });
    expect(codes(state.step())).toEqual(['no-provider']);
  });

  test('but not by a limit that is only borrowed: it warns', () => {
    const state = buildState();
    state.addTransfer('hero');
    const facts = makeVideoFacts({ trackSeconds: 2 });
    state.setMotion({ kind: 'file', path: 'assets/wave.mp4' }, { facts });
    const step = state.step();
    expect(step.action).toBe('generate');
    expect(step.warnings.join()).toContain('borrowed limit');
  });
});

describe('staging', () => {
  const step = (
    staging: Partial<StateBuilder['staging']>,
    asset: Parameters<StateBuilder['setMotion']>[1] = {},
  ) => {
    const state = buildState();
    state.addTransfer('hero');
    state.staging = { ...state.staging, ...staging };
    state.setMotion({ kind: 'file', path: 'assets/wave.mp4' }, asset);
    return state.step();
  };

  test.each([
    ['a private repository', { visibility: 'private' }, 'this repository is private'],
    ['an event that does not say', { visibility: 'unknown' }, 'does not say'],
    ['no repository', { repository: null }, 'not a run for a GitHub repository'],
    ['no commit', { commit: null }, 'nothing is committed here'],
    ['staging: s3', { method: 's3' }, 'staging: s3 needs a bucket'],
    ['staging: provider', { method: 'provider' }, 'Prospolabs takes no local character'],
    [
      'staging: github in a private repository',
      { method: 'github', visibility: 'private' },
      'cannot work here',
    ],
  ] as const)('%s: blocked with what to configure', (_name, staging, words) => {
    const blocked = step(staging);
    expect(blocked.action).toBe('blocked');
    expect(new Set(codes(blocked))).toEqual(new Set(['staging']));
    expect(blocked.reasons).toHaveLength(2);
    expect(said(blocked)).toContain(words);
    expect(said(blocked)).toContain('https URLs');
  });

  test('staging: github is believed where the event does not say', () => {
    expect(step({ method: 'github', visibility: 'unknown' }).action).toBe('generate');
  });

  test('a file that is not committed as it is here: only that one is named', () => {
    const blocked = step({}, { committedAs: 'not-committed' });
    expect(blocked.reasons).toEqual([
      { code: 'staging', message: expect.stringContaining('assets/wave.mp4 is not committed') },
    ]);
  });

  test('a file in LFS is read from the media host', () => {
    expect(step({}, { committedAs: 'lfs' })).toMatchObject({
      staged: { motion: { host: 'media' }, character: { host: 'raw' } },
    });
  });

  test('URLs pass through, whatever the repository', () => {
    const state = buildState();
    const character = 'https://files.example.com/hero.png?sig=1';
    const motion = 'https://files.example.com/wave.mp4';
    state.addTransfer('hero', { character, motion });
    state.staging = {
      method: 's3',
      repository: null,
      visibility: 'unknown',
      commit: null,
      prefix: '',
      hasBucket: false,
    };
    expect(state.step()).toMatchObject({
      action: 'generate',
      staged: {
        character: { method: 'pass-through', url: character },
        motion: { method: 'pass-through', url: motion },
      },
    });
  });

  test('what is reused or collected needs none', () => {
    const { state, hero } = bought();
    state.staging = { ...state.staging, visibility: 'private' };
    expect(state.step().action).toBe('reuse');
    delete state.locked['out/hero.mp4'];
    state.outputs.clear();
    state.record(hero, 'submitted');
    expect(state.step()).toMatchObject({ action: 'generate', resumes: true });
  });
});

describe('what an earlier run left', () => {
  const after = (
    ...left: Parameters<StateBuilder['record']> extends [unknown, ...infer R] ? R : never
  ) => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, ...left);
    return { state, step: state.step() };
  };

  test.each(['submitted', 'completed', 'downloaded', 'stored', 'stale'] as const)(
    '%s: it is collected, without new money',
    (left) => {
      const { state, step } = after(left);
      expect(step).toMatchObject({
        action: 'generate',
        resumes: true,
        reasons: [{ code: 'resumed' }],
      });
      expect(state.plan().totals).toMatchObject({ generateCount: 1, highMicroUsd: 0 });
    },
  );

  test.each(['submitting', 'unknown'] as const)(
    '%s: nobody can say, so it is blocked and its money named',
    (left) => {
      const { step } = after(left, { holdMicroUsd: 304_000 });
      expect(step.action).toBe('blocked');
      expect(codes(step)).toEqual(['outcome-unknown']);
      expect(said(step)).toContain('$0.304 stays held');
      expect(said(step)).toContain('raise take');
    },
  );

  test('written-off as charged: blocked until the take is raised', () => {
    const { step } = after('written-off', { message: 'seen on the dashboard' });
    expect(codes(step)).toEqual(['charged-failure']);
    expect(said(step)).toContain(
      '(by somebody: seen on the dashboard); to buy it again, raise take',
    );
  });

  test('written-off as free: nothing was bought, so it is bought', () => {
    const { step } = after('written-off', { holdMicroUsd: 0 });
    expect(step).toMatchObject({ action: 'generate', resumes: false });
  });

  test.each(['reserved', 'released', 'failed-refunded'] as const)(
    '%s: nothing was bought, so it is bought',
    (left) => {
      expect(after(left).step).toMatchObject({ action: 'generate', resumes: false });
    },
  );

  test('failed-charged: blocked until the take is raised', () => {
    const { state, step } = after('failed-charged', { message: 'moderated' });
    expect(codes(step)).toEqual(['charged-failure']);
    expect(said(step)).toContain('(moderated)');
    state.transfers.length = 0;
    state.addTransfer('hero', { parameters: { take: 2 } });
    expect(state.step().action).toBe('generate');
  });

  test.each([
    [1, 'generate'],
    [2, 'generate'],
    [3, 'blocked'],
    [4, 'blocked'],
  ])('failed %i times without a charge: %s', (times, action) => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.recordRefunds(hero, times);
    const step = state.step();
    expect(step.action).toBe(action);
    if (action === 'blocked') {
      expect(codes(step)).toEqual(['too-many-failures']);
      expect(said(step)).toContain(`failed ${times} times`);
    }
  });

  test('recorded, but the lockfile is lost: reused with a warning', () => {
    const { state } = after('recorded', { identity: 'git:bytes' });
    state.outputs.set('out/hero.mp4', 'git:bytes');
    const step = state.step();
    expect(step).toMatchObject({ action: 'reuse', copyFrom: null, provider: 'prospolabs' });
    expect(step.warnings.join()).toContain('missing from the lockfile');
  });

  test('recorded under another output, and the lockfile is lost: copied from there', () => {
    const { state } = after('recorded', { output: 'out/old.mp4', identity: 'git:bytes' });
    state.outputs.set('out/old.mp4', 'git:bytes');
    expect(state.step()).toMatchObject({ action: 'reuse', copyFrom: 'out/old.mp4' });
  });

  test('recorded, and both lockfile and output are lost: blocked, not bought again', () => {
    const { step } = after('recorded');
    expect(codes(step)).toEqual(['paid-but-unavailable']);
    expect(said(step)).toContain('paid on 2026-10-12 ($0.304)');
  });

  test('recorded, but other bytes lie at its output by now: blocked, they are not taken for it', () => {
    const { state } = after('recorded', { identity: 'git:bytes of A' });
    state.outputs.set('out/hero.mp4', 'git:bytes of B');
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
    state.outputs.set('out/hero.mp4', `sha256:${'d'.repeat(64)}`);
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
  });

  test('recorded, then bought with another prompt at the same path: the first is not answered with the second', () => {
    const state = buildState();
    const hero = state.addTransfer('hero', { parameters: { prompt: 'A' } });
    state.record(hero, 'recorded', { identity: 'git:bytes of A' });
    const second = { ...hero, parameters: { ...hero.parameters, prompt: 'B' } };
    state.record(second, 'recorded', { identity: 'git:bytes of B' });
    state.lock(second, { identity: 'git:bytes of B' });
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
  });

  test('recorded, and its bytes are kept by Git LFS: reused', () => {
    const { state } = after('recorded', { identity: 'git:bytes' });
    state.outputs.set('out/hero.mp4', `sha256:${'b'.repeat(64)}`);
    expect(state.step()).toMatchObject({ action: 'reuse', copyFrom: null });
  });

  test('of another purchase says nothing', () => {
    const state = buildState();
    const other = state.addTransfer('other', { motion: 'assets/bow.mp4' });
    state.record(other, 'unknown');
    state.addTransfer('hero');
    expect(state.step('hero').action).toBe('generate');
  });

  test('to collect is collected once, and copied to its twin', () => {
    const { state } = after('submitted');
    state.addTransfer('twin');
    expect(state.step('twin')).toMatchObject({ sameAs: 'hero', resumes: false });
    expect(state.plan().totals.highMicroUsd).toBe(0);
  });
});
