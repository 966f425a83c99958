import type { Clock } from '../clock.ts';

/** Whether one more request fits into the last minute; it counts if it does. */
export function createRateLimit(clock: Clock, perMinute: number): () => boolean {
  let recent: number[] = [];
  return () => {
    const nowMs = clock.nowMs();
    recent = recent.filter((atMs) => atMs > nowMs - 60_000);
    if (recent.length >= perMinute) return false;
    recent.push(nowMs);
    return true;
  };
}
