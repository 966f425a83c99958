import type { ByteSource } from '../byte-source.ts';
import { findBox, readBody, visitTable } from './boxes.ts';
import type { Track } from './track.ts';

/** Sample entries under which frames are encrypted (ISO/IEC 23001-7), and Apple's older ones. */
const ENCRYPTED = /^(enc[vat]|drm[is])$/;

/** Why frames of these tracks are not all there; `null` where they can be. */
export async function findCut(
  source: ByteSource,
  tracks: readonly Track[],
): Promise<string | null> {
  for (const track of tracks) {
    const furthest = await furthestChunk(source, track);
    if (furthest >= source.bytes) {
      return `frames of track ${track.header.id} start at byte ${furthest}, and it has ${source.bytes}`;
    }
  }
  return null;
}

export function isEncrypted({ entry }: Track): boolean {
  return entry != null && ENCRYPTED.test(entry.fourCharacterCode);
}

/** `stco` and `co64` (ISO/IEC 14496-12, 8.7.5): where in the file the last chunk of frames starts. */
async function furthestChunk(source: ByteSource, { box }: Track): Promise<number> {
  let furthest = 0;
  for (const [type, entryBytes] of [
    ['stco', 4],
    ['co64', 8],
  ] as const) {
    const table = findBox(box, 'mdia', 'minf', 'stbl', type);
    if (table == null) continue;
    const count = (await readBody(source, table, 8)).getUint32(4);
    await visitTable(source, table, { offset: 8, entryBytes, count }, (entry, at) => {
      const offset = entryBytes === 4 ? entry.getUint32(at) : Number(entry.getBigUint64(at));
      furthest = Math.max(furthest, offset);
    });
  }
  return furthest;
}
