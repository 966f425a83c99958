import { DamagedOutputError, MediaError } from '../../model/errors.ts';
import type { VideoFacts } from '../../model/media/media.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Box } from './boxes.ts';
import { findCut } from './frames.ts';
import { readMovie } from './movie.ts';
import { describeMovie } from './video-facts.ts';

/**
 * Checks that a download is one whole MP4: its boxes end exactly where the file ends, and its index
 * points at bytes that are there. Throws `DamagedOutputError` with the reason.
 */
export async function checkCompleteMp4(source: ByteSource): Promise<VideoFacts> {
  try {
    const movie = await readMovie(source, 'refused');
    checkLayout(source, movie.boxes);
    const cut = await findCut(source, movie.tracks);
    if (cut != null) throw new DamagedOutputError(`${source.name} is cut off: ${cut}`);
    return describeMovie(source, movie);
  } catch (cause) {
    if (cause instanceof MediaError) throw new DamagedOutputError(cause.message, { cause });
    throw cause;
  }
}

function checkLayout(source: ByteSource, boxes: readonly Box[]): void {
  const first = boxes.find(({ type }) => !['free', 'skip', 'wide'].includes(type));
  if (first?.type !== 'ftyp') {
    throw new DamagedOutputError(
      `${source.name} does not say what it is (box "ftyp") at its start`,
    );
  }
  if (!boxes.some(({ type, body, end }) => type === 'mdat' && end > body)) {
    throw new DamagedOutputError(`${source.name} holds no frames (box "mdat")`);
  }
}
