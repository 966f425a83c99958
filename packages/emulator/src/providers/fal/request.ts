import type { Exchange } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import type { Orientation, Tier } from '../../types.ts';
import { checkFields, type FieldRule } from '../check-body.ts';

export type FalVersion = 'v3' | 'v2.6';

export interface FalModel {
  readonly version: FalVersion;
  readonly tier: Tier;
}

export interface FalRequest {
  readonly orientation: Orientation;
  readonly imageUrl: string;
  readonly videoUrl: string;
  readonly keepOriginalSound: boolean;
  readonly prompt: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface FalRefusal {
  readonly status: 400 | 404 | 422;
  readonly detail: unknown;
}

/** fal-js, libs/client/src/types/endpoints.ts: KlingVideoV26ProMotionControlInput, and what V3 has besides. */
const FIELDS: Readonly<Record<string, FieldRule>> = {
  prompt: { type: 'string' },
  image_url: { type: 'url', required: true },
  video_url: { type: 'url', required: true },
  character_orientation: { type: 'enum', values: ['image', 'video'], required: true },
  keep_original_sound: { type: 'boolean' },
};
const FIELDS_V3: Readonly<Record<string, FieldRule>> = { ...FIELDS, elements: { type: 'list' } };

export function readFalRequest(exchange: Exchange, { version }: FalModel): FalRequest | FalRefusal {
  const body = exchange.json;
  if (!isRecord(body)) return { status: 400, detail: 'the body is not a JSON object' };
  const problem = checkFields(body, version === 'v3' ? FIELDS_V3 : FIELDS);
  if (problem !== undefined) {
    return refuseField(problem.field, problem.message, typeOf(problem.code));
  }
  const elements = Array.isArray(body.elements) ? body.elements : [];
  if (elements.length > 1) return refuseField('elements', 'at most 1 element', 'too_long');
  if (elements.length > 0 && body.character_orientation !== 'video') {
    return refuseField('elements', "only with character_orientation 'video'", 'value_error');
  }
  for (const element of elements) {
    const wrong = checkElement(element);
    if (wrong !== undefined) return refuseField('elements', wrong, 'value_error');
  }
  return {
    orientation: body.character_orientation === 'video' ? 'video' : 'image',
    imageUrl: String(body.image_url),
    videoUrl: String(body.video_url),
    keepOriginalSound: body.keep_original_sound !== false,
    prompt: typeof body.prompt === 'string' ? body.prompt : undefined,
    parameters: body,
  };
}

/** KlingV3ComboElementInput: both members are optional, and at most three other views. */
const ELEMENT: Readonly<Record<string, FieldRule>> = {
  frontal_image_url: { type: 'url' },
  reference_image_urls: { type: 'list' },
};

function checkElement(element: unknown): string | undefined {
  if (!isRecord(element)) return 'an element is an object';
  const views = element.reference_image_urls;
  if (Array.isArray(views) && views.length > 3) return 'at most 3 reference_image_urls';
  return checkFields(element, ELEMENT)?.message;
}

/** https://docs.fal.ai/errors : a list of what is wrong where. */
export function refuseField(field: string, msg: string, type: string): FalRefusal {
  const url = `https://docs.fal.ai/errors#${type}`;
  return { status: 422, detail: [{ loc: ['body', field], msg, type, url }] };
}

function typeOf(code: string): string {
  if (code === 'missing_field') return 'missing';
  return code === 'unknown_field' ? 'extra_forbidden' : 'value_error';
}
