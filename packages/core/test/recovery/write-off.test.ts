import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import type { PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import { parseWriteOffs, type WriteOff, writeOff } from '../../src/recovery/write-off.ts';
import { BOUGHT_AT_MS, eventsTo, KEY, makeEvent, wayTo } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { openRunOnDisk } from '../support/run-on-disk.ts';

const other = `${'a'.repeat(63)}c`;
const far = 'd'.repeat(64);

function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('reading write-offs', () => {
  test.each<readonly [string, readonly WriteOff[]]>([
    ['', []],
    [' \n,\r\n ', []],
    ['aaaaaaaa=free', [{ key: 'aaaaaaaa', outcome: 'free' }]],
    [`${KEY}=charged`, [{ key: KEY, outcome: 'charged' }]],
    [
      ' aaaaaaaa=free ,bbbbbbbb=charged\r\ncccccccc=free\ndddddddd=free',
      [
        { key: 'aaaaaaaa', outcome: 'free' },
        { key: 'bbbbbbbb', outcome: 'charged' },
        { key: 'cccccccc', outcome: 'free' },
        { key: 'dddddddd', outcome: 'free' },
      ],
    ],
  ])('takes %j', (text, writeOffs) => {
    expect(parseWriteOffs(text)).toEqual(writeOffs);
  });

  test.each([
    'aaaaaaa=free',
    `${'a'.repeat(65)}=free`,
    'AAAAAAAA=free',
    'gggggggg=free',
    'aaaaaaaa=paid',
    'aaaaaaaa=freed',
    'aaaaaaaa = free',
    'aaaaaaaa',
    '=free',
    'x aaaaaaaa=free',
  ])('refuses %j', (text) => {
    expect(problemsOf(() => parseWriteOffs(text))).toEqual([
      `"${text}" is not <key>=free or <key>=charged, with 8 or more hex digits of the key`,
    ]);
  });

  test('tells every problem at once, and that it is about an error in that input', () => {
    const read = () => parseWriteOffs('one,aaaaaaaa=free,two');
    expect(problemsOf(read)).toEqual([
      expect.stringMatching(/^"one" is not/),
      expect.stringMatching(/^"two" is not/),
    ]);
    expect(read).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ severity: 'error', path: 'input write-off' }),
          expect.anything(),
        ],
      }),
    );
  });
});

const attemptState = async () => 'over' as const;
const request = (writeOffs: readonly WriteOff[], reason = 'the dashboard shows none') => ({
  writeOffs,
  reason,
  actor: 'keeper',
});

describe('writing off', () => {
  test('settles a purchase as free, by a person’s word', async () => {
    const { context, store } = await openRunOnDisk({ events: eventsTo('unknown') });
    const settled = await writeOff(context, request([{ key: 'aaaaaaaa', outcome: 'free' }]));
    expect(settled).toEqual([store.purchases.get(KEY)]);
    expect(settled).toMatchObject([
      {
        state: 'written-off',
        message: 'by keeper: the dashboard shows none',
        charge: { microUsd: 0, source: 'estimated' },
        atMs: Date.UTC(2026, 9, 12),
      },
    ]);
  });

  test('settles it as charged: what was held is spent', async () => {
    const { context } = await openRunOnDisk({ events: eventsTo('stale') });
    const settled = await writeOff(context, request([{ key: KEY, outcome: 'charged' }]));
    expect(settled).toMatchObject([
      { state: 'written-off', charge: { microUsd: 304_000, source: 'estimated' } },
    ]);
  });

  test('first gives up one that was being submitted', async () => {
    const { context } = await openRunOnDisk({ events: eventsTo('submitting'), attemptState });
    const [settled] = await writeOff(context, request([{ key: KEY, outcome: 'free' }]));
    expect(settled?.state).toBe('written-off');
    expect(settled?.history.map(({ type }) => type)).toEqual([
      'reserve',
      'submit',
      'lose-answer',
      'write-off',
    ]);
  });

  test('is in the shared ledger when it is done', async () => {
    const ledger = new MemoryLedger();
    const { context } = await openRunOnDisk({ ledger, events: eventsTo('submitting') });
    await writeOff(context, request([{ key: KEY, outcome: 'free' }]));
    const text = ledger.version.files.get('purchases/aa/2026-10.jsonl') ?? '';
    expect(JSON.parse(text)).toMatchObject({ state: 'written-off' });
  });

  const open = ['submitting', 'submitted', 'completed', 'downloaded', 'stored', 'stale', 'unknown'];
  const states = (Object.keys(wayTo) as PurchaseState[]).filter((state) => state !== 'planned');

  test.each(states)('%s: only what may have cost money and is not settled', async (state) => {
    const { context, store } = await openRunOnDisk({ events: eventsTo(state), attemptState });
    const before = store.purchases.get(KEY);
    const work = writeOff(context, request([{ key: KEY, outcome: 'free' }]));
    if ([...open, 'failed-charged'].includes(state)) {
      expect(await work).toHaveLength(1);
      return;
    }
    await expect(work).rejects.toThrow(ConfigError);
    await expect(work).rejects.toThrow(`${KEY} (hero) is ${state}: there is nothing to write off`);
    expect(store.purchases.get(KEY)).toBe(before);
  });

  const inFlight = ['submitting', 'submitted', 'completed', 'downloaded', 'stored'] as const;

  test.each(inFlight)('%s: not while GitHub says that its run is running', async (state) => {
    const { context, store } = await openRunOnDisk({
      events: eventsTo(state),
      attemptState: async () => 'running',
    });
    const before = store.purchases.get(KEY);
    const work = writeOff(context, request([{ key: KEY, outcome: 'free' }]));
    await expect(work).rejects.toThrow(ConfigError);
    await expect(work).rejects.toThrow(/\(hero\) cannot be written off yet: run 100.* running/);
    expect(store.purchases.get(KEY)).toBe(before);
  });

  test.each(inFlight)(
    '%s: where GitHub does not say so, not before its run ended by its own deadline',
    async (state) => {
      for (const github of [{}, { attemptState: async () => 'unknown' as const }]) {
        const { context, store, clock } = await openRunOnDisk({
          events: eventsTo(state),
          ...github,
        });
        const settle = () => writeOff(context, request([{ key: KEY, outcome: 'free' }]));
        await expect(settle()).rejects.toThrow(
          'run 100 may be buying it until 2026-10-12T09:35:00.000Z',
        );
        expect(store.purchases.get(KEY)?.state).toBe(state);
        await clock.run(clock.sleep(BOUGHT_AT_MS + 3_600_000 + 300_001 - clock.nowMs()));
        expect(await settle()).toMatchObject([{ state: 'written-off' }]);
      }
    },
  );

  test('long after its deadline a request is still in flight while its run is running', async () => {
    const { context, store, clock } = await openRunOnDisk({
      events: eventsTo('submitting'),
      attemptState: async () => 'running',
    });
    await clock.run(clock.sleep(48 * 3_600_000));
    await expect(writeOff(context, request([{ key: KEY, outcome: 'free' }]))).rejects.toThrow(
      'Wait until it is over, or cancel it',
    );
    expect(store.purchases.get(KEY)?.state).toBe('submitting');
  });

  test('leaves a charged failure alone whose figure is known', async () => {
    const failed = makeEvent('fail-charged');
    if (failed.type !== 'fail-charged') throw new TypeError(failed.type);
    const charge = { microUsd: 5, source: 'provider-reported' } as const;
    const { context } = await openRunOnDisk({
      events: [...eventsTo('submitted'), { ...failed, charge }],
    });
    await expect(writeOff(context, request([{ key: KEY, outcome: 'free' }]))).rejects.toThrow(
      'nothing to write off',
    );
  });

  test('does nothing when any of it cannot be done, and tells every problem', async () => {
    const events = [
      ...eventsTo('unknown'),
      ...eventsTo('unknown', { fingerprint: other }),
      ...eventsTo('unknown', { fingerprint: far }),
      ...eventsTo('recorded', { fingerprint: 'e'.repeat(64) }),
    ];
    const { context, store } = await openRunOnDisk({ events });
    const requestedJobs = ['dddddddd', 'aaaaaaaa', 'bbbbbbbb', 'eeeeeeee'].map(
      (key): WriteOff => ({ key, outcome: 'free' }),
    );
    const error = await writeOff(context, request(requestedJobs, ' ')).catch((thrown) => thrown);
    expect(error.issues.map(({ message }: { message: string }) => message)).toEqual([
      'a write-off needs a reason, for those who read the ledger later (input reason)',
      'aaaaaaaa names 2 purchases on record, not one',
      'bbbbbbbb names 0 purchases on record, not one',
      'eeeeeeee (hero) is recorded: there is nothing to write off',
    ]);
    expect(store.purchases.get(far)?.state).toBe('unknown');
  });

  test('settles several, in the order in which they were named', async () => {
    const events = [...eventsTo('unknown'), ...eventsTo('stale', { fingerprint: far })];
    const { context } = await openRunOnDisk({ events });
    const settled = await writeOff(
      context,
      request([
        { key: far, outcome: 'charged' },
        { key: KEY, outcome: 'free' },
      ]),
    );
    expect(settled.map(({ fingerprint, charge }) => [fingerprint, charge?.microUsd])).toEqual([
      [far, 304_000],
      [KEY, 0],
    ]);
  });
});
