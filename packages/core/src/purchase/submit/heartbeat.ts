import type { ClockPort } from '../../ports.ts';

export interface Heartbeat {
  readonly everyMs: number;
  /** The call ends by itself before there would be more. */
  readonly maxBeats: number;
  readonly beat: (elapsedMs: number) => void;
}

/** Says at intervals that the work goes on, for as long as it does: a call that is answered in minutes is not stuck. */
export async function withHeartbeat<Value>(
  clock: ClockPort,
  { everyMs, maxBeats, beat }: Heartbeat,
  work: () => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  const beatOn = async () => {
    for (let count = 1; count <= maxBeats; count++) {
      await clock.sleep(everyMs, over.signal);
      if (over.signal.aborted) return;
      beat(count * everyMs);
    }
  };
  // It only ends early, with the work: what became of that is told by the work itself.
  beatOn().catch(() => {});
  try {
    return await work();
  } finally {
    over.abort();
  }
}
