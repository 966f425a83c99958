import { formatUsd, formatUsdRange } from '../../model/money.ts';
import type { Step } from '../../model/plan.ts';
import { costsAnew } from '../../model/plan.ts';
import type { ResultState, TransferResult } from '../../model/results.ts';
import type { Tier } from '../../model/transfer.ts';
import type { GalleryEntry } from './clips.ts';

export type Tone = 'good' | 'plain' | 'waiting' | 'bad';

export interface GalleryState {
  readonly code: ResultState | 'to-generate';
  readonly label: string;
  readonly tone: Tone;
}

export interface GalleryPrice {
  /** For sorting. */
  readonly microUsd: number | null;
  /** `null` when there is no figure: nothing was or would be bought. */
  readonly text: string | null;
  /** What kind of figure it is: an estimate is never shown as a charge. */
  readonly mark: 'estimate' | 'estimated' | 'charged' | 'held' | 'free' | null;
}

/** Shape of the frames of a row, so that nothing moves when the clips appear; a guess where no facts are known. */
export type FrameShape = 'tall' | 'square' | 'wide';

export interface GalleryRowText {
  readonly id: string;
  readonly output: string;
  readonly state: GalleryState;
  /** The video at the output is a draft, not a bought one. */
  readonly isDraft: boolean;
  readonly provider: string | null;
  readonly tier: Tier | null;
  readonly orientation: string | null;
  readonly take: number | null;
  readonly seconds: number | null;
  readonly price: GalleryPrice;
  readonly prompt: string | null;
  /** Reasons and messages, the most telling first. */
  readonly why: readonly string[];
  readonly shape: FrameShape;
}

export function describeRow({ id, step, result, draft }: GalleryEntry): GalleryRowText {
  const parameters = step?.parameters ?? null;
  const provider = result?.provider ?? (step == null ? null : providerOf(step));
  return {
    id,
    output: step?.output ?? result?.output ?? '',
    state: describeState(step, result),
    isDraft: provider === 'draft',
    provider,
    tier: provider === 'draft' ? null : (parameters?.tier ?? null),
    orientation: parameters?.orientation ?? null,
    take: parameters == null || parameters.take === 1 ? null : parameters.take,
    seconds: result?.videoSeconds ?? draft?.videoSeconds ?? secondsOf(step),
    price: result == null ? priceOfStep(step) : priceOfResult(result),
    prompt: parameters?.prompt ?? null,
    why: [
      ...(result?.alarm != null ? [result.alarm] : []),
      ...(result?.message != null ? [result.message] : []),
      ...reasonsOf(step, result),
      ...(step?.warnings ?? []),
      ...(draft?.problem != null ? [`No draft: ${draft.problem}`] : []),
      ...(draft?.warnings ?? []).map((warning) => `Draft: ${warning}`),
    ],
    shape: shapeOf(step),
  };
}

const STATES: Readonly<Record<GalleryState['code'], readonly [label: string, tone: Tone]>> = {
  'to-generate': ['to generate', 'waiting'],
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

function describeState(step: Step | null, result: TransferResult | null): GalleryState {
  const code = result?.state ?? (step == null ? 'unknown' : codeOf(step.action));
  const [label, tone] = STATES[code];
  return { code, label, tone };
}

function codeOf(action: Step['action']): GalleryState['code'] {
  if (action === 'generate') return 'to-generate';
  return action === 'reuse' ? 'reused' : 'blocked';
}

function providerOf(step: Step): string | null {
  return step.action === 'blocked' ? null : step.provider;
}

/** The message of a blocked result is made of the reasons: they are not told twice. */
function reasonsOf(step: Step | null, result: TransferResult | null): string[] {
  if (result?.state === 'blocked' && result.message != null) return [];
  return (step?.reasons ?? []).map((reason) => reason.message);
}

function secondsOf(step: Step | null): number | null {
  return step?.action === 'generate' ? step.facts.motion.trackSeconds : null;
}

function shapeOf(step: Step | null): FrameShape {
  if (step?.action !== 'generate') return 'wide';
  const aspect = step.facts.motion.width / step.facts.motion.height;
  if (aspect < 0.85) return 'tall';
  return aspect > 1.2 ? 'wide' : 'square';
}

function priceOfStep(step: Step | null): GalleryPrice {
  if (step == null) return noPrice;
  if (step.action === 'blocked') return step.heldMicroUsd > 0 ? held(step.heldMicroUsd) : noPrice;
  if (step.action === 'reuse') return nothing;
  if (step.provider === 'draft') return free;
  if (!costsAnew(step)) return nothing;
  const { lowMicroUsd, highMicroUsd } = step.estimate;
  const text = formatUsdRange(lowMicroUsd, highMicroUsd);
  return { microUsd: highMicroUsd, text, mark: 'estimate' };
}

function priceOfResult({ draft, state, charge, holdMicroUsd }: TransferResult): GalleryPrice {
  if (state === 'reused' || state === 'copied') return nothing;
  if (draft) return free;
  if (charge?.microUsd != null) {
    const mark = charge.source === 'provider-reported' ? 'charged' : 'estimated';
    return { microUsd: charge.microUsd, text: formatUsd(charge.microUsd), mark };
  }
  if (holdMicroUsd > 0) return held(holdMicroUsd);
  return state === 'failed' ? nothing : noPrice;
}

const noPrice: GalleryPrice = { microUsd: null, text: null, mark: null };
const nothing: GalleryPrice = { microUsd: 0, text: '$0.00', mark: null };
const free: GalleryPrice = { microUsd: 0, text: '$0.00', mark: 'free' };

function held(microUsd: number): GalleryPrice {
  return { microUsd, text: formatUsd(microUsd), mark: 'held' };
}
