import { runIsolated } from './isolate/run-isolated.ts';

/**
 * Writes a PNG with frames of each clip, one clip per row, the same moments below each other.
 * Throws `MotionUnreadableError`, `CodecMissingError` or another `DraftError`.
 */
export async function writeContactSheet(
  clips: readonly string[],
  output: string,
  columns = 8,
  cellHeight = 260,
): Promise<void> {
  await runIsolated('contactSheet', { clips, output, columns, cellHeight }, {});
}
