import { DamagedOutputError, MediaError } from '../../model/errors.ts';
import type { VideoFacts } from '../../model/media.ts';
import type { ByteSource } from '../byte-source.ts';
import { type Box, findBox, readBody, visitTable } from './boxes.ts';
import { type Movie, readMovie } from './movie.ts';
import { describeMovie } from './video-facts.ts';

/**
 * Checks that a download is one whole MP4: its boxes end exactly where the file ends, and its index
 * points at bytes that are there. Throws `DamagedOutputError` with the reason.
 */
export async function checkCompleteMp4(source: ByteSource): Promise<VideoFacts> {
  try {
    const movie = await readMovie(source, 'refused');
    checkLayout(source, movie.boxes);
    await checkChunkOffsets(source, movie);
    return describeMovie(source, movie).facts;
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

/** `stco` and `co64` (ISO/IEC 14496-12, 8.7.5): where in the file each chunk of frames starts. */
async function checkChunkOffsets(source: ByteSource, movie: Movie): Promise<void> {
  for (const { box, header } of movie.tracks) {
    for (const [type, entryBytes] of [
      ['stco', 4],
      ['co64', 8],
    ] as const) {
      const table = findBox(box, 'mdia', 'minf', 'stbl', type);
      if (table == null) continue;
      const count = (await readBody(source, table, 8)).getUint32(4);
      let furthest = 0;
      await visitTable(source, table, { offset: 8, entryBytes, count }, (entry, at) => {
        const offset = entryBytes === 4 ? entry.getUint32(at) : Number(entry.getBigUint64(at));
        furthest = Math.max(furthest, offset);
      });
      if (furthest < source.bytes) continue;
      throw new DamagedOutputError(
        `${source.name} is cut off: frames of track ${header.id} start at byte ${furthest}, and it has ${source.bytes}`,
      );
    }
  }
}
