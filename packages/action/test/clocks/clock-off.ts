const DAY_MS = 86_400_000;

const MOVE_CLOCK = new URL('./move-clock.ts', import.meta.url).href;

/** A machine whose clock is off by so many days. */
export function clockOff(days: number): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${MOVE_CLOCK}`,
    CLOCK_OFFSET_MS: String(days * DAY_MS),
  };
}
