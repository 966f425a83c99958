import { describe, expect, test } from 'vitest';
import { adapters } from '../../src/providers/registry.ts';
import { makeVideoFacts } from '../support/facts.ts';
import { buildState, type StateBuilder } from '../support/state-builder.ts';
import { bought, codes, requestedAnew, said } from './steps.ts';

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
    const step = requestedAnew({ parameters }).step();
    expect(step.action).toBe('generate');
    expect(codes(step)).toEqual(['parameters-changed']);
  });

  test('names each parameter with what it was, where the record has it', () => {
    const state = buildState();
    const before = {
      prompt: 'a robot bows',
      tier: 'standard',
      orientation: 'image',
      keepOriginalSound: true,
      durationSeconds: null,
      take: 1,
      options: {},
    } as const;
    const { options: _options, ...parameters } = before;
    state.lock(state.addTransfer('hero', { parameters }), { parameters: before });
    state.transfers.length = 0;
    state.addTransfer('hero', {
      parameters: { ...parameters, prompt: 'a robot waves', tier: 'pro', keepOriginalSound: false },
    });
    expect(state.step().reasons.map(({ message }) => message)).toEqual([
      'prompt is "a robot waves", was "a robot bows"',
      'tier is pro, was standard',
      'keep-original-sound is false, was true',
    ]);
  });

  test('in its take is bought again', () => {
    const step = requestedAnew({ parameters: { take: 2 } }).step();
    expect(codes(step)).toEqual(['take-raised']);
    expect(said(step)).toBe('take is 2, was 1');
  });

  test('in its provider alone is bought again', () => {
    const step = requestedAnew({ provider: ['empiriolabs'] }).step();
    expect(step).toMatchObject({ action: 'generate', provider: 'empiriolabs' });
    expect(codes(step)).toEqual(['parameters-changed']);
    expect(said(step)).toBe('provider is empiriolabs, was prospolabs');
  });

  test('only in the way it is asked for is reused', () => {
    const step = requestedAnew({ providerOptions: { prospolabs: { async: true } } }).step();
    expect(step.action).toBe('reuse');
  });

  test('only in the path of an asset with the same bytes is reused', () => {
    const state = requestedAnew({ character: 'assets/moved.png' });
    const moved = { kind: 'file', path: 'assets/moved.png' } as const;
    state.setCharacter(moved, { identity: 'git:assets/hero.png' });
    expect(state.step().action).toBe('reuse');
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
    expect(said(blocked)).toContain(words);
    expect(said(blocked)).toContain('https URLs');
    expect(said(blocked)).toContain('assets/hero.png');
    expect(said(blocked)).toContain('assets/wave.mp4');
    expect(said(blocked).split(words)).toHaveLength(2);
  });

  test('what keeps both files from the provider is said once, naming both, and only with what can help', () => {
    const hidden = step({ visibility: 'private' });
    expect(hidden.reasons).toHaveLength(1);
    expect(said(hidden)).toContain('cannot read assets/hero.png and assets/wave.mp4: this');
    expect(said(hidden)).not.toContain('staging: github');
    expect(said(step({ visibility: 'unknown' }))).toContain(
      'set staging: github if the repository is public',
    );
  });

  test('a private repository: names who takes its files by an upload of its own', () => {
    const state = buildState();
    state.providers = adapters.map((adapter) => ({ adapter, hasKey: true }));
    state.addTransfer('hero', { provider: ['prospolabs'] });
    state.staging = { ...state.staging, visibility: 'private' };
    const words = /[^;]*takes? the files by (?:an upload|uploads) of (?:its|their) own; name/;
    expect(said(state.step()).match(words)?.[0]).toContain('Replicate');
    // Theirs makes the files public.
    expect(said(state.step()).match(words)?.[0]).not.toContain('EmpirioLabs');
    state.staging = { ...state.staging, visibility: 'public' };
    expect(state.step().action).toBe('generate');
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
