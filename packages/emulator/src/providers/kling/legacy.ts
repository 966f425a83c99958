import { isRecord } from '../../json.ts';
import { checkFields, type FieldRule } from '../check-body.ts';
import { invalid, isBase64, isElementId, type KlingApi } from './dialect.ts';

const TASKS = '/v1/videos/motion-control';

const FIELDS: Readonly<Record<string, FieldRule>> = {
  model_name: { type: 'enum', values: ['kling-v2-6', 'kling-v3'] },
  prompt: { type: 'string' },
  image_url: { type: 'string', required: true },
  video_url: { type: 'url', required: true },
  keep_original_sound: { type: 'enum', values: ['yes', 'no'] },
  character_orientation: { type: 'enum', values: ['image', 'video'], required: true },
  mode: { type: 'enum', values: ['std', 'pro'], required: true },
  watermark_info: { type: 'object' },
  external_task_id: { type: 'string' },
};

/** The API with the model in the body. */
export const legacyApi: KlingApi = {
  maxImageBytes: 10 * 1_048_576,
  isCreate: (method, path) => method === 'POST' && path === TASKS,

  /** By its own id, or by ours: "choose either". */
  readQuestion: ({ method, path }) =>
    method === 'GET' && path.startsWith(`${TASKS}/`)
      ? { by: 'either', ids: [decodeURIComponent(path.slice(TASKS.length + 1))] }
      : undefined,

  readRequest({ json: body }) {
    if (!isRecord(body)) return { code: 1200, message: 'the body is not a JSON object' };
    const { element_list: elements, ...others } = body;
    const problem = checkFields(others, FIELDS);
    if (problem !== undefined) return invalid(problem.message);
    if (elements !== undefined && !isOneElement(elements)) {
      return invalid('element_list holds one element with an element_id');
    }
    const image = String(body.image_url);
    const isUrl = /^https?:\/\//.test(image);
    if (!isUrl && !isBase64(image)) return invalid('image_url is neither a URL nor bare base64');
    return {
      // "Default to kling-v2-6".
      model: String(body.model_name ?? 'kling-v2-6'),
      tier: body.mode === 'pro' ? 'pro' : 'standard',
      orientation: body.character_orientation === 'video' ? 'video' : 'image',
      keepOriginalSound: body.keep_original_sound !== 'no',
      prompt: typeof body.prompt === 'string' ? body.prompt : undefined,
      image: isUrl ? { url: image } : { base64: image },
      video: String(body.video_url),
      parameters: body,
    };
  },

  describe({ id, order, acceptedAtMs, state }, { dollars, units }, { paysFrom }) {
    const common = {
      task_id: id,
      task_status_msg: '',
      task_info: { external_task_id: order.parameters.external_task_id ?? '' },
      created_at: acceptedAtMs,
      updated_at: state.kind === 'running' ? acceptedAtMs : state.atMs,
    };
    if (state.kind === 'running') return { ...common, task_status: 'processing' };
    const deduction =
      paysFrom === 'balance'
        ? {
            final_unit_deduction: '0',
            final_balance_deduction: { quota: dollars, list_price: dollars },
          }
        : { final_unit_deduction: units };
    if (state.kind === 'failed') {
      const message = state.error.message;
      return { ...common, ...deduction, task_status: 'failed', task_status_msg: message };
    }
    const video = { id: `vid_${id}`, url: state.url, duration: String(state.seconds) };
    return { ...common, ...deduction, task_status: 'succeed', task_result: { videos: [video] } };
  },

  answer: ([task]) => task,
};

function isOneElement(elements: unknown): boolean {
  if (!Array.isArray(elements) || elements.length !== 1) return false;
  const [element] = elements;
  return isRecord(element) && isElementId(element.element_id);
}
