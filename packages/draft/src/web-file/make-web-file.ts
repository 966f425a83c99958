import { basename } from 'node:path';
import { openMotion } from '../decode/open-motion.ts';
import { DraftError, messageOf, WebFileNotWrittenError } from '../errors.ts';
import type { JobWatch } from '../stage/job-watch.ts';
import { encodeWebFile } from './encode.ts';
import type { WebFileKind } from './formats.ts';

export interface WebFileRequest {
  readonly kind: WebFileKind;
  readonly videoPath: string;
  readonly outputPath: string;
}

/** Reads what the filter needs to know about the video, then encodes it. */
export async function makeWebFile(
  { kind, videoPath, outputPath }: WebFileRequest,
  { enter, alive }: JobWatch,
): Promise<null> {
  enter({ kind: 'motion', path: videoPath });
  const motion = await openMotion(videoPath, 'video');
  const { width, height, rotation, fps, coding } = motion;
  const hasAudio = motion.audio != null;
  motion.close();
  enter({ kind: 'web file', path: outputPath });
  const source = { path: videoPath, width, height, rotation, fps, coding, hasAudio };
  try {
    await encodeWebFile(kind, source, outputPath, alive);
  } catch (cause) {
    if (cause instanceof DraftError) throw cause;
    throw new WebFileNotWrittenError(
      `The ${kind} of ${basename(videoPath)} could not be made: ${messageOf(cause)}. Check that the video plays, or leave ${kind} out.`,
      { cause },
    );
  }
  return null;
}
