import type { Charge } from '../../model/money.ts';
import type { Failure, Job, Settled } from '../adapter.ts';
import { kindOfJobFailure, readStatusWord } from '../shared/answers.ts';
import { repriced } from '../shared/estimates.ts';
import type { Task } from './dialect.ts';
import { type Api, LIST_MICRO_USD_PER_UNIT, specOf } from './models.ts';
import type { KlingOptions } from './options.ts';

/** How a task stands, whichever API told it. */
export function outcomeOf(task: Task, api: Api, job: Job<KlingOptions>): Settled {
  switch (readStatusWord(task.status)) {
    case 'failed':
      return { state: 'failed', failure: failedTask(task, api, job) };
    case 'pending':
      return { state: 'pending' };
    case 'done': {
      const watermarked = job.options.watermark === true ? task.watermarkUrl : '';
      const url = watermarked === '' ? task.url : watermarked;
      return url === ''
        ? { state: 'pending', note: `status "${task.status}", but the answer names no address` }
        : { state: 'done', delivery: { url, reported: readCharge(task, api, job) } };
    }
    case 'unheard-of':
      return { state: 'pending', note: `unknown status "${task.status}"` };
  }
}

function failedTask(task: Task, api: Api, job: Job<KlingOptions>): Failure {
  const { reason, cost } = task;
  const billed = billedOf(cost);
  const message = reason === '' ? 'the task failed without a reason' : reason;
  return {
    kind: /risk control/i.test(message) ? 'moderation' : kindOfJobFailure({ code: null, message }),
    message,
    billed,
    ...(billed === 'yes' ? { reported: readCharge(task, api, job) } : {}),
  };
}

/** Free only where every figure that the task tells is understood and zero. */
function billedOf(cost: Task['cost']): Failure['billed'] {
  if (cost == null) return 'unknown';
  return cost.units === 0 && cost.microUsd === 0 ? 'no' : 'yes';
}

/** Units are Kling's own figure; what one costs is the pack's. Dollars need no price. */
function readCharge({ cost }: Task, api: Api, job: Job<KlingOptions>): Charge | null {
  if (cost == null) return null;
  const ofUnits = repriced(cost.units * LIST_MICRO_USD_PER_UNIT, specOf(api, job.model), job);
  const microUsd = Math.round(ofUnits + cost.microUsd);
  return Number.isSafeInteger(microUsd) ? { microUsd, source: 'provider-reported' } : null;
}
