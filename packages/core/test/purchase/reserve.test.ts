import { describe, expect, test } from 'vitest';
import { RecordError } from '../../src/model/errors.ts';
import type { Limits } from '../../src/model/limits.ts';
import type { GenerateStep } from '../../src/model/plan.ts';
import { reserveWave } from '../../src/purchase/reserve.ts';
import { eventsTo, KEY } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';
import type { OpenedRun } from '../support/run-on-disk.ts';
import { openRunOnDisk } from '../support/run-on-disk.ts';

const other = 'c'.repeat(64);
const aStep = makeGenerateStep('hero', 304_000, { fingerprint: KEY });
const anotherStep = makeGenerateStep('villain', 400_000, { fingerprint: other });

function reserve(
  { context }: OpenedRun,
  steps: readonly GenerateStep[],
  limits: Partial<Limits> = {},
  approvedDigest: string | null = null,
) {
  const plan = makePlan(steps, limits);
  const approval =
    approvedDigest == null
      ? null
      : {
          actor: 'keeper',
          headSha: 'a',
          planDigest: approvedDigest,
          upToMicroUsd: 304_000,
          includesSpent: false,
        };
  return reserveWave(context, steps, { plan, approval });
}

describe('reserving a wave', () => {
  test('of nothing writes nothing and breaks no limit', async () => {
    const ledger = new MemoryLedger();
    const run = await openRunOnDisk({ ledger });
    expect(await reserve(run, [], { perRunMicroUsd: 0 })).toEqual({
      granted: new Set(),
      taken: new Map(),
      problem: null,
      decision: { withinBudget: true, approved: new Set(), violations: [] },
    });
    expect(ledger.messages).toEqual([]);
  });

  test('is one write, which says who holds what until when', async () => {
    const ledger = new MemoryLedger();
    const run = await openRunOnDisk({
      ledger,
      identity: { runId: '7', attempt: 3, job: 'build', pullRequest: 12 },
    });
    const wave = await reserve(run, [aStep, anotherStep]);
    expect(wave).toEqual({
      granted: new Set([KEY, other]),
      taken: new Map(),
      problem: null,
      decision: { withinBudget: true, approved: new Set(['hero', 'villain']), violations: [] },
    });
    expect(ledger.messages).toEqual(['Reserve']);
    expect(run.store.purchases.get(KEY)).toMatchObject({
      state: 'reserved',
      transferId: 'hero',
      output: aStep.output,
      provider: aStep.provider,
      holdMicroUsd: 304_000,
      holder: {
        runId: '7',
        attempt: 3,
        job: 'build',
        checkout: run.store.checkout,
        untilMs: run.context.stop.deadlineMs,
      },
      pullRequest: 12,
      approvedBy: null,
      reservedAtMs: run.clock.nowMs(),
    });
  });

  test('grants what fits', async () => {
    const run = await openRunOnDisk();
    const limits = { perRunMicroUsd: 700_000, onExceed: 'partial' } as const;
    const wave = await reserve(run, [anotherStep, aStep], limits);
    expect([...wave.granted]).toEqual([other]);
    expect(wave.decision.violations.map(({ limit }) => limit)).toEqual(['per-run']);
    expect(run.store.purchases.has(KEY)).toBe(false);
  });

  test('leaves to another run what that one holds', async () => {
    const run = await openRunOnDisk({ events: eventsTo('submitting') });
    const wave = await reserve(run, [aStep, anotherStep]);
    expect([...wave.taken]).toEqual([[KEY, KEY]]);
    expect([...wave.granted]).toEqual([other]);
  });

  test('leaves what another company was asked to make', async () => {
    const run = await openRunOnDisk({ events: eventsTo('submitting') });
    const wave = await reserve(run, [{ ...anotherStep, elsewhere: [KEY] }]);
    expect([...wave.taken]).toEqual([[other, KEY]]);
  });

  test('leaves what another run holds with the assets stored otherwise', async () => {
    const run = await openRunOnDisk({ events: eventsTo('submitting') });
    const wave = await reserve(run, [{ ...anotherStep, alsoKnownAs: [KEY] }]);
    expect([...wave.taken]).toEqual([[other, KEY]]);
    expect(wave.granted.size).toBe(0);
  });

  test('leaves what another company was asked to make with the assets stored otherwise', async () => {
    const run = await openRunOnDisk({ events: eventsTo('submitting') });
    const wave = await reserve(run, [{ ...anotherStep, elsewhereAlsoKnownAs: [KEY] }]);
    expect([...wave.taken]).toEqual([[other, KEY]]);
  });

  test('buys what is recorded again only because the adapter was revised', async () => {
    const run = await openRunOnDisk({ events: eventsTo('recorded') });
    const reasons = [{ code: 'asset-changed', message: 'x' }] as unknown as GenerateStep['reasons'];
    const revised = [...reasons, { code: 'adapter-revised', message: 'y' }];
    expect([...(await reserve(run, [{ ...aStep, reasons }])).taken]).toEqual([[KEY, KEY]]);
    const again = { ...aStep, reasons: revised as unknown as GenerateStep['reasons'] };
    const wave = await reserve(run, [again]);
    expect([...wave.granted]).toEqual([KEY]);
    expect(run.store.purchases.get(KEY)).toMatchObject({ round: 2, state: 'reserved' });
  });

  test('counts an approval of this plan only', async () => {
    const limits = { perPullRequestMicroUsd: 1 };
    const open = () => openRunOnDisk({ ledger: new MemoryLedger(), identity: { pullRequest: 12 } });
    const { digest } = makePlan([aStep]);
    expect((await reserve(await open(), [aStep], limits)).granted.size).toBe(0);
    expect((await reserve(await open(), [aStep], limits, 'another')).granted.size).toBe(0);
    const approved = await open();
    expect((await reserve(approved, [aStep], limits, digest)).granted.size).toBe(1);
    expect(approved.store.purchases.get(KEY)?.approvedBy).toBe('keeper');
  });

  test('knows of a month only where all runs share a record', async () => {
    const limits = { perMonthMicroUsd: 1 };
    expect((await reserve(await openRunOnDisk(), [aStep], limits)).granted.size).toBe(1);
    const shared = await openRunOnDisk({ ledger: new MemoryLedger() });
    expect((await reserve(shared, [aStep], limits)).granted.size).toBe(0);
  });
});

describe('trouble', () => {
  test('with the shared ledger buys nothing, and is reported', async () => {
    const ledger = new MemoryLedger();
    ledger.troubles = Array.from({ length: 1_000 }, () => 'lost' as const);
    const run = await openRunOnDisk({ ledger });
    const wave = await run.clock.run(reserve(run, [aStep]));
    expect(wave).toEqual({
      granted: new Set(),
      taken: new Map(),
      decision: { withinBudget: true, approved: new Set(), violations: [] },
      problem: expect.stringContaining('could not be written within 5 minutes'),
    });
    expect(run.store.purchases.size).toBe(0);
  });

  test('of any other kind ends the run', async () => {
    const run = await openRunOnDisk();
    const unsound = { ...aStep, estimate: { ...aStep.estimate, highMicroUsd: 0.5 } };
    await expect(reserve(run, [unsound], { perRunMicroUsd: 5 })).rejects.toThrow(RecordError);
  });
});
