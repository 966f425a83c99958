import { decideBudget } from '../../src/budget/decide.ts';
import { spentOf } from '../../src/budget/spent.ts';
import { foldJournal } from '../../src/ledger/journal.ts';
import { noLimits } from '../../src/model/limits.ts';
import { reportWarning } from '../../src/model/media/output-warning.ts';
import type { Step } from '../../src/model/plan.ts';
import type { Purchases } from '../../src/model/purchase/purchase.ts';
import type { PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import type { TransferResult } from '../../src/model/results.ts';
import type { Transfer } from '../../src/model/transfer.ts';
import { assemblePlan } from '../../src/plan/assemble.ts';
import { adapters } from '../../src/providers/registry.ts';
import type { ReconcileReport } from '../../src/report/reconcile-summary.ts';
import { makeReport, type Report } from '../../src/report/report.ts';
import { BOUGHT_AT_MS, eventsTo, type PurchaseFacts } from './journal.ts';
import { makeResult } from './results.ts';
import { buildState, type StateBuilder } from './state-builder.ts';

const HEAD = 'a1b2c3d4'.repeat(5);
const video = { sha256: 'c'.repeat(64), bytes: 1_412_077, videoSeconds: 4.0 };
const reported = (microUsd: number) => ({ microUsd, source: 'provider-reported' }) as const;
const estimated = (microUsd: number) => ({ microUsd, source: 'estimated' }) as const;

function record(
  state: StateBuilder,
  transfer: Transfer,
  to: PurchaseState,
  changes: Partial<PurchaseFacts> = {},
): void {
  const facts = {
    fingerprint: state.fingerprintOf(transfer),
    transferId: transfer.id,
    output: transfer.output,
    ...changes,
  };
  for (const [key, purchase] of foldJournal(eventsTo(to, facts)))
    state.purchases.set(key, purchase);
}

/** A pull request that changes something of everything. */
function buildPullRequest(): StateBuilder {
  const state = buildState();
  state.providers = adapters.map((adapter) => ({ adapter, hasKey: true }));
  state.limits = {
    ...noLimits,
    perTransferMicroUsd: 1_000_000,
    perRunMicroUsd: 5_000_000,
    perPullRequestMicroUsd: 10_000_000,
    perMonthMicroUsd: 50_000_000,
  };
  const output = (id: string) => ({ output: `${id}.mp4` });
  state.addTransfer('animations/hero-bow', {
    ...output('animations/hero-bow'),
    motion: 'assets/motions/bow.mp4',
    provider: ['prospolabs', 'empiriolabs'],
  });
  const stale = state.addTransfer('animations/hero-dance', {
    ...output('animations/hero-dance'),
    motion: 'assets/motions/dance.mp4',
    provider: 'cheapest',
    parameters: { tier: 'pro' },
  });
  state.lock(stale, {
    fingerprint: 'f'.repeat(64),
    provider: 'prospolabs',
    parameters: { ...stale.parameters, tier: 'standard', options: {} },
  });
  state.lock(state.addTransfer('animations/hero-wave', output('animations/hero-wave')));
  state.addTransfer('animations/hero-bow-again', {
    ...output('animations/hero-bow-again'),
    motion: 'assets/motions/bow.mp4',
    provider: ['prospolabs', 'empiriolabs'],
  });
  const open = { holder: { runId: '4711' }, pullRequest: 12 };
  record(
    state,
    state.addTransfer('animations/robot-wave', {
      ...output('animations/robot-wave'),
      character: 'assets/robot.png',
    }),
    'submitted',
    open,
  );
  record(
    state,
    state.addTransfer('animations/robot-jump', {
      ...output('animations/robot-jump'),
      character: 'assets/robot.png',
      motion: 'assets/motions/jump.mp4',
    }),
    'unknown',
    open,
  );
  const missing = state.addTransfer('animations/girl-bow', {
    ...output('animations/girl-bow'),
    character: 'assets/girl.png',
  });
  state.setCharacter(missing.character, {
    identity: null,
    facts: null,
    problem: 'assets/girl.png does not exist',
  });
  return state;
}

/** The plan of it; with `results`, the run of it. */
function reportOn(
  state: StateBuilder,
  results: readonly TransferResult[] | null,
  notes: readonly string[],
  owed: readonly string[] = [],
): Report {
  const { plan: assembled } = assemblePlan({
    ...state.state(),
    pullRequest: {
      number: 12,
      headSha: HEAD,
      baseSha: '0'.repeat(40),
      removed: [{ output: 'animations/hero-sit.mp4', provider: 'prospolabs' }],
    },
  });
  const steps = assembled.steps.map(
    (step): Step => (owed.includes(step.id) ? { ...step, owedByBase: true } : step),
  );
  const plan = { ...assembled, steps };
  const spent = spentOf(state.purchases, {
    runId: '4712',
    pullRequest: 12,
    nowMs: BOUGHT_AT_MS,
    isShared: true,
  });
  const command = results == null ? 'plan' : 'run';
  return makeReport({
    command,
    plan,
    decision: decideBudget(plan, spent),
    results,
    notes,
    spent,
  });
}

export function examplePlan(): Report {
  return reportOn(buildPullRequest(), null, [
    'EmpirioLabs keeps outputs for 24 hours: collect what it makes before then.',
  ]);
}

/** The same, of which the base branch owes two without the pull request. */
export function exampleOwed(): Report {
  return reportOn(buildPullRequest(), null, [], ['animations/hero-bow', 'animations/girl-bow']);
}

export function exampleRun(): Report {
  const animation = (name: string, changes: Partial<TransferResult>) =>
    makeResult(`animations/${name}`, { output: `animations/${name}.mp4`, ...changes });
  return reportOn(
    buildPullRequest(),
    [
      animation('hero-bow', {
        ...video,
        videoSeconds: 2.1,
        charge: reported(304_000),
        warnings: [
          reportWarning({ kind: 'shorter', clipSeconds: 4, videoSeconds: 2.1 }),
          reportWarning({ kind: 'silent' }),
        ],
      }),
      animation('hero-dance', {
        state: 'failed',
        provider: 'empiriolabs',
        message: 'the content policy refused the picture (nothing was billed)',
      }),
      animation('hero-wave', { ...video, state: 'reused' }),
      animation('hero-bow-again', {
        ...video,
        state: 'copied',
        message: 'copied from animations/hero-bow.mp4',
      }),
      animation('robot-wave', {
        ...video,
        isBoughtHere: false,
        charge: estimated(404_000),
        alarm: 'it cost $0.404 (estimated), more than the $0.304 that was held',
      }),
      animation('robot-jump', {
        state: 'blocked',
        provider: null,
        isBoughtHere: false,
        holdMicroUsd: 304_000,
        message: 'run 4711 may have bought it; nobody can say whether it was accepted',
      }),
      animation('girl-bow', {
        state: 'blocked',
        provider: null,
        message: 'assets/girl.png does not exist',
      }),
      animation('hero-run (earlier)', {
        ...video,
        output: 'collected/animations/hero-run.mp4',
        state: 'collected',
        isBoughtHere: false,
        charge: reported(380_000),
        message: 'bought by run 4700 and no longer asked for: kept in the artifact',
      }),
    ],
    [],
  );
}

/** More than the limit per run allows, with `on-exceed: partial`: two fit, one of them is still being made. */
export function exampleOverBudget(): Report {
  const state = buildState();
  state.limits = { ...noLimits, perRunMicroUsd: 700_000, onExceed: 'partial' };
  const ids = ['hero-bow', 'hero-dance', 'hero-wave', 'hero-jump'];
  for (const id of ids) state.addTransfer(id, { motion: `assets/motions/${id.slice(5)}.mp4` });
  record(state, state.addTransfer('robot-bow', { character: 'assets/robot.png' }), 'submitted');
  const plan = state.plan();
  return makeReport({
    command: 'run',
    plan,
    decision: decideBudget(plan),
    results: [
      makeResult('hero-bow', { ...video, charge: reported(304_000) }),
      makeResult('hero-dance', {
        state: 'in-progress',
        holdMicroUsd: 304_000,
        message:
          'still being made at the deadline; run again to collect it, it is not bought again',
      }),
      ...['hero-wave', 'hero-jump'].map((id) =>
        makeResult(id, {
          state: 'not-started',
          message: 'not bought: the budget does not allow it',
        }),
      ),
      makeResult('robot-bow', { ...video, isBoughtHere: false, charge: estimated(304_000) }),
    ],
    notes: [],
  });
}

export function exampleReconcile(): ReconcileReport {
  const facts = (letter: string, id: string, changes: Partial<PurchaseFacts> = {}) => ({
    fingerprint: letter.repeat(64),
    transferId: `animations/${id}`,
    output: `animations/${id}.mp4`,
    pullRequest: 12,
    ...changes,
  });
  const purchases: Purchases = foldJournal([
    ...eventsTo('recorded', facts('1', 'hero-bow', { holdMicroUsd: 304_000 })),
    ...eventsTo('recorded', facts('2', 'hero-run', { provider: 'empiriolabs' })),
    ...eventsTo('unknown', facts('3', 'robot-jump')),
    ...eventsTo('written-off', facts('4', 'robot-bow')),
  ]);
  return {
    writtenOff: [...purchases.values()].filter(({ state }) => state === 'written-off'),
    results: [
      makeResult('animations/hero-run', {
        ...video,
        state: 'collected',
        output: 'collected/animations/hero-run.mp4',
        provider: 'empiriolabs',
        charge: reported(560_000),
        message: 'kept in the artifact',
      }),
      makeResult('animations/hero-spin', {
        state: 'in-progress',
        provider: 'empiriolabs',
        holdMicroUsd: 560_000,
        message: 'still being made; run reconcile again to collect it',
      }),
    ],
    findings: [
      {
        transferId: 'animations/robot-jump',
        message: `nobody can say whether it was accepted; its price stays held. Look for it in the account of prospolabs, then reconcile with write-off: ${'3'.repeat(64)}=free or =charged`,
      },
    ],
    problem: null,
    purchases,
    ledger: 'the branch motion-transfer-ledger',
  };
}
