import * as z from 'zod';
import type { SourcePosition } from './issue.ts';
import type { Json } from './json.ts';
import type { AssetSource } from './media.ts';
import type { ReadOnly } from './read-only.ts';

/** `image` keeps the image's pose direction (up to 10 s); `video` follows the clip (up to 30 s). */
export const orientationSchema = z.enum(['image', 'video']);
export type Orientation = z.output<typeof orientationSchema>;

/** `standard` is 720p, `pro` is 1080p; each adapter maps it to its provider's own word. */
export const tierSchema = z.enum(['standard', 'pro']);
export type Tier = z.output<typeof tierSchema>;

/** Which providers may sell a transfer: the first listed that can, or the cheapest of all that can. */
export type ProviderChoice =
  | { readonly kind: 'ordered'; readonly ids: readonly string[] }
  | { readonly kind: 'cheapest' };

/** What a provider is asked for, in our words; adapters translate. */
export const transferParametersSchema = z.object({
  prompt: z.string().nullable(),
  tier: tierSchema,
  orientation: orientationSchema,
  keepOriginalSound: z.boolean(),
  /** Whole seconds, only for providers that take a duration; `null` means the clip's own. */
  durationSeconds: z.number().nullable(),
  /** Number of a deliberate re-roll, from 1. */
  take: z.int().min(1),
});
export type TransferParameters = ReadOnly<z.output<typeof transferParametersSchema>>;

/** One character + one motion + parameters -> one output video, with every default filled in. */
export interface Transfer {
  readonly id: string;
  readonly character: AssetSource;
  readonly motion: AssetSource;
  /** Repository-relative path of the video to write, ending in `.mp4`. */
  readonly output: string;
  readonly provider: ProviderChoice;
  readonly parameters: TransferParameters;
  /** Options as written, by provider id; each adapter's own schema validates its part. */
  readonly providerOptions: Readonly<Record<string, Json>>;
  readonly position: SourcePosition | null;
}
