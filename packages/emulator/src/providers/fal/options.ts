export interface FalOptions {
  /**
   * Where a failed job tells so: `result` (default): the status is COMPLETED and the result answers an
   * HTTP error. `status`: the COMPLETED status carries `error` and `error_type`.
   */
  readonly failure?: 'result' | 'status';
  /** Hosts of the returned addresses: this emulator (default), or the queue's real one. */
  readonly addresses?: 'emulated' | 'real';
  /** So many requests are ahead at first, one fewer with each status answer; none by default. */
  readonly queuedBehind?: number;
  /** The header that tells what was billed. Seen on every result; documented nowhere. */
  readonly billableUnits?: 'seconds' | 'videos' | 'absent';
  /**
   * What a runner does with the signal to cancel a request that it works on: `ignored` (default), so that it
   * comes to its end and is billed, or `heeded`, and what it did is billed.
   */
  readonly cancelSignal?: 'ignored' | 'heeded';
  /** Whether a runner takes a request out of the queue while the cancel is on its way: `false`. */
  readonly startsBeforeCancel?: boolean;
}
