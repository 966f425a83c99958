import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../../src/providers/adapter.ts';
import { prospolabs } from '../../../src/providers/prospolabs.ts';
import { makeImageFacts, makeVideoFacts } from '../../support/facts.ts';
import { buildState } from '../../support/state-builder.ts';
import { bought, codes, said } from '../steps.ts';

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
