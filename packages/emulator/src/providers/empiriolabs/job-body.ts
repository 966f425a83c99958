import type { Clock } from '../../clock.ts';
import type { Job } from '../jobs.ts';
import type { EmpiriolabsOptions, ResultShape } from './options.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The body of `GET /v1/jobs/{job_id}`, with the result where the options want it. */
export function describeJob(job: Job, options: EmpiriolabsOptions, clock: Clock): Fields {
  const { state } = job;
  const common = {
    job_id: job.id,
    created_at: isoTime(job.acceptedAtMs),
    completed_at: state.kind === 'running' ? null : isoTime(state.atMs),
  };
  if (state.kind === 'running') {
    const share = (clock.nowMs() - job.acceptedAtMs) / (job.dueAtMs - job.acceptedAtMs);
    const progress = Math.min(0.99, Math.max(0, Math.round(share * 100) / 100));
    return { ...common, status: 'processing', progress, result: null, error: null };
  }
  if (state.kind === 'failed') {
    const status = options.failedWord ?? 'failed';
    return { ...common, status, progress: 1, result: null, error: { ...state.error } };
  }
  const item = { url: state.url, content_type: 'video/mp4', duration_seconds: state.seconds };
  const usage = { billable_units: billedSeconds(job), billing_unit: 'second' };
  return {
    ...common,
    status: options.doneWord ?? 'completed',
    progress: 1,
    result: null,
    error: null,
    ...place(options.resultShape ?? 'result.data[0].url', item, usage),
  };
}

function billedSeconds(job: Job): number {
  const { seconds } = job.order.billing;
  return seconds === 'output' ? job.order.seconds : seconds;
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function place(shape: ResultShape, item: Fields & { readonly url: string }, usage: Fields): Fields {
  switch (shape) {
    case 'result.data[0].url':
      return { result: { data: [item], usage } };
    case 'result.output[0].url':
      return { result: { output: [item], usage } };
    case 'result.url':
      return { result: { ...item, usage } };
    case 'result.result.data[0].url':
      return { result: { result: { data: [item], usage } } };
    case 'output[0].url':
      return { output: [item], usage };
    case 'data[0].url':
      return { data: [item], usage };
    case 'video.url':
      return { video: item, usage };
    case 'video_url':
      return { video_url: item.url, usage };
    case 'output_url':
      return { output_url: item.url, usage };
  }
}
