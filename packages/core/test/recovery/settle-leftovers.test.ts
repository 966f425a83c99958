import { describe, expect, onTestFinished, test } from 'vitest';
import { openPurchaseStore } from '../../src/ledger/purchase-store.ts';
import { openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import { LedgerError, RecordError } from '../../src/model/errors.ts';
import type { TransferResult } from '../../src/model/results.ts';
import { holdUndelivered, recordDelivery } from '../../src/purchase/collect/record-delivery.ts';
import type { OpenRun } from '../../src/purchase/context.ts';
import { reconcile } from '../../src/recovery/reconcile.ts';
import { settleLeftovers } from '../../src/recovery/settle-leftovers.ts';
import { parseWriteOffs, writeOff } from '../../src/recovery/write-off.ts';
import { KEY, makeEvent, wayTo } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { gitHubSaying, openTestRun } from '../support/open-run.ts';

/** Another run, of another checkout, that got so far. */
async function begin(
  backend: MemoryLedger,
  state: keyof typeof wayTo,
  untilMs = Date.UTC(2026, 9, 13),
): Promise<OpenRun> {
  const run = await openTestRun(backend, { runId: '100' });
  onTestFinished(() => run.store.close());
  const [first, ...rest] = wayTo[state];
  if (first == null) return run;
  await run.store.reserve(() => {
    const holder = { runId: '100', checkout: run.store.checkout, untilMs };
    return { events: [makeEvent('reserve', { holder })], result: null };
  });
  for (const type of rest) await run.store.append(makeEvent(type));
  await run.store.flush();
  return run;
}

async function visit(backend: MemoryLedger, github: 'running' | 'over' | 'unknown') {
  const run = await openTestRun(backend, { runId: '200', github: gitHubSaying(github) });
  onTestFinished(() => run.store.close());
  return run;
}

describe('what another run left', () => {
  test.each([
    ['reserved', 'over', 'released'],
    ['reserved', 'running', 'reserved'],
    ['submitting', 'over', 'unknown'],
    ['submitting', 'running', 'submitting'],
    ['submitting', 'unknown', 'submitting'],
    ['submitted', 'over', 'submitted'],
    ['unknown', 'over', 'unknown'],
  ] as const)('%s, and GitHub says that it is %s: %s', async (left, github, then) => {
    const backend = new MemoryLedger();
    await begin(backend, left);
    const run = await visit(backend, github);
    await settleLeftovers(run);
    expect(run.store.purchases.get(KEY)?.state).toBe(then);
  });

  test('an intent whose holder is long overdue is not taken over by the clock', async () => {
    const backend = new MemoryLedger();
    await begin(backend, 'submitting', Date.UTC(2026, 8, 1));
    const run = await visit(backend, 'unknown');
    await settleLeftovers(run);
    expect(run.store.purchases.get(KEY)?.state).toBe('submitting');
  });

  test('an overdue reservation is given back', async () => {
    const backend = new MemoryLedger();
    await begin(backend, 'reserved', Date.UTC(2026, 8, 1));
    const run = await visit(backend, 'unknown');
    await settleLeftovers(run);
    expect(run.store.purchases.get(KEY)?.state).toBe('released');
  });

  test('an overdue reservation that is announced at this moment is kept', async () => {
    const backend = new MemoryLedger();
    const late = await begin(backend, 'reserved', Date.UTC(2026, 8, 1));
    const run = await visit(backend, 'unknown');
    backend.comeFirst = async () => {
      await late.store.append(makeEvent('submit'));
    };
    backend.troubles.push('beforehand');
    await settleLeftovers(run);
    expect(run.store.purchases.get(KEY)?.state).toBe('submitting');
  });
});

test('a ledger that refuses to be written keeps nothing from being looked for', async () => {
  const backend = new MemoryLedger();
  await begin(backend, 'submitting');
  const run = await visit(backend, 'over');
  backend.swap = () => Promise.reject(new LedgerError('the push is refused'));
  const findings = await settleLeftovers(run);
  expect(findings).toMatchObject([{ fingerprint: KEY }]);
  expect(run.store.purchases.get(KEY)?.state).toBe('unknown');
});

test('a paid job that nothing can be asked about is for a person to settle, with the text to settle it', async () => {
  const backend = new MemoryLedger();
  await begin(backend, 'submitted', Date.UTC(2026, 8, 1));
  const run = await visit(backend, 'over');
  const { findings, results } = await reconcile(run, 1);
  expect(results).toEqual([]);
  expect(findings).toMatchObject([{ fingerprint: KEY }]);
  expect(findings[0]?.message).toContain(`write-off: ${KEY.slice(0, 12)}=free`);
});

test('a paid job of a provider that this version does not know is reported, and stays held', async () => {
  const backend = new MemoryLedger();
  const first = await openTestRun(backend, { runId: '100' });
  onTestFinished(() => first.store.close());
  await first.store.reserve(() => {
    const holder = { runId: '100', checkout: first.store.checkout, untilMs: 0 };
    const provider = 'somebody-new';
    return { events: [makeEvent('reserve', { holder, provider })], result: null };
  });
  for (const type of ['submit', 'accept'] as const) await first.store.append(makeEvent(type));
  await first.store.flush();
  const run = await visit(backend, 'over');
  const { findings } = await reconcile(run, 1);
  expect(findings[0]?.message).toContain('Reconcile with the version that bought it');
  expect(run.store.purchases.get(KEY)?.state).toBe('submitted');
});

test('a reservation that another run took over meanwhile is neither announced nor given back', async () => {
  const backend = new MemoryLedger();
  const late = await begin(backend, 'reserved', Date.UTC(2026, 8, 1));
  const run = await visit(backend, 'unknown');
  await settleLeftovers(run);
  await run.store.reserve(() => {
    const holder = { runId: '200', checkout: run.store.checkout };
    return { events: [makeEvent('reserve', { holder })], result: null };
  });
  await late.store.refresh();
  await expect(late.store.append(makeEvent('submit'))).rejects.toThrow(RecordError);
  await run.store.refresh();
  expect(run.store.purchases.get(KEY)).toMatchObject({
    state: 'reserved',
    holder: { runId: '200' },
  });
});

test('what the run before wrote down while the ledger was being read is not forgotten', async () => {
  const backend = new MemoryLedger();
  const first = await openTestRun(backend, { runId: '100' });
  const readBefore = await openSharedLedger(first.ports, backend, new AbortController().signal);
  await first.store.reserve(() => {
    const holder = { runId: '100', checkout: first.store.checkout };
    return { events: [makeEvent('reserve', { holder })], result: null };
  });
  await first.store.append(makeEvent('submit'));
  const { swap } = backend;
  backend.swap = async () => {
    throw new LedgerError('it is down');
  };
  await first.store.append(makeEvent('accept'));
  await first.store.close();
  backend.swap = swap;
  const second = await openPurchaseStore(first.ports, first, readBefore);
  await second.close();
  const third = await openTestRun(backend, { runId: '102', workspace: first.workspace });
  onTestFinished(() => third.store.close());
  expect(third.store.purchases.get(KEY)).toMatchObject({
    state: 'submitted',
    operation: { jobId: 'job_1' },
  });
});

test('what another run recorded first is not in the totals of both runs', async () => {
  const backend = new MemoryLedger();
  const otherRun = await begin(backend, 'stored');
  const run = await visit(backend, 'running');
  for (const type of ['complete', 'download', 'store'] as const)
    await run.store.append({ ...makeEvent(type) });
  await otherRun.store.append(makeEvent('record'));
  await otherRun.store.flush();
  await run.store.refresh();
  const result = {
    id: 'hero',
    output: 'out/hero.mp4',
    state: 'generated',
    fingerprint: KEY,
    charge: { microUsd: 304_000, source: 'estimated' },
    message: null,
  } as TransferResult;
  expect(holdUndelivered(run, [{ ...result, holdMicroUsd: 0 }])).toMatchObject([{ charge: null }]);
  const [reported] = await recordDelivery(run, [result], null);
  expect(reported).toMatchObject({ charge: null, message: 'bought by run 100, which counts it' });
});

describe('write-off', () => {
  test('is read as key and outcome, several at once', () => {
    expect(parseWriteOffs('0123abcd=free, 89abcdef01=charged\n')).toEqual([
      { key: '0123abcd', outcome: 'free' },
      { key: '89abcdef01', outcome: 'charged' },
    ]);
  });

  test.each(['0123abc=free', '0123abcd', '0123abcd=maybe', 'xyz12345=free', '0123ABCD=free'])(
    '%s is refused',
    (text) => {
      expect(() => parseWriteOffs(text)).toThrow('is not <key>=free or <key>=charged');
    },
  );

  test.each([
    ['free', 0],
    ['charged', 304_000],
  ] as const)('%s settles an unknown purchase at %s', async (outcome, microUsd) => {
    const backend = new MemoryLedger();
    await begin(backend, 'unknown');
    const run = await visit(backend, 'over');
    const [settled] = await writeOff(run, {
      writeOffs: [{ key: KEY.slice(0, 8), outcome }],
      reason: 'looked at the dashboard',
      actor: 'somebody',
    });
    expect(settled).toMatchObject({ state: 'written-off', charge: { microUsd } });
  });

  test.each([
    ['no reason', 'unknown', KEY, ' '],
    ['a key that nobody knows', 'unknown', 'f'.repeat(8), 'because'],
    ['what is settled', 'recorded', KEY, 'because'],
    ['what is only reserved', 'reserved', KEY, 'because'],
  ] as const)('%s: nothing is settled', async (_what, state, key, reason) => {
    const backend = new MemoryLedger();
    await begin(backend, state);
    const run = await visit(backend, 'over');
    const writeOffs = [{ key, outcome: 'free' as const }];
    await expect(writeOff(run, { writeOffs, reason, actor: 'somebody' })).rejects.toThrow();
    expect(run.store.purchases.get(KEY)?.state).toBe(state);
  });
});

test('what cannot be written to the ledger is reported once, however often it is tried', async () => {
  const backend = new MemoryLedger();
  const run = await openTestRun(backend, { runId: '200' });
  onTestFinished(() => run.store.close());
  const messages: string[] = [];
  const keep = (message: string) => messages.push(message);
  const log = { info: keep, warning: keep };
  const context = { ...run, ports: { ...run.ports, log } };
  await run.store.reserve(() => {
    const holder = { runId: '200', checkout: run.store.checkout };
    return { events: [makeEvent('reserve', { holder })], result: null };
  });
  await run.store.append(makeEvent('submit'));
  const accept = makeEvent('accept');
  if (accept.type !== 'accept') throw new TypeError('another event');
  await run.store.append({ ...accept, operation: { jobId: 'x'.repeat(300_000) } });
  await settleLeftovers(context);
  await settleLeftovers(context);
  expect(messages.filter((message) => message.includes('could not be updated'))).toEqual([]);
});
