import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/model/json/json.ts';
import type { Identity } from '../../../src/model/media/media.ts';
import type { GenerateStep } from '../../../src/model/plan.ts';
import type { Transfer } from '../../../src/model/transfer.ts';
import { assemblePlan } from '../../../src/plan/assemble.ts';
import type { Adapter } from '../../../src/providers/adapter.ts';
import { prospolabs } from '../../../src/providers/prospolabs.ts';
import { buildState, type StateBuilder } from '../../support/state-builder.ts';
import { bought, codes, said } from '../steps.ts';

const CHARACTER = 'git:assets/hero.png';
const MOTION = 'git:assets/wave.mp4';
const IN_LFS = {
  character: `sha256:${'1'.repeat(64)}`,
  motion: `sha256:${'2'.repeat(64)}`,
} as const;

/** The assets are called otherwise now; their bytes were read, and are these as well. */
function move(
  state: StateBuilder,
  { character, motion }: Transfer,
  now: { readonly character: Identity; readonly motion: Identity },
  read: { readonly character: Identity[]; readonly motion: Identity[] } | null,
): void {
  state.setCharacter(character, {
    identity: now.character,
    otherIdentities: read?.character ?? null,
  });
  state.setMotion(motion, { identity: now.motion, otherIdentities: read?.motion ?? null });
}

const asBefore = { character: [CHARACTER], motion: [MOTION] };

describe('assets that are stored otherwise than when they were bought with', () => {
  test('have to be read first: nothing tells yet that they are the same', () => {
    const { state, hero } = bought();
    expect(assemblePlan(state.state()).unread.assets.size).toBe(0);
    move(state, hero, IN_LFS, null);
    const { plan, unread } = assemblePlan(state.state());
    expect(plan.totals).toMatchObject({ generateCount: 1 });
    expect([...unread.assets]).toEqual(['assets/hero.png', 'assets/wave.mp4']);
  });

  test('are reused when they have the recorded bytes', () => {
    const { state, hero } = bought();
    const fingerprint = state.fingerprintOf(hero);
    move(state, hero, IN_LFS, asBefore);
    expect(state.step()).toMatchObject({ action: 'reuse', fingerprint, copyFrom: null });
    expect(state.plan().totals.highMicroUsd).toBe(0);
    expect(assemblePlan(state.state()).unread.assets.size).toBe(0);
  });

  test.each(['character', 'motion'] as const)('are reused when only the %s is', (role) => {
    const { state, hero } = bought();
    const now = { character: CHARACTER, motion: MOTION, [role]: IN_LFS[role] };
    move(state, hero, now, { character: [], motion: [], [role]: asBefore[role] });
    expect(state.step()).toMatchObject({ action: 'reuse' });
  });

  test.each(['character', 'motion'] as const)('are bought with when the %s is another', (role) => {
    const { state, hero } = bought();
    move(state, hero, IN_LFS, { ...asBefore, [role]: ['git:other bytes'] });
    const step = state.step();
    expect(step).toMatchObject({ action: 'generate', resumes: false });
    expect(codes(step)).toEqual([`${role}-changed`]);
  });

  test.each([
    ['take', { parameters: { take: 2 } }, ['take-raised']],
    ['prompt', { parameters: { prompt: 'otherwise' } }, ['parameters-changed']],
    ['tier', { parameters: { tier: 'pro' } }, ['parameters-changed']],
    ['provider', { provider: ['empiriolabs'] }, ['parameters-changed']],
    ['model', { model: 'kling-2.6', provider: 'cheapest' }, []],
  ] as const)('are bought with for another %s', (_what, requested, due) => {
    const { state } = bought();
    state.transfers.length = 0;
    const hero = state.addTransfer('hero', requested);
    move(state, hero, IN_LFS, asBefore);
    const step = state.step();
    expect(step.action).not.toBe('reuse');
    if (due.length > 0) expect(codes(step)).toEqual(due);
  });

  test('are reused from the ledger alone', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, 'recorded', { identity: 'git:bytes' });
    state.outputs.set(hero.output, 'git:bytes');
    move(state, hero, IN_LFS, asBefore);
    const step = state.step();
    expect(step).toMatchObject({ action: 'reuse' });
    expect(step.warnings.join()).toContain('missing from the lockfile');
  });

  test.each([
    ['submitted', { action: 'generate', resumes: true }],
    ['unknown', { action: 'blocked', reasons: [{ code: 'outcome-unknown' }] }],
    ['failed-charged', { action: 'blocked', reasons: [{ code: 'charged-failure' }] }],
  ] as const)('are not bought with again while a purchase is %s', (left, due) => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, left);
    move(state, hero, IN_LFS, asBefore);
    const plan = state.plan();
    expect(plan.steps).toMatchObject([due]);
    expect(plan.open).toEqual([]);
    expect(plan.totals.highMicroUsd).toBe(0);
  });

  test('need not be read where the lockfile has both kinds', () => {
    const { state, hero } = bought();
    state.lock(hero, {
      character: {
        source: hero.character,
        identity: CHARACTER,
        alsoKnownAs: [IN_LFS.character],
      },
      motion: { source: hero.motion, identity: MOTION, alsoKnownAs: [IN_LFS.motion] },
    });
    move(state, hero, IN_LFS, null);
    const { plan, unread } = assemblePlan(state.state());
    expect(plan.steps).toMatchObject([{ action: 'reuse' }]);
    expect(unread.assets.size).toBe(0);
  });

  test('are found in a repository with SHA-256 objects, and back in one with SHA-1', () => {
    const blob = (digit: string) => `git:${digit.repeat(64)}`;
    const { state, hero } = bought();
    const now = { character: blob('3'), motion: blob('4') };
    move(state, hero, now, asBefore);
    expect(state.step()).toMatchObject({ action: 'reuse' });
    const other = buildState();
    const again = other.addTransfer('hero');
    move(other, again, now, null);
    other.lock(again);
    move(
      other,
      again,
      { character: CHARACTER, motion: MOTION },
      { character: [now.character], motion: [now.motion] },
    );
    expect(other.step()).toMatchObject({ action: 'reuse' });
  });

  test('are written down by both kinds where they are bought with, which no approval depends on', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    const { digest } = state.plan();
    const now = { character: CHARACTER, motion: MOTION };
    const sha256Blob = `git:${'5'.repeat(64)}`;
    const read = { character: [IN_LFS.character, sha256Blob], motion: [IN_LFS.motion] };
    move(state, hero, now, read);
    expect(state.step()).toMatchObject({
      action: 'generate',
      character: { identity: CHARACTER, alsoKnownAs: [IN_LFS.character] },
      motion: { identity: MOTION, alsoKnownAs: [IN_LFS.motion] },
    });
    expect(state.plan().digest).toBe(digest);
  });

  test('are bought with again by refresh when the adapter is newer', () => {
    const { state, hero } = bought();
    move(state, hero, IN_LFS, asBefore);
    state.refresh = true;
    expect(state.step()).toMatchObject({ action: 'reuse' });
    state.providers = [{ adapter: { ...prospolabs, revision: 2 } as Adapter, hasKey: true }];
    const step = state.step();
    expect(step.action).toBe('generate');
    expect(codes(step)).toEqual(['adapter-revised']);
  });

  test('are bought with under a fingerprint that says which others are the same, for runs of other commits', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    const before = state.fingerprintOf(hero);
    move(state, hero, IN_LFS, asBefore);
    expect(state.step()).toMatchObject({
      fingerprint: state.fingerprintOf(hero),
      alsoKnownAs: expect.arrayContaining([before]),
    });
    const { alsoKnownAs = [] } = state.step() as GenerateStep;
    expect(alsoKnownAs).toHaveLength(3);
  });

  test('have at every provider the fingerprints that other runs may have bought under', () => {
    const state = buildState();
    const provider = ['prospolabs', 'empiriolabs'] as const;
    const hero = state.addTransfer('hero', { provider });
    const before = state.step() as GenerateStep;
    const [fallbackBefore] = before.fallbacks;
    const { digest } = state.plan();
    move(state, hero, { character: CHARACTER, motion: MOTION }, { character: [], motion: [] });
    expect(state.step()).toEqual(before);
    const read = { character: [IN_LFS.character], motion: [IN_LFS.motion] };
    move(state, hero, { character: CHARACTER, motion: MOTION }, read);
    expect(state.plan().digest).toBe(digest);
    const plain = state.step() as GenerateStep;
    move(state, hero, IN_LFS, asBefore);
    const step = state.step() as GenerateStep;
    const [fallback] = step.fallbacks;
    expect(fallback?.fingerprint).not.toBe(fallbackBefore?.fingerprint);
    expect(fallback?.alsoKnownAs).toContain(fallbackBefore?.fingerprint);
    expect(plain.fallbacks[0]?.alsoKnownAs).toContain(fallback?.fingerprint);
    expect(step.elsewhere).toEqual([fallback?.fingerprint]);
    expect(step.elsewhereAlsoKnownAs).toEqual(fallback?.alsoKnownAs);
    expect(step.elsewhereAlsoKnownAs).toHaveLength(3);
  });

  test('are bought with once by two transfers of one plan', () => {
    const state = buildState();
    const first = state.addTransfer('first');
    const second = state.addTransfer('second', { motion: 'https://cdn.example/wave.mp4' });
    move(state, first, { character: CHARACTER, motion: MOTION }, { character: [], motion: [] });
    state.setMotion(second.motion, { identity: IN_LFS.motion, otherIdentities: [MOTION] });
    const [one, other] = state.plan().steps;
    expect(one).toMatchObject({ action: 'generate', sameAs: null });
    expect(other).toMatchObject({
      action: 'generate',
      sameAs: 'first',
      fingerprint: state.fingerprintOf(first),
    });
    state.setMotion(second.motion, { identity: IN_LFS.motion, otherIdentities: ['git:other'] });
    expect(state.plan().steps[1]).toMatchObject({ action: 'generate', sameAs: null });
  });
});

describe('a video that is stored otherwise than when it was bought', () => {
  const inLfs = { identity: `sha256:${'c'.repeat(64)}`, sha256: 'c'.repeat(64) };

  test('has to be read before it counts as changed', () => {
    const { state, hero } = bought();
    state.lock(hero, inLfs);
    state.outputs.set(hero.output, 'git:blob');
    expect([...assemblePlan(state.state()).unread.outputs]).toEqual([hero.output]);
    state.outputHashes.set(hero.output, 'c'.repeat(64));
    expect(state.step()).toMatchObject({ action: 'reuse', warnings: [] });
    state.outputHashes.set(hero.output, 'd'.repeat(64));
    expect(state.step().warnings.join()).toContain('was changed after it was made');
  });

  test('is found with the ledger alone', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, 'recorded', { identity: inLfs.identity });
    state.outputs.set(hero.output, 'git:blob');
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
    const { sha256 = '' } = [...state.purchases.values()][0]?.download ?? {};
    state.outputHashes.set(hero.output, sha256);
    expect(state.step()).toMatchObject({ action: 'reuse' });
    state.outputHashes.set(hero.output, null);
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
  });

  test('that is of the same kind and another id is not read: it is another', () => {
    const { state, hero } = bought();
    state.outputs.set(hero.output, 'git:changed');
    const { unread } = assemblePlan(state.state());
    expect(unread.outputs.size).toBe(0);
  });
});

describe('assets of which only the pointer of Git LFS is here', () => {
  const pointed = {
    facts: null,
    isPointer: true,
    problem: 'assets/wave.mp4 is a Git LFS pointer',
    otherIdentities: null,
  };

  const options = prospolabs.options.parse({}) as Json;

  function boughtWithBoth(requested: Parameters<StateBuilder['addTransfer']>[1] = {}) {
    const state = buildState();
    const hero = state.addTransfer('hero', requested);
    state.lock(hero, {
      character: {
        source: hero.character,
        identity: CHARACTER,
        alsoKnownAs: [IN_LFS.character],
      },
      motion: { source: hero.motion, identity: MOTION, alsoKnownAs: [IN_LFS.motion] },
      parameters: { ...hero.parameters, options },
    });
    return { state, hero };
  }

  function point(state: StateBuilder, hero: Transfer, motion: Identity = IN_LFS.motion) {
    state.setCharacter(hero.character, { ...pointed, identity: IN_LFS.character });
    state.setMotion(hero.motion, { ...pointed, identity: motion });
  }

  test('are reused when all that was bought is as it was', () => {
    const { state, hero } = boughtWithBoth();
    const fingerprint = state.fingerprintOf(hero);
    point(state, hero);
    expect(state.step()).toMatchObject({ action: 'reuse', fingerprint, warnings: [] });
    expect(state.plan().totals).toMatchObject({ reuseCount: 1, highMicroUsd: 0 });
  });

  test.each([
    ['another clip', {}, `sha256:${'9'.repeat(64)}`],
    ['another take', { parameters: { take: 2 } }, IN_LFS.motion],
    ['another prompt', { parameters: { prompt: 'otherwise' } }, IN_LFS.motion],
    ['another provider', { provider: ['empiriolabs'] }, IN_LFS.motion],
    ['another model', { model: 'kling-2.6' as const }, IN_LFS.motion],
  ])('are not taken for %s', (_what, requested, motion) => {
    const { state } = boughtWithBoth();
    state.transfers.length = 0;
    const hero = state.addTransfer('hero', requested);
    point(state, hero, motion);
    const step = state.step();
    expect(step.action).toBe('blocked');
    expect(said(step)).toContain('is a Git LFS pointer');
  });

  test('are not reused without a video', () => {
    const { state, hero } = boughtWithBoth();
    state.outputs.delete(hero.output);
    point(state, hero);
    expect(said(state.step())).toContain('is a Git LFS pointer');
  });

  test('are not reused while another asset cannot be read', () => {
    const { state, hero } = boughtWithBoth();
    point(state, hero);
    state.setMotion(hero.motion, { facts: null, problem: 'assets/wave.mp4 is damaged' });
    expect(said(state.step())).toContain('is damaged');
  });

  test('are reused from the ledger alone', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, 'recorded', {
      identity: 'git:bytes',
      intent: {
        model: state.lock(hero).model,
        character: CHARACTER,
        motion: MOTION,
        alsoKnownAs: { character: [IN_LFS.character], motion: [IN_LFS.motion] },
        parameters: { ...hero.parameters },
        options,
      },
    });
    delete state.locked[hero.output];
    state.outputs.set(hero.output, 'git:bytes');
    point(state, hero);
    expect(state.step()).toMatchObject({ action: 'reuse' });
    point(state, hero, `sha256:${'9'.repeat(64)}`);
    expect(state.step()).toMatchObject({ action: 'blocked' });
  });
});
