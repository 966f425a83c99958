import * as z from 'zod';
import { handle } from '../shared/handle.ts';
import { type Cost, type Fields, isNothing, otherPrices, readDecimal } from './cost.ts';
import { type Answer, type Dialect, ORIGIN, type Task } from './dialect.ts';
import { parametersOf } from './parameters.ts';

const TASKS = `${ORIGIN}/v1/videos/motion-control`;
/** Documented, a decimal text; accounts with a balance have other figures beside it. */
const UNITS = 'final_unit_deduction';

/** Figures beside the known fields count too. */
const task = z.looseObject({
  task_id: handle.nullish().catch(null),
  task_status: z.string().nullish().catch(null),
  task_status_msg: z.string().nullish().catch(null),
  task_info: z.object({ external_task_id: z.string().nullish() }).nullish().catch(null),
  task_result: z
    .object({
      videos: z
        .array(z.object({ url: z.string().nullish(), watermark_url: z.string().nullish() }))
        .nullish(),
    })
    .nullish()
    .catch(null),
});
const envelope = z.object({
  code: z.number().nullish().catch(null),
  message: z.string().nullish().catch(null),
  data: task.nullish().catch(null),
});

/** The API with the model in the body. It takes both kinds of key for reading; see `furtherFacts` for creates. */
export const legacy: Dialect = {
  submit: (job, _facts, urls, correlationId) => ({
    method: 'POST',
    url: TASKS,
    json: {
      // Always sent, like tier, orientation and sound: the defaults differ and cost money.
      model_name: job.model,
      ...parametersOf(job),
      image_url: urls.character,
      video_url: urls.motion,
      // Whether a second task with the same id is refused is not said; it is never sent twice anyway.
      external_task_id: correlationId,
    },
  }),
  statusUrl: (taskId) => `${TASKS}/${encodeURIComponent(taskId)}`,
  // "Choose either task_id or external_task_id": both go into the path.
  lookupUrl: (correlationId) => `${TASKS}/${encodeURIComponent(correlationId)}`,
  read(response): Answer {
    const { code, message, data } = envelope.parse(response.json);
    return {
      code: code ?? null,
      message: message ?? null,
      tasks: data == null ? null : [readTask(data)],
    };
  },
};

function readTask(data: z.output<typeof task>): Task {
  const [video] = data.task_result?.videos ?? [];
  return {
    id: data.task_id ?? null,
    status: data.task_status ?? '',
    reason: data.task_status_msg ?? '',
    correlationId: data.task_info?.external_task_id ?? null,
    url: video?.url ?? '',
    watermarkUrl: video?.watermark_url ?? '',
    cost: readCost(data),
  };
}

/**
 * `null` where the units are not told or not the whole story: an account that pays from its balance is told "0"
 * units beside `final_balance_deduction`, whose currency is not documented.
 */
function readCost(data: Fields): Cost | null {
  const units = readDecimal(data[UNITS]);
  return units != null && otherPrices(data, UNITS).every(isNothing) ? { units, microUsd: 0 } : null;
}
