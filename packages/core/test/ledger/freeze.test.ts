import { describe, expect, test } from 'vitest';
import { createFileBackend } from '../../src/ledger/backends/file.ts';
import { openPurchaseStore } from '../../src/ledger/purchase-store.ts';
import { openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import { ConfigError, LedgerError } from '../../src/model/errors.ts';
import type { NewEvent } from '../../src/model/purchase/purchase-event.ts';
import { applyFreeze } from '../../src/recovery/apply-freeze.ts';
import { temporaryDirectory } from '../media/support.ts';
import { eventsTo, KEY, makeEvent } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { makePorts } from '../support/ports.ts';
import { openRunOnDisk } from '../support/run-on-disk.ts';

const on = { isOn: true, reason: 'the bill looks wrong', actor: 'octocat' };
const off = { isOn: false, reason: 'it was a test', actor: 'hubber' };
const signal = new AbortController().signal;

function asNew({ id: _, round: __, ...event }: ReturnType<typeof makeEvent>): NewEvent {
  return event as NewEvent;
}

describe('a freeze of all buying', () => {
  test('is on record with who and why, and every later opening sees it', async () => {
    const ledger = new MemoryLedger();
    const { context } = await openRunOnDisk({ ledger });
    await applyFreeze(context, on);
    expect(ledger.messages).toEqual(['Freeze buying, by octocat: the bill looks wrong']);
    expect(JSON.parse(ledger.version.files.get('freeze.json') ?? '')).toMatchObject({
      reason: 'the bill looks wrong',
      actor: 'octocat',
      runId: '1',
    });
    const later = await openSharedLedger(makePorts(), ledger, signal);
    expect(later.freeze).toMatchObject({ actor: 'octocat' });
    await applyFreeze(context, off);
    expect(ledger.messages.at(-1)).toBe('Allow buying again, by hubber: it was a test');
    await later.refresh();
    expect(later.freeze).toBeNull();
    expect([...ledger.version.files.keys()].sort()).toEqual(['README.md', 'state.json']);
  });

  test('refuses a reservation in the write itself, also when it was set a moment before', async () => {
    const ledger = new MemoryLedger();
    const { store, clock } = await openRunOnDisk({ ledger });
    const other = await openSharedLedger(makePorts(), ledger, signal);
    await other.setFreeze({ reason: 'why', actor: 'octocat', runId: '7', atMs: 0 }, 'Freeze');
    const reserve = asNew(makeEvent('reserve'));
    await expect(
      clock.run(store.reserve(() => ({ events: [reserve], result: null }))),
    ).rejects.toThrow(/^Buying is frozen in this repository since 1970-01-01 00:00 UTC by octocat/);
    expect(ledger.version.files.size).toBe(3);
  });

  test('refuses an intent that was reserved before, and gives the hold back', async () => {
    const ledger = new MemoryLedger();
    const { store, clock } = await openRunOnDisk({ ledger, events: eventsTo('reserved') });
    await store.flush();
    const other = await openSharedLedger(makePorts(), ledger, signal);
    await other.setFreeze({ reason: 'why', actor: 'octocat', runId: '7', atMs: 0 }, 'Freeze');
    const intent = clock.run(store.append(asNew(makeEvent('submit'))));
    await expect(intent).rejects.toBeInstanceOf(LedgerError);
    await expect(intent).rejects.toThrow(/^Buying is frozen/);
    await store.append(asNew(makeEvent('not-accepted')));
    await store.append(asNew(makeEvent('release')));
    await clock.run(store.flush());
    expect(store.purchases.get(KEY)?.state).toBe('released');
  });

  test('lets what is paid for be collected', async () => {
    const ledger = new MemoryLedger();
    const { context, store } = await openRunOnDisk({ ledger, events: eventsTo('submitted') });
    await applyFreeze(context, on);
    await store.append(asNew(makeEvent('complete')));
    await store.append(asNew(makeEvent('download')));
    await store.append(asNew(makeEvent('store')));
    await store.append(asNew(makeEvent('record')));
    await store.flush();
    expect(store.ledger?.purchases.get(KEY)?.state).toBe('recorded');
    expect(store.ledger?.freeze).not.toBeNull();
  });

  test.each(['lost', 'unclear-not-written', 'unclear-written'] as const)(
    'is set and taken away although a write is %s',
    async (trouble) => {
      const backend = new MemoryLedger();
      const ledger = await openSharedLedger(makePorts(), backend, signal);
      const freeze = { reason: 'why', actor: 'octocat', runId: '7', atMs: 0 };
      backend.troubles.push(trouble);
      await ledger.setFreeze(freeze, 'Freeze');
      expect(ledger.freeze).toEqual(freeze);
      backend.troubles.push(trouble);
      await ledger.setFreeze(null, 'Allow');
      expect(ledger.freeze).toBeNull();
      expect(backend.messages).toEqual(['Freeze', 'Allow']);
    },
  );

  test('works in a file', async () => {
    const path = `${await temporaryDirectory()}/ledger.json`;
    const ports = makePorts();
    const paths = { workspace: '/w', stateDirectory: `${await temporaryDirectory()}/state` };
    const open = () =>
      openSharedLedger(ports, createFileBackend(ports, { path, known: [] }), signal);
    const store = await openPurchaseStore(ports, paths, await open());
    const { context } = await openRunOnDisk();
    await applyFreeze({ ...context, store }, on);
    expect((await open()).freeze).toMatchObject({ reason: 'the bill looks wrong' });
    const reserve = asNew(makeEvent('reserve'));
    await expect(store.reserve(() => ({ events: [reserve], result: null }))).rejects.toThrow(
      /frozen/,
    );
    await store.close();
  });

  test('needs a ledger and a reason', async () => {
    const { context } = await openRunOnDisk();
    await expect(applyFreeze(context, on)).rejects.toThrow(/needs a ledger that all runs share/);
    const shared = await openRunOnDisk({ ledger: new MemoryLedger() });
    const unsaid = applyFreeze(shared.context, { ...on, reason: ' ' });
    await expect(unsaid).rejects.toBeInstanceOf(ConfigError);
    await expect(unsaid).rejects.toThrow(/needs a reason/);
  });

  test('that was damaged by hand stops everything', async () => {
    const ledger = new MemoryLedger();
    const { context } = await openRunOnDisk({ ledger });
    await applyFreeze(context, on);
    for (const text of ['', '{}', '{"reason":"","actor":"a","runId":"1","atMs":1}']) {
      const files = new Map([...ledger.version.files, ['freeze.json', text]]);
      const damaged = new MemoryLedger();
      damaged.version = { tip: 'v1', files };
      await expect(openSharedLedger(makePorts(), damaged, signal)).rejects.toThrow(
        /^freeze.json in the ledger .* cannot be trusted/,
      );
    }
  });
});
