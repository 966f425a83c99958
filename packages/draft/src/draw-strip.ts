import { runIsolated } from './isolate/run-isolated.ts';
import type { StripReport, StripRequest } from './strip/draw-strip.ts';

export type { StripCell, StripReport, StripRequest, StripRole } from './strip/draw-strip.ts';

/**
 * Writes a small WebP that shows a character and clips side by side, moving when it has clips.
 * Throws `MotionUnreadableError`, `CharacterUnreadableError`, `CodecMissingError`, `DraftNotWrittenError`,
 * `DraftStoppedError` or another `DraftError`.
 */
export function drawStrip(request: StripRequest, signal?: AbortSignal): Promise<StripReport> {
  return runIsolated('strip', request, { signal });
}
