import * as z from 'zod';
import type { Json } from '../../model/json/json.ts';
import type { ImageFacts } from '../../model/media/media.ts';
import type { HttpRequest, Job } from '../adapter.ts';
import { handle } from '../shared/handle.ts';
import { readBilling } from './billing.ts';
import { type Answer, type Dialect, ORIGIN, type Task } from './dialect.ts';
import { IMAGE_MAX_BYTES, pathSegmentOf } from './models.ts';
import type { KlingOptions } from './options.ts';

const TASKS = `${ORIGIN}/tasks`;
/** Of an element within the prompt, where it is called @element_1. */
const ELEMENT_NAME = 'element_1';
/** An image this large may take minutes over a slow line, and an answer that is cut off is a lost one. */
const LARGE_REQUEST_TIMEOUT_MS = 5 * 60_000;

const output = z.object({
  type: z.string().nullish().catch(null),
  url: z.string().nullish().catch(null),
  watermark_url: z.string().nullish().catch(null),
});
/** Figures beside the known fields count too. */
const task = z.looseObject({
  id: handle.nullish().catch(null),
  status: z.string().nullish().catch(null),
  message: z.string().nullish().catch(null),
  external_id: z.string().nullish().catch(null),
  outputs: z.array(output).nullish().catch(null),
});
/** A create is answered with one task, a question with a list. */
const envelope = z.object({
  code: z.number().nullish().catch(null),
  message: z.string().nullish().catch(null),
  data: z
    .union([z.array(task), task])
    .nullish()
    .catch(null),
});

/** The API with the model in the path, which takes an API key only. */
export const current: Dialect = {
  submit: (job, facts, urls, correlationId) => ({
    method: 'POST',
    url: `${ORIGIN}/motion-control/${pathSegmentOf(job.model)}`,
    json: {
      contents: [
        ...(job.prompt != null ? [{ type: 'prompt', text: job.prompt }] : []),
        { type: 'image', url: imageOf(urls.character, facts.character, job) },
        { type: 'video', url: urls.motion },
        ...elementsOf(job),
      ],
      // All three are always sent: the defaults of the other sellers differ and cost money.
      settings: {
        character_orientation: job.orientation,
        audio: job.keepOriginalSound ? 'original' : 'off',
        resolution: job.tier === 'pro' ? '1080p' : '720p',
      },
      options: {
        // A second task with the same id may be made and billed (a client saw it): it is never sent twice.
        external_task_id: correlationId,
        ...(job.options.watermark != null
          ? { watermark_info: { enabled: job.options.watermark } }
          : {}),
      },
    },
    ...timeoutOf(urls.character, facts.character),
  }),
  statusUrl: (taskId) => `${TASKS}?task_ids=${encodeURIComponent(taskId)}`,
  lookupUrl: (correlationId) => `${TASKS}?external_task_ids=${encodeURIComponent(correlationId)}`,
  read(response): Answer {
    const { code, message, data } = envelope.parse(response.json);
    const tasks = data == null || Array.isArray(data) ? data : [data];
    return {
      code: code ?? null,
      message: message ?? null,
      tasks: tasks?.map(readTask) ?? null,
    };
  },
};

function elementsOf({ options }: Job<KlingOptions>): Json[] {
  const element = options['element-id'];
  return element == null ? [] : [{ type: 'element', element_id: element, id: ELEMENT_NAME }];
}

/** "URL or Base64; simply fill in the relevant information": whether Base64 has a prefix is an assumption. */
function imageOf(image: string, { format }: ImageFacts, { options }: Job<KlingOptions>): string {
  if (!isInline(image) || options['inline-image'] !== 'data-uri') return image;
  return `data:image/${format === 'jpg' ? 'jpeg' : format};base64,${image}`;
}

function isInline(image: string): boolean {
  return image !== '' && !/^https?:/i.test(image);
}

function timeoutOf(image: string, { bytes }: ImageFacts): Pick<HttpRequest, 'timeoutMs'> {
  // Without an address yet it may go inside the request.
  const isLarge = (image === '' || isInline(image)) && bytes > IMAGE_MAX_BYTES.legacy.value;
  return isLarge ? { timeoutMs: LARGE_REQUEST_TIMEOUT_MS } : {};
}

function readTask(data: z.output<typeof task>): Task {
  const video = data.outputs?.find(({ type }) => type === 'video');
  return {
    id: data.id ?? null,
    status: data.status ?? '',
    reason: data.message ?? '',
    correlationId: data.external_id ?? null,
    url: video?.url ?? '',
    watermarkUrl: video?.watermark_url ?? '',
    cost: readBilling(data),
  };
}
