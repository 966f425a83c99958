import type { Exchange } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import type { Orientation, Tier } from '../../types.ts';
import { checkFields, type FieldRule } from '../check-body.ts';

export const PROSPOLABS_MODEL = 'kling-3-motion-control';

export interface ProspolabsRequest {
  readonly quality: Tier;
  readonly orientation: Orientation;
  readonly imageUrl: string;
  readonly videoUrl: string;
  readonly keepOriginalSound: boolean;
  readonly prompt: string | undefined;
  readonly mode: string;
  readonly isAsync: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ProspolabsRefusal {
  readonly status: 400 | 404 | 415 | 422;
  readonly code: string;
  readonly message: string;
}

/** The model page's table. It marks two fields as required although it also prints a default. */
const PARAMETERS: Readonly<Record<string, FieldRule>> = {
  prompt: { type: 'string' },
  quality: { type: 'enum', values: ['pro', 'standard'], required: true },
  video_urls: { type: 'one-url', required: true },
  image_url: { type: 'url', required: true },
  character_orientation: { type: 'enum', values: ['image', 'video'], required: true },
  keep_original_sound: { type: 'boolean' },
};
const SHARED: Readonly<Record<string, FieldRule>> = {
  model: { type: 'string', required: true },
  mode: { type: 'enum', values: ['image'] },
  async: { type: 'boolean' },
};

export function readProspolabsRequest(
  exchange: Exchange,
  accepted: 'flat' | 'nested' | 'either',
): ProspolabsRequest | ProspolabsRefusal {
  if (exchange.headers['content-type']?.startsWith('application/json') !== true) {
    return refusal(415, 'unsupported_content_type', 'send content-type: application/json');
  }
  const body = exchange.json;
  if (!isRecord(body)) return refusal(400, 'invalid_json', 'the body is not a JSON object');
  const nested = Object.hasOwn(body, 'params');
  if (nested && accepted === 'flat') {
    return refusal(422, 'unknown_field', "unknown field 'params'");
  }
  if (!nested && accepted === 'nested') {
    return refusal(422, 'missing_field', "field 'params' is required");
  }
  const shape: Record<string, FieldRule> = nested
    ? { ...SHARED, params: { type: 'object', required: true } }
    : { ...SHARED, ...PARAMETERS };
  const problem =
    checkFields(body, shape) ??
    (nested && isRecord(body.params) ? checkFields(body.params, PARAMETERS) : undefined);
  if (problem !== undefined) return refusal(422, problem.code, problem.message);
  if (body.model !== PROSPOLABS_MODEL) {
    return refusal(404, 'model_not_found', `there is no model '${body.model}'`);
  }
  const values = nested && isRecord(body.params) ? body.params : body;
  const [videoUrl] = Array.isArray(values.video_urls) ? values.video_urls : [];
  return {
    quality: values.quality === 'pro' ? 'pro' : 'standard',
    orientation: values.character_orientation === 'video' ? 'video' : 'image',
    imageUrl: String(values.image_url),
    videoUrl: String(videoUrl),
    keepOriginalSound: values.keep_original_sound !== false,
    prompt: typeof values.prompt === 'string' ? values.prompt : undefined,
    mode: 'image',
    isAsync: body.async === true || exchange.url.searchParams.get('async') === 'true',
    parameters: body,
  };
}

function refusal(
  status: ProspolabsRefusal['status'],
  code: string,
  message: string,
): ProspolabsRefusal {
  return { status, code, message };
}
