import { describe, expect, test } from 'vitest';
import { findPlanChanges } from '../../src/plan/compare.ts';
import { fal } from '../../src/providers/fal/fal.ts';
import { adapters, localProviders } from '../../src/providers/registry.ts';
import { cellsOf, columnsOf, makeRow } from '../../src/report/rows.ts';
import { describeOtherModels, renderOffers } from '../../src/report/tables/offers.ts';
import { buildState, type StateBuilder } from '../support/state-builder.ts';
import { codes, said } from './steps.ts';

const V2_6 = 'fal-ai/kling-video/v2.6/motion-control';

/** Every provider, each with a key, and those of them that sell Kling 2.6. */
function everybody(): StateBuilder {
  const state = buildState();
  state.providers = adapters.map((adapter) => ({ adapter, hasKey: true }));
  return state;
}
const sellsOld = adapters
  .filter(({ models }) => Object.values(models).some(({ name }) => name === 'kling-2.6'))
  .map(({ id }) => id);

describe('a transfer of one model', () => {
  test('is offered by those that sell it, and by nobody else', () => {
    const state = everybody();
    state.addTransfer('hero', { model: 'kling-2.6', provider: 'cheapest' });
    const { offers } = state.step();
    expect(sellsOld).toEqual(['fal', 'replicate', 'kling', 'wavespeed', 'kie']);
    expect(offers.map(({ provider, modelName }) => [provider, modelName])).toEqual(
      sellsOld.map((id) => [id, 'kling-2.6']),
    );
  });

  test('is never the other one because that is cheaper, neither by cheapest nor down a list', () => {
    for (const provider of ['cheapest', sellsOld] as const) {
      for (const model of ['kling-3.0', 'kling-2.6'] as const) {
        const state = everybody();
        state.addTransfer('hero', { model, provider });
        const step = state.step();
        if (step.action !== 'generate') throw new Error('it is not bought');
        const sold = [step, ...step.fallbacks];
        for (const { modelName = 'kling-3.0' } of sold) expect(modelName).toBe(model);
        expect(step.elsewhere.length).toBeGreaterThanOrEqual(4);
      }
    }
  });

  test("is asked for by its seller's own id, which tells the two apart for good", () => {
    const state = everybody();
    const hero = state.addTransfer('hero', { provider: ['fal'] });
    const old = state.addTransfer('old', { provider: ['fal'], model: 'kling-2.6' });
    expect(state.step('old')).toMatchObject({ model: V2_6, modelName: 'kling-2.6' });
    expect(state.step('hero')).not.toHaveProperty('modelName');
    expect(state.fingerprintOf(old, 'fal')).not.toBe(state.fingerprintOf(hero, 'fal'));
  });

  test('is bought anew, and why is said, where the other one is there', () => {
    const state = everybody();
    const hero = state.addTransfer('hero', { provider: ['fal'] });
    state.lock(hero, { provider: 'fal' });
    expect(state.step()).toMatchObject({ action: 'reuse' });
    state.transfers.length = 0;
    state.addTransfer('hero', { provider: ['fal'], model: 'kling-2.6' });
    const step = state.step();
    expect(step.action).toBe('generate');
    expect(codes(step)).toEqual(['model-changed']);
    expect(said(step)).toBe('model is kling-2.6, was kling-3.0');
  });

  test.each([['kling'], ['wavespeed'], ['fal']])(
    'is offered by %s, which the config names, at the same price',
    (own) => {
      const state = everybody();
      state.addTransfer('hero', { provider: [own] });
      expect(describeOtherModels(state.plan())).toEqual([
        expect.stringContaining(`(1 transfer, from ${own})`),
      ]);
    },
  );

  test('that nobody of its list sells is blocked', () => {
    const state = everybody();
    state.addTransfer('hero', { provider: ['prospolabs'], model: 'kling-2.6' });
    expect(codes(state.step())).toEqual(['no-provider']);
  });

  test('is a draft like any other', () => {
    const state = everybody();
    state.providers = [...state.providers, ...localProviders];
    state.addTransfer('hero', { model: 'kling-2.6', provider: ['draft'] });
    expect(state.step()).toMatchObject({ action: 'generate', provider: 'draft' });
    expect(describeOtherModels(state.plan())).toEqual([]);
  });
});

describe('a transfer of any model', () => {
  test('is whichever costs less, anywhere', () => {
    const state = everybody();
    state.addTransfer('hero', { model: 'any', provider: 'cheapest' });
    const step = state.step();
    if (step.action !== 'generate') throw new Error('it is not bought');
    const least = Math.min(...step.offers.flatMap(({ estimate }) => estimate?.highMicroUsd ?? []));
    expect(step.estimate.highMicroUsd).toBe(least);
    expect(step).toMatchObject({ modelName: 'kling-2.6', otherModels: [] });
    expect(step.offers).toHaveLength(adapters.length + sellsOld.length);
  });

  test('follows its list, each provider with one model', () => {
    const state = everybody();
    state.addTransfer('hero', { model: 'any', provider: ['prospolabs', 'fal', 'kling'] });
    const step = state.step();
    if (step.action !== 'generate') throw new Error('it is not bought');
    expect(
      [step, ...step.fallbacks].map(({ provider, modelName }) => [provider, modelName]),
    ).toEqual([
      ['prospolabs', undefined],
      ['fal', 'kling-2.6'],
      ['kling', 'kling-2.6'],
    ]);
    expect(step.elsewhere).toHaveLength(4);
    expect(makeRow({ id: 'hero', step, result: null }).why).toContain(
      'if prospolabs does not accept it: fal kling-2.6, then kling kling-2.6, at most $0.28',
    );
  });

  test('is the dearer model where the cheaper one does not take the inputs', () => {
    const state = everybody();
    const face = 'https://a.example.com/face.png';
    const elements = [{ 'frontal-image-url': face, 'reference-image-urls': [face] }];
    state.addTransfer('hero', {
      model: 'any',
      provider: ['fal'],
      parameters: { orientation: 'video' },
      providerOptions: { fal: { elements } },
    });
    expect(state.step()).toMatchObject({ action: 'generate', model: Object.keys(fal.models)[0] });
  });

  test.each(['kling-3.0', 'kling-2.6'] as const)('reuses what was bought as %s', (model) => {
    const state = everybody();
    const hero = state.addTransfer('hero', { provider: ['fal'], model });
    state.lock(hero, { provider: 'fal' });
    state.transfers.length = 0;
    state.addTransfer('hero', { provider: ['fal'], model: 'any' });
    const expected = model === 'kling-3.0' ? {} : { modelName: model };
    expect(state.step()).toMatchObject({ action: 'reuse', provider: 'fal', ...expected });
  });

  test('that cannot be bought says of each model why', () => {
    const state = everybody();
    state.addTransfer('hero', {
      model: 'any',
      provider: ['fal'],
      parameters: { durationSeconds: 5 },
    });
    const { reasons } = state.step();
    expect(reasons.map(({ message }) => message.slice(0, 16))).toEqual([
      'fal (kling-2.6):',
      'fal (kling-3.0):',
    ]);
  });
});

describe('the price of the other model', () => {
  const mixed = () => {
    const state = everybody();
    state.addTransfer('new', { provider: ['fal'] });
    state.addTransfer('old', { provider: ['fal'], model: 'kling-2.6', motion: 'assets/bow.mp4' });
    return state;
  };

  test('is an offer beside the ones that count', () => {
    const [first, second] = mixed().plan().steps;
    expect(first?.otherModels.map(({ modelName }) => modelName)).toEqual(
      sellsOld.map(() => 'kling-2.6'),
    );
    expect(second?.otherModels).toHaveLength(adapters.length);
    for (const { modelName } of second?.otherModels ?? []) expect(modelName).toBeUndefined();
  });

  test('is shown with the transfers that it is about, and each model in its row', () => {
    const plan = mixed().plan();
    expect(describeOtherModels(plan)).toEqual([
      'kling-3.0 would cost $0.304 instead of $0.28 (1 transfer, from prospolabs); it is bought only where the config asks for it',
      'kling-2.6 would cost $0.28 instead of $0.504 (1 transfer, from fal); it is bought only where the config asks for it',
    ]);
    const table = renderOffers(plan).join('\n');
    expect(table).toContain('| fal | 1 of 2 | $0.504 | $0.504 |');
    expect(table).toContain('| fal kling-2.6 | 1 of 2 | $0.28 | $0.28 |');
    const rows = plan.steps.map((step) => makeRow({ id: step.id, step, result: null }));
    const columns = columnsOf(rows);
    expect(columns).toEqual(['Transfer', 'State', 'Price', 'Video', 'Provider', 'Model', 'Note']);
    expect(
      rows.map((row) =>
        cellsOf(row, columns)
          .slice(4, 6)
          .map(({ text }) => text),
      ),
    ).toEqual([
      ['fal', 'kling-3.0'],
      ['fal', 'kling-2.6'],
    ]);
    const old = rows.slice(1);
    expect(old.map((row) => cellsOf(row, columnsOf(old))[4]?.text)).toEqual(['fal kling-2.6']);
  });

  test('is no part of what an approval is given for', () => {
    const state = mixed();
    const { digest } = state.plan();
    state.prices = { kling: { 'kling-v2-6': { standard: 1 } } };
    const changed = state.plan();
    expect(changed.digest).not.toBe(digest);
    state.transfers.length = 1;
    const before = state.plan();
    state.prices = { kling: { 'kling-v2-6': { standard: 2 } } };
    const after = state.plan();
    expect(after.steps[0]?.otherModels).not.toEqual(before.steps[0]?.otherModels);
    expect(after.digest).toBe(before.digest);
  });

  test('leaves a changed model to be said where an approved plan no longer holds', () => {
    const state = everybody();
    state.addTransfer('hero', { provider: ['fal'] });
    const approved = state.plan();
    state.transfers.length = 0;
    state.addTransfer('hero', { provider: ['fal'], model: 'kling-2.6' });
    expect(findPlanChanges(approved, state.plan())).toEqual([
      'hero would be made by kling-2.6, was kling-3.0',
    ]);
  });
});
