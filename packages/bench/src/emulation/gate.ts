import { uniform } from './durations.ts';
import type { EmulationSettings } from './settings.ts';

/** What becomes of a request about a job before it is looked at. */
export type Passage =
  | { readonly kind: 'served' }
  | { readonly kind: 'refused'; readonly retryAfterSeconds: number }
  | { readonly kind: 'troubled'; readonly answer: number | 'reset' };

export function createGate({
  rateLimit,
  trouble,
}: EmulationSettings): (isRead: boolean) => Passage {
  let firstAtMs: number | null = null;
  let filledAtMs = 0;
  let tokens = rateLimit?.burst ?? 0;
  let count = 0;
  return (isRead) => {
    const nowMs = performance.now();
    firstAtMs ??= nowMs;
    count += 1;
    if (rateLimit != null) {
      const gained = ((nowMs - (filledAtMs || nowMs)) * rateLimit.perSecond) / 1_000;
      tokens = Math.min(rateLimit.burst, tokens + gained);
      filledAtMs = nowMs;
      if (tokens < 1) return { kind: 'refused', retryAfterSeconds: rateLimit.retryAfterSeconds };
      tokens -= 1;
    }
    if (trouble == null || (trouble.of === 'reads' && !isRead)) return { kind: 'served' };
    const ageMs = nowMs - firstAtMs;
    const isTime = ageMs >= (trouble.fromMs ?? 0) && ageMs < (trouble.untilMs ?? Infinity);
    return isTime && uniform(4, count) < trouble.share
      ? { kind: 'troubled', answer: trouble.answer }
      : { kind: 'served' };
  };
}
