import { decideBudget } from '../../src/budget/decide.ts';
import type { Limits } from '../../src/model/limits.ts';
import type { BlockedStep, Step } from '../../src/model/plan.ts';
import type { TransferResult } from '../../src/model/results.ts';
import { makeReport, type Report } from '../../src/report/report.ts';
import { makePlan } from './plans.ts';
import { buildState } from './state-builder.ts';

export function makeReportOf(
  steps: readonly Step[],
  results: readonly TransferResult[] | null = null,
  limits: Partial<Limits> = {},
  notes: readonly string[] = [],
): Report {
  const plan = makePlan(steps, limits);
  const command = results == null ? 'plan' : 'run';
  return makeReport({ command, plan, decision: decideBudget(plan), results, notes });
}

export function makeBlockedStep(id: string, message: string): BlockedStep {
  const state = buildState();
  state.addTransfer(id, { provider: ['nobody'] });
  const step = state.step();
  if (step.action !== 'blocked') throw new Error('not blocked');
  return { ...step, reasons: [{ code: 'asset-problem', message }] };
}

/** A transfer that was bought well, unless a command is given. */
export function makeResult(id: string, changes: Partial<TransferResult> = {}): TransferResult {
  return {
    id,
    output: `out/${id}.mp4`,
    state: 'generated',
    provider: 'prospolabs',
    model: 'kling-3.0',
    draft: false,
    fingerprint: 'f',
    operation: null,
    holdMicroUsd: 0,
    charge: null,
    isBoughtHere: true,
    sha256: null,
    bytes: null,
    videoSeconds: null,
    elapsedMs: null,
    message: null,
    warnings: null,
    alarm: null,
    ...changes,
  };
}
