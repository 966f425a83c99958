import type { Exchange } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import type { Orientation, Tier } from '../../types.ts';
import { checkFields, type FieldRule } from '../check-body.ts';

/** Its models and the tier that each takes where none is named, as clients copied their input schemas. */
const REPLICATE_DEFAULT_TIERS = {
  'kwaivgi/kling-v3-motion-control': 'pro',
  'kwaivgi/kling-v2.6-motion-control': 'standard',
} as const;
export type ReplicateModel = keyof typeof REPLICATE_DEFAULT_TIERS;

export interface ReplicateRequest {
  readonly tier: Tier;
  readonly orientation: Orientation;
  readonly imageUrl: string;
  readonly videoUrl: string;
  readonly keepOriginalSound: boolean;
  readonly prompt: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ReplicateRefusal {
  readonly problem: string;
}

/** The input schema of both, version 15430b30 of the newer one. */
const FIELDS: Readonly<Record<string, FieldRule>> = {
  prompt: { type: 'string' },
  image: { type: 'url', required: true },
  video: { type: 'url', required: true },
  mode: { type: 'enum', values: ['std', 'pro'] },
  character_orientation: { type: 'enum', values: ['image', 'video'] },
  keep_original_sound: { type: 'boolean' },
};

const TIERS: Readonly<Record<string, Tier>> = { std: 'standard', pro: 'pro' };

export function readReplicateRequest(
  { json }: Exchange,
  model: ReplicateModel,
): ReplicateRequest | ReplicateRefusal {
  if (!isRecord(json) || !isRecord(json.input)) return { problem: '- input: input is required' };
  const { input } = json;
  const problem = checkFields(input, FIELDS);
  if (problem !== undefined) return { problem: `- input.${problem.field}: ${problem.message}` };
  return {
    tier: TIERS[String(input.mode)] ?? REPLICATE_DEFAULT_TIERS[model],
    orientation: input.character_orientation === 'video' ? 'video' : 'image',
    imageUrl: String(input.image),
    videoUrl: String(input.video),
    keepOriginalSound: input.keep_original_sound !== false,
    prompt: typeof input.prompt === 'string' ? input.prompt : undefined,
    parameters: input,
  };
}
