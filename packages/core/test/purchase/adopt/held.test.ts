import { describe, expect, test } from 'vitest';
import { createEndpoint, type Environment } from '../../../src/http/endpoint.ts';
import type { PurchaseEvent } from '../../../src/model/purchase/purchase-event.ts';
import type { PurchaseState } from '../../../src/model/purchase/purchase-state.ts';
import { adapters } from '../../../src/providers/registry.ts';
import { createClaims } from '../../../src/purchase/adopt/claims.ts';
import { describeHeld, stepHeldAs, whyNotAdopted } from '../../../src/purchase/adopt/held.ts';
import type { RunContext } from '../../../src/purchase/context.ts';
import { TEST_KEY } from '../../support/api.ts';
import { eventsTo, KEY, makeEvent } from '../../support/journal.ts';
import { makeGenerateStep } from '../../support/plans.ts';
import { openRunOnDisk } from '../../support/run-on-disk.ts';

const step = makeGenerateStep('hero', 304_000, { fingerprint: 'b'.repeat(64) });

/** A run with these purchases on record and these keys. */
async function openRun(events: readonly PurchaseEvent[], environment: Environment = {}) {
  const { context } = await openRunOnDisk({ events });
  const apiFor = (provider: string) => {
    const adapter = adapters.find(({ id }) => id === provider);
    if (adapter == null) throw new Error(`no adapter ${provider}`);
    return { endpoint: createEndpoint(adapter, environment) };
  };
  return { ...context, apiFor } as unknown as RunContext;
}

describe('what is on record under another fingerprint', () => {
  test.each<PurchaseState>(['submitting', 'submitted', 'completed', 'stored', 'stale'])(
    'is not waited for without the key of who sells it: %s',
    async (state) => {
      const run = await openRun(eventsTo(state, { provider: 'kie' }));
      expect(whyNotAdopted(run, step, KEY, createClaims([step]))).toBe(
        'run 100 is buying it from kie.ai, whose key is not set here; run again when that run is over',
      );
    },
  );

  test('is fetched without that key once it is recorded', async () => {
    const run = await openRun(eventsTo('recorded', { provider: 'kie' }));
    expect(whyNotAdopted(run, step, KEY, createClaims([step]))).toBeNull();
  });

  test('is collected with the key, for one transfer of this run alone', async () => {
    const run = await openRun(eventsTo('submitted', { provider: 'kie' }), {
      KIE_API_KEY: TEST_KEY,
    });
    const claims = createClaims([step]);
    expect(whyNotAdopted(run, step, KEY, claims)).toBeNull();
    expect(whyNotAdopted(run, step, KEY, claims)).toBeNull();
    const other = makeGenerateStep('villain', 304_000, { fingerprint: 'c'.repeat(64) });
    expect(whyNotAdopted(run, other, KEY, claims)).toBe(
      'this run buys the same for another transfer; run again to copy that',
    );
  });

  test('is taken as what it is: seller, model, options and price of the purchase', async () => {
    const run = await openRun(eventsTo('submitted', { provider: 'empiriolabs' }));
    const as = await stepHeldAs(run, step, KEY);
    expect(as).toMatchObject({
      id: 'hero',
      fingerprint: KEY,
      provider: 'empiriolabs',
      model: 'a-model',
      options: {},
      price: null,
      parameters: step.parameters,
    });
    expect(as).not.toHaveProperty('modelName');
  });

  test('keeps the name of another model than the default one', async () => {
    const old = 'kling-2.6/motion-control';
    const asked = eventsTo('submitted', {
      provider: 'kie',
      intent: { ...intentOf('submitted'), model: old },
    });
    const as = await stepHeldAs(await openRun(asked), step, KEY);
    expect(as).toMatchObject({ provider: 'kie', model: old, modelName: 'kling-2.6' });
  });

  test('is the step as it was planned where nothing or the same is on record', async () => {
    const run = await openRun(eventsTo('submitted'));
    expect(await stepHeldAs(run, step, step.fingerprint)).toBe(step);
    expect(await stepHeldAs(run, step, 'd'.repeat(64))).toBe(step);
  });

  test('has only its seller where no request was announced yet', async () => {
    const run = await openRun(eventsTo('reserved', { provider: 'fal' }));
    expect(await stepHeldAs(run, step, KEY)).toEqual({
      ...step,
      fingerprint: KEY,
      provider: 'fal',
    });
  });
});

describe('why it is not bought', () => {
  test.each<[PurchaseState, string]>([
    ['reserved', 'run 100 is buying it; run again to collect it, it is not bought twice'],
    ['submitting', 'run 100 is buying it; run again to collect it, it is not bought twice'],
    ['submitted', 'run 100 is buying it; run again to collect it, it is not bought twice'],
    ['unknown', 'an earlier purchase of it is on record; run again to see what became of it'],
    [
      'failed-charged',
      'an earlier purchase of it is on record; run again to see what became of it',
    ],
  ])('while it is %s: %s', async (state, why) => {
    expect(describeHeld(await openRun(eventsTo(state)), KEY)).toBe(why);
  });

  test('says so when the record is of a run that is not known here', async () => {
    expect(describeHeld(await openRun([]), KEY)).toBe(
      'another run is buying it; run again to collect it',
    );
  });

  test('names how often it failed', async () => {
    const rounds = [1, 2, 3].flatMap((round) => eventsTo('failed-refunded', { round }));
    expect(describeHeld(await openRun(rounds), KEY)).toBe(
      'it failed 3 times; change the inputs, or raise take to try again',
    );
  });
});

function intentOf(state: PurchaseState) {
  const submit = eventsTo(state).find(({ type }) => type === 'submit') ?? makeEvent('submit');
  if (submit.type !== 'submit') throw new Error('no request was announced');
  return Object(submit.intent);
}
