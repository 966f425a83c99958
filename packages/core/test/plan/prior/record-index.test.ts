import { expect, test } from 'vitest';
import { buildState } from '../../support/state-builder.ts';

/** A world with so many transfers, whose lockfile counts how often all of it is listed. */
function worldOf(transfers: number) {
  const state = buildState();
  state.providers = state.providers.slice(0, 1);
  const [first] = Array.from({ length: transfers }, (_, n) => state.addTransfer(`t${n}`));
  if (first == null) throw new Error('a world without transfers');
  const locked = state.lock(first);
  for (let n = 0; n < 50; n++)
    state.locked[`old/${n}.mp4`] = { ...locked, fingerprint: `old-${n}` };
  let listings = 0;
  const outputs = new Proxy(state.locked, {
    ownKeys(target) {
      listings += 1;
      return Reflect.ownKeys(target);
    },
  });
  Object.defineProperty(state, 'locked', { value: outputs });
  return { state, listings: () => listings };
}

test('the lockfile is listed as often for a thousand transfers as for one', () => {
  const [one, many] = [worldOf(1), worldOf(1_000)];
  expect(one.state.plan().totals).toMatchObject({ reuseCount: 1, generateCount: 0 });
  expect(many.state.plan().totals.reuseCount).toBe(1_000);
  expect(many.listings()).toBe(one.listings());
});

test('of several outputs with the same bytes the first path counts, whatever their order', () => {
  const state = buildState();
  const transfer = state.addTransfer('new', { output: 'out/new.mp4' });
  state.lock(transfer, {}, 'out/b.mp4');
  state.lock(transfer, {}, 'out/a.mp4');
  expect(state.step()).toMatchObject({ action: 'reuse', copyFrom: 'out/a.mp4' });
});

test('20,000 outputs on record and 3,600 transfers are planned', () => {
  const state = buildState();
  const first = state.addTransfer('t0');
  const locked = state.lock(first);
  for (let n = 0; n < 20_000; n++)
    state.locked[`old/${n}.mp4`] = { ...locked, fingerprint: `old-${n}` };
  for (let n = 1; n < 3_600; n++) state.addTransfer(`t${n}`, { parameters: { take: n + 1 } });
  expect(state.plan().totals).toMatchObject({ reuseCount: 1, generateCount: 3_599 });
});
