import type { Exchange } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import { checkFields, type FieldRule } from '../check-body.ts';
import {
  invalid,
  isBase64,
  isElementId,
  type KlingApi,
  type KlingRequest,
  type Question,
  type Refusal,
} from './dialect.ts';
import type { KlingOptions } from './options.ts';

const CREATE = /^\/motion-control\/(kling-3\.0|kling-2\.6)$/;
const TASKS = '/tasks';
const MODELS: Readonly<Record<string, string>> = {
  'kling-3.0': 'kling-v3',
  'kling-2.6': 'kling-v2-6',
};

type Rules = Readonly<Record<string, FieldRule>>;
const BODY: Rules = {
  contents: { type: 'list', required: true },
  settings: { type: 'object', required: true },
  options: { type: 'object' },
};
const CONTENTS: Readonly<Record<string, Rules>> = {
  prompt: { type: { type: 'string' }, text: { type: 'string', required: true } },
  image: { type: { type: 'string' }, url: { type: 'string', required: true } },
  video: { type: { type: 'string' }, url: { type: 'url', required: true } },
  element: {
    type: { type: 'string' },
    element_id: { type: 'string', required: true },
    id: { type: 'string', required: true },
  },
};
const SETTINGS: Rules = {
  character_orientation: { type: 'enum', values: ['image', 'video'], required: true },
  audio: { type: 'enum', values: ['original', 'off'] },
  resolution: { type: 'enum', values: ['720p', '1080p'] },
};
const OPTIONS: Rules = {
  callback_url: { type: 'url' },
  external_task_id: { type: 'string' },
  watermark_info: { type: 'object' },
};

/** The API with the model in the path. */
export const currentApi: KlingApi = {
  maxImageBytes: 50 * 1_048_576,
  isCreate: (method, path) => method === 'POST' && CREATE.test(path),
  readQuestion,
  readRequest,

  describe({ id, order, acceptedAtMs, state }, { dollars, units }, { paysFrom }) {
    const common = {
      id,
      message: '',
      create_time: acceptedAtMs,
      update_time: state.kind === 'running' ? acceptedAtMs : state.atMs,
      external_id: order.parameters.external_task_id ?? '',
    };
    if (state.kind === 'running') return { ...common, status: 'processing' };
    const billing = [
      paysFrom === 'balance'
        ? {
            charge_type: 'cash',
            cash_type: 'balance',
            amount: dollars,
            currency: 'USD',
            list_price: dollars,
          }
        : { charge_type: 'unit', amount: units, package_type: 'video' },
    ];
    if (state.kind === 'failed') {
      return { ...common, billing, status: 'failed', message: state.error.message };
    }
    const video = { type: 'video', id: `vid_${id}`, url: state.url, duration: `${state.seconds}` };
    return { ...common, billing, status: 'succeeded', outputs: [video] };
  },

  answer: (tasks) => tasks,
};

/** "You can choose between two query methods, but you cannot use them simultaneously." */
function readQuestion({ method, path, url }: Exchange): Question | Refusal | undefined {
  if (method !== 'GET' || path !== TASKS) return undefined;
  const names = [...url.searchParams.keys()];
  const [name] = names;
  if (names.length !== 1 || (name !== 'task_ids' && name !== 'external_task_ids')) {
    return invalid('one of task_ids and external_task_ids is needed, and nothing else');
  }
  const ids = (url.searchParams.get(name) ?? '').split(',');
  return { by: name === 'task_ids' ? 'task' : 'external', ids };
}

function readRequest(
  { json: body, path }: Exchange,
  options: KlingOptions,
): KlingRequest | Refusal {
  if (!isRecord(body)) return { code: 1200, message: 'the body is not a JSON object' };
  const { contents, settings, options: further = {} } = body;
  const problem =
    checkFields(body, BODY) ?? findProblemIn(settings, SETTINGS) ?? findProblemIn(further, OPTIONS);
  if (problem !== undefined) return invalid(problem.message);
  if (!Array.isArray(contents) || !isRecord(settings) || !isRecord(further)) {
    return invalid('contents, settings or options have another shape');
  }
  const readable = readContents(contents);
  if ('code' in readable) return readable;
  const { prompt, image, video, element } = readable.entries;
  if (image === undefined || video === undefined) {
    return invalid('contents must hold one image and one video');
  }
  const [, segment = ''] = CREATE.exec(path) ?? [];
  const orientation = settings.character_orientation === 'video' ? 'video' : 'image';
  if (element !== undefined && (segment !== 'kling-3.0' || orientation !== 'video')) {
    return invalid('an element needs kling-3.0 and the orientation of the video');
  }
  if (element !== undefined && !isElementId(element.element_id)) {
    return invalid('element_id is no id of an element');
  }
  const read = readImage(String(image.url), options);
  if ('code' in read) return read;
  return {
    model: MODELS[segment] ?? '',
    tier: settings.resolution === '1080p' ? 'pro' : 'standard',
    orientation,
    keepOriginalSound: settings.audio !== 'off',
    prompt: prompt === undefined ? undefined : String(prompt.text),
    image: read,
    video: String(video.url),
    parameters: {
      api: 'current',
      ...(prompt === undefined ? {} : { prompt: prompt.text }),
      image_url: image.url,
      video_url: video.url,
      ...settings,
      ...further,
    },
  };
}

function findProblemIn(value: unknown, rules: Rules) {
  return isRecord(value) ? checkFields(value, rules) : undefined;
}

interface Contents {
  readonly entries: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
}

/** Each entry by its type, of which there may be one. */
function readContents(contents: readonly unknown[]): Contents | Refusal {
  const entries: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const entry of contents) {
    const type = isRecord(entry) ? String(entry.type) : '';
    const rules = CONTENTS[type];
    if (!isRecord(entry) || rules === undefined) return invalid(`contents hold no type '${type}'`);
    const problem = checkFields(entry, rules);
    if (problem !== undefined) return invalid(`${type}: ${problem.message}`);
    if (entries[type] !== undefined) return invalid(`contents hold two of type '${type}'`);
    entries[type] = entry;
  }
  return { entries };
}

function readImage(image: string, { inlineImage }: KlingOptions): KlingRequest['image'] | Refusal {
  if (/^https?:\/\//.test(image)) return { url: image };
  const [, inUri] = /^data:image\/(?:png|jpeg);base64,(.*)$/.exec(image) ?? [];
  const base64 = inlineImage === 'data-uri' ? inUri : image;
  return base64 !== undefined && isBase64(base64)
    ? { base64 }
    : invalid('the url of the image is neither a URL nor Base64');
}
