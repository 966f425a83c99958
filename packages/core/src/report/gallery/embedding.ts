import { CLIP_ROLES, type ClipRole } from './clips.ts';

/** A page of this size still opens at once, on a phone too; larger ones are slow to fetch. */
export const GALLERY_MAX_EMBEDDED_BYTES = 40 * 1_048_576;

export interface SizedClip {
  readonly key: string;
  readonly role: ClipRole;
  readonly bytes: number;
}

/** Base64 as it stands in the page: four characters for every three bytes begun. */
export function embeddedBytes(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/**
 * Keys of the clips that become part of the page, together at most `maxBytes` of it: characters
 * first, then outputs, drafts and references; of each kind the small ones first, so that as many
 * transfers as possible can be seen. A file shown in several places counts once, as what it is worth
 * most as.
 */
export function chooseEmbedded(
  clips: readonly SizedClip[],
  maxBytes = GALLERY_MAX_EMBEDDED_BYTES,
): Set<string> {
  const inOrder = clips.toSorted(
    (a, b) =>
      CLIP_ROLES.indexOf(a.role) - CLIP_ROLES.indexOf(b.role) ||
      a.bytes - b.bytes ||
      (a.key < b.key ? -1 : Number(a.key > b.key)),
  );
  const chosen = new Set<string>();
  let left = maxBytes;
  for (const { key, bytes } of inOrder) {
    const size = embeddedBytes(bytes);
    if (chosen.has(key) || size > left) continue;
    chosen.add(key);
    left -= size;
  }
  return chosen;
}
