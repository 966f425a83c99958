import type { LogPort, ProgressUpdate } from '@motion-transfer/core';

/** Long work says that it goes on, but not every second. */
const REPEAT_AFTER_MS = 30_000;

/** Prints a transfer's line when its phase or note changes, and every half minute besides. */
export function createProgressLog(log: LogPort) {
  const last = new Map<string, { text: string; atMs: number }>();
  return (update: ProgressUpdate): void => {
    const text = `${update.phase}${update.note != null ? ` (${update.note})` : ''}`;
    const before = last.get(update.id);
    if (before != null && before.text === text && update.elapsedMs - before.atMs < REPEAT_AFTER_MS)
      return;
    last.set(update.id, { text, atMs: update.elapsedMs });
    log.info(`${update.id}: ${text}, ${Math.round(update.elapsedMs / 1000)} s`);
  };
}
