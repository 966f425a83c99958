import { DraftStoppedError } from '../errors.ts';

/** Throws `DraftStoppedError` once the caller's signal was aborted. */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new DraftStoppedError('The draft was stopped before it was finished.', {
      cause: signal.reason,
    });
  }
}
