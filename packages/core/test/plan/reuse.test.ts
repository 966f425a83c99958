import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../src/providers/adapter.ts';
import { prospolabs } from '../../src/providers/prospolabs.ts';
import { makeVideoFacts } from '../support/facts.ts';
import { buildState } from '../support/state-builder.ts';
import { bought, codes, said } from './steps.ts';

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

describe('a clip whose edit list did not count when it was bought', () => {
  const samples = makeVideoFacts({ trackSeconds: 4.4, longestSeconds: 4.4 });
  const edited = makeVideoFacts({ trackSeconds: 3.9, mediaSeconds: 4.4, longestSeconds: 4.4 });

  function boughtBefore() {
    const state = buildState();
    const hero = state.addTransfer('hero', { provider: ['empiriolabs'] });
    state.setMotion(hero.motion, { facts: samples });
    return { state, hero, before: state.fingerprintOf(hero, 'empiriolabs') };
  }

  test('is reused under the name that it was bought by', () => {
    const { state, hero, before } = boughtBefore();
    state.lock(hero, { provider: 'empiriolabs' });
    state.setMotion(hero.motion, { facts: edited });
    expect(state.fingerprintOf(hero, 'empiriolabs')).not.toBe(before);
    expect(state.step()).toMatchObject({ action: 'reuse', fingerprint: before });
  });

  test('is collected under that name', () => {
    const { state, hero, before } = boughtBefore();
    state.record(hero, 'submitted', { provider: 'empiriolabs' });
    state.setMotion(hero.motion, { facts: edited });
    const step = state.step();
    expect(step).toMatchObject({ action: 'generate', resumes: true, fingerprint: before });
  });

  test('is not bought beside a purchase that another run makes under that name', () => {
    const { state, hero, before } = boughtBefore();
    state.setMotion(hero.motion, { facts: edited });
    const step = state.step();
    if (step.action !== 'generate') throw new Error('blocked');
    expect(step.elsewhere).toContain(before);
  });
});

test('what is paid for is collected, although its clip is found to be damaged', () => {
  const state = buildState();
  const hero = state.addTransfer('hero');
  state.record(hero, 'submitted');
  state.setMotion(hero.motion, { facts: makeVideoFacts(), problem: 'assets/wave.mp4: damaged' });
  expect(state.step()).toMatchObject({ action: 'generate', resumes: true });
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

describe('an output that two branches bought', () => {
  /** The lockfile holds the other branch's as the newer one; the config asks for ours. */
  function boughtTwice() {
    const { state, hero } = bought();
    const ours = { ...state.lock(hero), identity: 'git:ours', sha256: '1'.repeat(64) };
    const theirs = { ...ours, fingerprint: '2'.repeat(64), identity: 'git:theirs', sha256: '' };
    state.locked[hero.output] = { ...theirs, also: [ours] };
    return { state, hero };
  }

  test('is reused whichever of the two the config asks for', () => {
    const { state, hero } = boughtTwice();
    state.outputs.set(hero.output, 'git:ours');
    expect(state.step()).toMatchObject({
      action: 'reuse',
      fingerprint: state.fingerprintOf(hero),
      warnings: [],
    });
  });

  test('is not bought again where the video of the other one lies, and not taken for it', () => {
    const { state, hero } = boughtTwice();
    state.outputs.set(hero.output, 'git:theirs');
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
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
