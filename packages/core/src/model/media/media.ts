import * as z from 'zod';
import type { ReadOnly } from '../read-only.ts';

/** Where an asset comes from: a repository-relative path with `/`, or an https URL. */
export const assetSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string() }),
  z.object({ kind: z.literal('url'), url: z.string().describe('without its query') }),
]);
export type AssetSource = ReadOnly<z.output<typeof assetSourceSchema>>;

/** Facts of an image, read from its content; `format` (`jpg`, `png`, `webp`, ...) is never taken from the file name. */
export const imageFactsSchema = z.object({
  format: z.string(),
  width: z.number(),
  height: z.number(),
  bytes: z.number(),
});
export type ImageFacts = ReadOnly<z.output<typeof imageFactsSchema>>;

/** Facts of a video, read from its container by range reads. Pixel sizes are as displayed (rotation applied). */
export const videoFactsSchema = z.object({
  container: z.enum(['mp4', 'mov', 'webm', '3gp', 'm4v', 'f4v']),
  codec: z.string(),
  width: z.number(),
  height: z.number(),
  framesPerSecond: z.number().nullable(),
  bytes: z.number(),
  hasSound: z.boolean(),
  /** What the video track itself plays, as its edit list has it. */
  trackSeconds: z.number(),
  /** What its samples add up to, where the edit list leaves some of them out. */
  mediaSeconds: z.number().exactOptional(),
  /** The longest any evidence claims: this is what is held against the budget. */
  longestSeconds: z.number(),
  /** Places in the container that claim a duration, e.g. `mvhd`, `stts of track 1`. */
  evidence: z.array(z.object({ source: z.string(), seconds: z.number() })),
});
export type VideoFacts = ReadOnly<z.output<typeof videoFactsSchema>>;
export type DurationEvidence = VideoFacts['evidence'][number];

export const mediaFactsSchema = z.object({
  character: imageFactsSchema,
  motion: videoFactsSchema,
});
export type MediaFacts = ReadOnly<z.output<typeof mediaFactsSchema>>;

/**
 * What an asset is: `git:<blob id>` (files, whether in git yet or not) or `sha256:<hex>` (LFS objects
 * and URLs). Two assets with equal identity have equal bytes; the same bytes have one identity of each kind.
 */
export type Identity = string;

export interface Asset<Facts> {
  readonly source: AssetSource;
  readonly identity: Identity;
  readonly facts: Facts;
}
