import type { Exchange } from '../http/exchange.ts';
import { isRecord } from '../json.ts';
import type { Orientation, Tier } from '../types.ts';
import { checkFields, type FieldRule } from './check-body.ts';

export const REPLICATE_MODEL = 'kwaivgi/kling-v3-motion-control';

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

/** The model's input schema, version 15430b30, as clients copied it. Its default tier is the dearer one. */
const FIELDS: Readonly<Record<string, FieldRule>> = {
  prompt: { type: 'string' },
  image: { type: 'url', required: true },
  video: { type: 'url', required: true },
  mode: { type: 'enum', values: ['std', 'pro'] },
  character_orientation: { type: 'enum', values: ['image', 'video'] },
  keep_original_sound: { type: 'boolean' },
};

export function readReplicateRequest({ json }: Exchange): ReplicateRequest | ReplicateRefusal {
  if (!isRecord(json) || !isRecord(json.input)) return { problem: '- input: input is required' };
  const { input } = json;
  const problem = checkFields(input, FIELDS);
  if (problem !== undefined) return { problem: `- input.${problem.field}: ${problem.message}` };
  return {
    tier: input.mode === 'std' ? 'standard' : 'pro',
    orientation: input.character_orientation === 'video' ? 'video' : 'image',
    imageUrl: String(input.image),
    videoUrl: String(input.video),
    keepOriginalSound: input.keep_original_sound !== false,
    prompt: typeof input.prompt === 'string' ? input.prompt : undefined,
    parameters: input,
  };
}
