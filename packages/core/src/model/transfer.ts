import * as z from 'zod';
import type { SourcePosition } from './issue.ts';
import type { Json } from './json/json.ts';
import type { AssetSource } from './media/media.ts';
import type { WebFileKind } from './media/web-file.ts';
import type { ReadOnly } from './read-only.ts';

/** `image` keeps the image's pose direction (up to 10 s); `video` follows the clip (up to 30 s). */
export const orientationSchema = z.enum(['image', 'video']);
export type Orientation = z.output<typeof orientationSchema>;

/** `standard` is 720p, `pro` is 1080p; each adapter maps it to its provider's own word. */
export const tierSchema = z.enum(['standard', 'pro']);
export type Tier = z.output<typeof tierSchema>;

/** Pixels of the shorter side, as the tiers promise. */
export const SHORT_SIDE_PIXELS: Readonly<Record<Tier, number>> = { standard: 720, pro: 1080 };

/** The models that can be asked for, by our names. Without another one written, the first is asked for. */
export const modelNameSchema = z.enum(['kling-3.0', 'kling-2.6']);
export type ModelName = z.output<typeof modelNameSchema>;
export const MODEL_NAMES = modelNameSchema.options;
export const DEFAULT_MODEL: ModelName = 'kling-3.0';

/** The model of a transfer; with `any`, whichever costs less. */
export const modelChoiceSchema = z.enum([...MODEL_NAMES, 'any']);
export type ModelChoice = z.output<typeof modelChoiceSchema>;

/** Whether a model fits what is asked for. `null` stands for every model: the draft engine's. */
export function acceptsModel(choice: ModelChoice, name: ModelName | null): boolean {
  return name == null || choice === 'any' || choice === name;
}

/** A record names a model only where it is not the default: what was written before there were two stays as it is. */
export function unlessDefault(name: ModelName | null): { readonly modelName?: ModelName } {
  return name == null || name === DEFAULT_MODEL ? {} : { modelName: name };
}

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
  readonly model: ModelChoice;
  readonly parameters: TransferParameters;
  /** Options as written, by provider id; each adapter's own schema validates its part. */
  readonly providerOptions: Readonly<Record<string, Json>>;
  /** What is made of the video beside it, each once. */
  readonly also: readonly WebFileKind[];
  readonly position: SourcePosition | null;
}
