import type { Exchange } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import type { Orientation } from '../../types.ts';
import { checkFields, type FieldRule } from '../check-body.ts';

export const EMPIRIOLABS_MODEL = 'kling-v3-motion-control';

export interface EmpiriolabsRequest {
  readonly mode: 'std' | 'pro';
  readonly orientation: Orientation;
  readonly imageUrl: string;
  readonly videoUrl: string;
  readonly seconds: number;
  readonly keepOriginalSound: boolean;
  readonly prompt: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface EmpiriolabsRefusal {
  readonly code: 'invalid_request' | 'model_not_found';
  readonly message: string;
}

const FIELDS: Readonly<Record<string, FieldRule>> = {
  model: { type: 'string', required: true },
  prompt: { type: 'string' },
  reference_image: { type: 'url', required: true },
  reference_video: { type: 'url', required: true },
  character_orientation: { type: 'enum', values: ['image', 'video'] },
  mode: { type: 'enum', values: ['std', 'pro'] },
  duration: { type: 'number', minimum: 1, maximum: 30 },
  keep_original_sound: { type: 'boolean' },
};
const DEFAULT_SECONDS = 5;

export function readEmpiriolabsRequest(
  exchange: Exchange,
  promptRequired: boolean,
): EmpiriolabsRequest | EmpiriolabsRefusal {
  if (exchange.headers['content-type']?.startsWith('application/json') !== true) {
    return invalid('send content-type: application/json');
  }
  const body = exchange.json;
  if (!isRecord(body)) return invalid('the body is not a JSON object');
  const rules: Record<string, FieldRule> = promptRequired
    ? { ...FIELDS, prompt: { type: 'string', required: true } }
    : FIELDS;
  const problem = checkFields(body, rules);
  if (problem !== undefined) return invalid(problem.message);
  if (body.model !== EMPIRIOLABS_MODEL) {
    return { code: 'model_not_found', message: `there is no model '${body.model}'` };
  }
  return {
    mode: body.mode === 'pro' ? 'pro' : 'std',
    orientation: body.character_orientation === 'video' ? 'video' : 'image',
    imageUrl: String(body.reference_image),
    videoUrl: String(body.reference_video),
    seconds: typeof body.duration === 'number' ? body.duration : DEFAULT_SECONDS,
    keepOriginalSound: body.keep_original_sound !== false,
    prompt: typeof body.prompt === 'string' ? body.prompt : undefined,
    parameters: body,
  };
}

function invalid(message: string): EmpiriolabsRefusal {
  return { code: 'invalid_request', message };
}
