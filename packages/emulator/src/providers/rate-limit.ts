import type { Clock } from '../clock.ts';

/** Whether one more request fits into the last minute, or another window; it counts if it does. */
export function createRateLimit(clock: Clock, requests: number, windowMs = 60_000): () => boolean {
  let recent: number[] = [];
  return () => {
    const nowMs = clock.nowMs();
    recent = recent.filter((atMs) => atMs > nowMs - windowMs);
    if (recent.length >= requests) return false;
    recent.push(nowMs);
    return true;
  };
}
