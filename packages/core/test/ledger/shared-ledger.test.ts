import { expect, test } from 'vitest';
import { createOutbox } from '../../src/ledger/outbox.ts';
import { openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import { KEY, makeEvent } from '../support/journal.ts';
import { MemoryLedger, type Trouble } from '../support/memory-ledger.ts';
import { makePorts } from '../support/ports.ts';

const OTHER = 'd'.repeat(64);
const signal = new AbortController().signal;
const reserve = makeEvent('reserve');

const open = (backend: MemoryLedger) => openSharedLedger(makePorts(), backend, signal);
const once = (events: readonly PurchaseEvent[]) => () => ({ events, result: null });

test('what was written is read by whoever opens it next', async () => {
  const backend = new MemoryLedger();
  await (await open(backend)).transact('Reserve', once([reserve]));
  const other = await open(backend);
  expect(other.purchases.get(KEY)).toMatchObject({ state: 'reserved', holdMicroUsd: 304_000 });
});

test('a decision without events writes nothing', async () => {
  const backend = new MemoryLedger();
  await (await open(backend)).transact('Reserve', once([]));
  expect(backend.messages).toEqual([]);
});

test('whoever comes second decides again, on what the first wrote', async () => {
  const backend = new MemoryLedger();
  const first = await open(backend);
  const second = await open(backend);
  backend.comeFirst = async () => {
    await first.transact('first', once([reserve]));
  };
  backend.troubles.push('beforehand');
  const seen: number[] = [];
  const { events } = await second.transact('second', (purchases) => {
    seen.push(purchases.size);
    const own = { ...reserve, id: 'second' };
    return { events: purchases.has(KEY) ? [] : [own], result: null };
  });
  expect(seen).toEqual([0, 1]);
  expect(events).toEqual([]);
  expect(backend.messages).toEqual(['first']);
});

test.each<readonly [Trouble, number]>([
  ['unclear-written', 1],
  ['unclear-not-written', 1],
])(
  '%s: it is in the ledger once, and the result is of the decision that is',
  async (trouble, writes) => {
    const backend = new MemoryLedger();
    const ledger = await open(backend);
    backend.troubles.push(trouble);
    let decisions = 0;
    const { result } = await ledger.transact('Reserve', () => {
      decisions += 1;
      return { events: [reserve], result: decisions };
    });
    expect(backend.messages).toHaveLength(writes);
    expect(result).toBe(trouble === 'unclear-written' ? 1 : 2);
    expect(ledger.purchases.get(KEY)?.history.map(({ id }) => id)).toEqual([reserve.id]);
  },
);

test('a wave is written as a whole or not at all', async () => {
  const backend = new MemoryLedger();
  const ledger = await open(backend);
  const illegal = makeEvent('store', { fingerprint: OTHER });
  await expect(ledger.transact('Reserve', once([reserve, illegal]))).rejects.toThrow(
    'cannot happen',
  );
  expect(backend.messages).toEqual([]);
  expect(ledger.purchases.size).toBe(0);
});

test('what is added while a write is under way goes with the next one, together', async () => {
  const backend = new MemoryLedger();
  const ledger = await open(backend);
  const outbox = createOutbox(ledger, new Map(), () => {});
  outbox.add(reserve);
  const first = outbox.flush();
  for (const key of ['1', '2', '3'])
    outbox.add(makeEvent('reserve', { fingerprint: key.repeat(64) }));
  await Promise.all([first, outbox.flush(), outbox.flush()]);
  expect(backend.messages).toEqual(['reserve: 1 purchase', 'reserve: 3 purchases']);
});

test('small steps wait for the event that follows them', async () => {
  const backend = new MemoryLedger();
  const ledger = await open(backend);
  const outbox = createOutbox(ledger, new Map(), () => {});
  for (const type of ['reserve', 'submit', 'accept', 'complete'] as const)
    outbox.add(makeEvent(type));
  await outbox.flush();
  expect(ledger.purchases.get(KEY)?.state).toBe('submitted');
  expect(outbox.pendingOf(KEY).map(({ type }) => type)).toEqual(['complete']);
});

test('an accept that the ledger has no room for any more is at least printed', async () => {
  const backend = new MemoryLedger();
  const ledger = await open(backend);
  for (const type of ['reserve', 'submit', 'fail-refunded'] as const)
    await ledger.transact(type, once([makeEvent(type)]));
  const warnings: string[] = [];
  const outbox = createOutbox(ledger, new Map(), (message) => warnings.push(message));
  outbox.add({ ...makeEvent('accept'), id: 'late' });
  await outbox.flush();
  expect(warnings.join('\n')).toContain('job_1');
  expect(outbox.pendingOf(KEY)).toEqual([]);
});
