import type { Step } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import type { ResultState, TransferResult } from '../model/results.ts';

/** `good`: it is there; `waiting`: a run makes it; `bad`: somebody has to look at it. */
export type Tone = 'good' | 'plain' | 'waiting' | 'bad';

/** What a plan wants of a transfer, or what became of it. */
type StateCode =
  | 'new'
  | 'stale'
  | 'copy'
  | 'collect'
  | 'reuse'
  | 'blocked'
  | 'removed'
  | 'draft'
  | ResultState;

export interface RowState {
  readonly code: StateCode;
  /** The one word for it in every report. */
  readonly label: string;
  readonly tone: Tone;
}

const STATES: Readonly<Record<StateCode, readonly [label: string, tone: Tone]>> = {
  new: ['new', 'waiting'],
  stale: ['stale', 'waiting'],
  copy: ['copy', 'waiting'],
  collect: ['collect', 'waiting'],
  reuse: ['reuse', 'plain'],
  removed: ['removed', 'plain'],
  draft: ['draft', 'good'],
  generated: ['generated', 'good'],
  copied: ['copied', 'good'],
  collected: ['collected', 'good'],
  reused: ['reused', 'plain'],
  blocked: ['blocked', 'bad'],
  'not-started': ['not started', 'plain'],
  'in-progress': ['in progress', 'waiting'],
  failed: ['failed', 'bad'],
  unknown: ['outcome unknown', 'bad'],
};

export function makeState(code: StateCode): RowState {
  const [label, tone] = STATES[code];
  return { code, label, tone };
}

export function stateOfStep(step: Step): RowState {
  return makeState(codeOf(step));
}

/** There is an output, and it is not what is asked for any more. */
export function isStale(step: Step): boolean {
  return codeOf(step) === 'stale';
}

export function stateOfResult({ state, draft }: TransferResult): RowState {
  return makeState(draft && state === 'generated' ? 'draft' : state);
}

function codeOf(step: Step): StateCode {
  if (step.action !== 'generate') return step.action;
  if (step.resumes) return 'collect';
  if (!costsAnew(step)) return 'copy';
  return step.reasons.some(({ code }) => code === 'new') ? 'new' : 'stale';
}
