import { describe, expect, test } from 'vitest';
import { foldJournal } from '../../../src/ledger/journal.ts';
import { BOUGHT_AT_MS, eventsTo, makeEvent } from '../../support/journal.ts';
import { buildState, type StateBuilder } from '../../support/state-builder.ts';
import { codes, said } from '../steps.ts';

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
      const { state, step } = after(left, { holdMicroUsd: 304_000 });
      expect(step.action).toBe('blocked');
      expect(codes(step)).toEqual(['outcome-unknown']);
      expect(said(step)).toContain('$0.304 stays held');
      const [key] = state.purchases.keys();
      expect(said(step)).toContain(`write-off: ${key?.slice(0, 12)}=free`);
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

  test('recorded, and a run found that nobody keeps it any more: blocked, and nobody is asked', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    const key = state.fingerprintOf(hero);
    const facts = { fingerprint: key, transferId: 'hero', output: 'out/hero.mp4' };
    const lost = { ...makeEvent('archive', facts), archive: null, message: 'its artifact expired' };
    const later = { ...lost, atMs: BOUGHT_AT_MS + 90 * 86_400_000 };
    for (const [id, entry] of foldJournal([...eventsTo('recorded', facts), later]))
      state.purchases.set(id, entry);
    expect(codes(state.step())).toEqual(['paid-but-unavailable']);
    expect(said(state.step())).toBe(
      'paid on 2026-10-12 ($0.304), and nobody keeps the video any more: its artifact expired. Restore out/hero.mp4 from git, or raise take to buy it again',
    );
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

  test('to collect is collected once, and copied to its duplicate', () => {
    const { state } = after('submitted');
    state.addTransfer('duplicate');
    expect(state.step('duplicate')).toMatchObject({ sameAs: 'hero', resumes: false });
    expect(state.plan().totals.highMicroUsd).toBe(0);
  });
});
