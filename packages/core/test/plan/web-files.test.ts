import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/plan/digest.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';
import { StateBuilder } from '../support/state-builder.ts';

const VIDEO = 'c'.repeat(64);
const PATH = 'out/hero.gif';
const record = {
  kind: 'gif',
  of: VIDEO,
  identity: 'git:gif',
  sha256: 'd'.repeat(64),
  bytes: 1000,
};

/** A bought video and its GIF, as they lie in the checkout. */
function withGif(changes: Partial<typeof record> = {}, there: string | null = 'git:gif') {
  const state = new StateBuilder();
  const hero = state.addTransfer('hero', { also: ['gif'] });
  state.lock(hero, { webFiles: [{ ...record, ...changes }] });
  state.outputs.set(PATH, there);
  return state;
}

const webFilesOf = (state: StateBuilder) => state.step().webFiles;

describe('a web file', () => {
  test('of a video that is bought is due', () => {
    const state = new StateBuilder();
    state.addTransfer('hero', { also: ['poster', 'gif'] });
    expect(state.step().action).toBe('generate');
    expect(webFilesOf(state)).toEqual([
      { kind: 'poster', path: 'out/hero.poster.jpg', isDue: true },
      { kind: 'gif', path: PATH, isDue: true },
    ]);
  });

  test('that is on record and there is not due, also as a pointer of Git LFS', () => {
    for (const there of ['git:gif', `sha256:${record.sha256}`]) {
      const state = withGif({}, there);
      expect(state.step().action).toBe('reuse');
      expect(webFilesOf(state)).toEqual([{ kind: 'gif', path: PATH, isDue: false }]);
    }
  });

  test.each([
    ['is gone', {}, null],
    ['was changed', {}, 'git:other'],
    ['was made of an earlier video', { of: 'e'.repeat(64) }, 'git:gif'],
    ['is of a kind that is not asked for', { kind: 'webp' }, 'git:gif'],
  ])('that %s is due, and nothing is bought for it', (_, changes, there) => {
    const state = withGif(changes, there);
    expect(state.step().action).toBe('reuse');
    expect(webFilesOf(state)).toMatchObject([{ isDue: true }]);
  });

  test('that nobody asks for is no part of the plan', () => {
    const state = new StateBuilder();
    state.addTransfer('hero');
    expect(state.step()).not.toHaveProperty('webFiles');
  });

  test('is no part of what is approved', () => {
    const plan = makePlan([makeGenerateStep('a', 300_000)]);
    const webFiles = [{ kind: 'gif' as const, path: 'a.gif', isDue: true }];
    const steps = plan.steps.map((step) => ({ ...step, webFiles }));
    expect(digestOf({ ...plan, steps })).toBe(digestOf(plan));
  });
});
