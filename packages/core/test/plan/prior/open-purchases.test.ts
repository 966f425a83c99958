import { describe, expect, test } from 'vitest';
import type { Transfer } from '../../../src/model/transfer.ts';
import { assemblePlan } from '../../../src/plan/assemble.ts';
import { buildState, type StateBuilder } from '../../support/state-builder.ts';

/** The config asks for something else by now. */
function change(state: StateBuilder, transfer: Transfer, changes: Partial<Transfer['parameters']>) {
  const changed = { ...transfer, parameters: { ...transfer.parameters, ...changes } };
  state.transfers.splice(state.transfers.indexOf(transfer), 1, changed);
  return changed;
}

const collectable = ['submitted', 'completed', 'downloaded', 'stored', 'stale'] as const;
const unknown = ['submitting', 'unknown'] as const;
const settled = [
  'reserved',
  'released',
  'recorded',
  'failed-charged',
  'failed-refunded',
  'written-off',
] as const;

describe('a purchase that no step is about any more', () => {
  test.each(collectable)('is listed as collectable when it is %s', (left) => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, left);
    change(state, hero, { prompt: 'another one' });
    const { open, steps } = state.plan();
    expect(steps).toMatchObject([{ action: 'generate', resumes: false }]);
    expect(open).toMatchObject([
      {
        fingerprint: state.fingerprintOf(hero),
        transferId: 'hero',
        provider: 'prospolabs',
        state: 'collectable',
        holdMicroUsd: 304_000,
        message: expect.stringContaining('a run collects it'),
      },
    ]);
  });

  test.each(unknown)('is listed as unknown, with its hold, when it is %s', (left) => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, left);
    change(state, hero, { take: 2 });
    expect(state.plan().open).toMatchObject([
      {
        state: 'unknown',
        message: expect.stringMatching(/\$0\.304 stays held.*write-off: [0-9a-f]{12}=free/),
      },
    ]);
  });

  test('is of the run that is buying it, without the key that would settle it', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, 'submitting', { holder: { checkout: 'elsewhere', runId: '77' } });
    change(state, hero, { take: 2 });
    const [open] = state.plan().open;
    expect(open).toMatchObject({ state: 'unknown', holdMicroUsd: 304_000 });
    expect(open?.message).toMatch(/^run 77 is buying an earlier version of hero at prospolabs now/);
    expect(open?.message).not.toContain('write-off');
  });

  test.each(settled)('is not listed when it is %s', (left) => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, left);
    change(state, hero, { prompt: 'another one' });
    expect(state.plan().open).toEqual([]);
  });

  test('is listed although its transfer is gone from the config', () => {
    const state = buildState();
    state.record(state.addTransfer('hero'), 'submitted');
    state.transfers.length = 0;
    expect(state.plan()).toMatchObject({ steps: [], open: [{ transferId: 'hero' }] });
  });

  test('is listed although its transfer is blocked for another reason', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, 'submitted');
    state.outputProblems.set(hero.output, 'it cannot be written there');
    expect(state.plan()).toMatchObject({
      steps: [{ action: 'blocked' }],
      open: [{ state: 'collectable' }],
    });
  });
});

describe('a purchase that a step tells of', () => {
  test.each(collectable)('is not listed beside it when it is %s', (left) => {
    const state = buildState();
    state.record(state.addTransfer('hero'), left);
    expect(state.plan()).toMatchObject({ steps: [{ resumes: true }], open: [] });
  });

  test.each(unknown)('is reported once, with its hold, when it is %s', (left) => {
    const state = buildState();
    state.record(state.addTransfer('hero'), left);
    expect(state.plan()).toMatchObject({
      steps: [{ action: 'blocked', heldMicroUsd: 304_000 }],
      open: [],
    });
  });

  test('is reported once although its transfer is called something else by now', () => {
    const state = buildState();
    const hero = state.addTransfer('hero');
    state.record(hero, 'unknown');
    state.transfers.splice(0, 1, { ...hero, id: 'renamed', output: 'out/renamed.mp4' });
    expect(state.plan()).toMatchObject({ steps: [{ heldMicroUsd: 304_000 }], open: [] });
  });

  test('is held once although two transfers ask for it', () => {
    const state = buildState();
    state.record(state.addTransfer('hero'), 'unknown');
    state.addTransfer('duplicate');
    expect(state.plan()).toMatchObject({
      steps: [
        { action: 'blocked', heldMicroUsd: 304_000 },
        { action: 'blocked', heldMicroUsd: 0 },
      ],
      open: [],
    });
  });

  test('does not hide an older one of the same transfer', () => {
    const state = buildState();
    const first = state.addTransfer('hero');
    state.record(first, 'unknown');
    const second = change(state, first, { take: 2 });
    state.record(second, 'unknown');
    expect(state.plan()).toMatchObject({
      steps: [{ action: 'blocked', heldMicroUsd: 304_000 }],
      open: [{ fingerprint: state.fingerprintOf(first), state: 'unknown' }],
    });
  });
});

test('open purchases stand in one order and belong to what is approved', () => {
  const state = buildState();
  const heroes = ['A', 'B', 'C'].map((prompt) =>
    state.addTransfer(prompt, { parameters: { prompt } }),
  );
  for (const hero of heroes) state.record(hero, 'submitted');
  state.transfers.length = 0;
  const plan = state.plan();
  const keys = plan.open.map(({ fingerprint }) => fingerprint);
  expect(keys).toEqual(heroes.map((hero) => state.fingerprintOf(hero)).sort());
  const without = assemblePlan({ ...state.state(), purchases: new Map() }).plan;
  expect(without.digest).not.toBe(plan.digest);
});
