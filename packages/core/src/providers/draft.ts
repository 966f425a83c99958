import * as z from 'zod';
import type { Json } from '../model/json/json.ts';
import type { Job, ModelSpec, Provider, Sourced } from './adapter.ts';
import { checkLimits } from './shared/limits.ts';

const ENGINE = 'the draft engine of this project';
const own = <Value>(value: Value): Sourced<Value> => ({
  value,
  basis: 'documented',
  source: ENGINE,
});
const free = { microUsdPerSecond: 0, source: ENGINE, checkedOn: '2026-11-20' };

const options = z.strictObject({});
type Options = z.output<typeof options>;

const puppet: ModelSpec = {
  title: 'Draft',
  name: null,
  prices: { standard: free, pro: free },
  maxSeconds: { image: own(10), video: own(30) },
  minSeconds: own(0),
  imageFormats: own(['jpg', 'png', 'webp']),
  imageMaxBytes: own(100 * 1_048_576),
  imageMinSide: own(16),
  imageAspect: own([0.1, 10]),
  videoContainers: own(['mp4', 'mov']),
  videoMaxBytes: own(1024 * 1_048_576),
  videoSides: own([16, 8192]),
  videoFramesPerSecond: own([5, 60]),
  promptMaxCharacters: own(100_000),
  retentionDays: own(0),
  longestHours: own(1),
};

/** Nothing of the prompt or the take reaches the engine, but a changed one is a changed transfer. */
function fields(job: Job<Options>) {
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    tier: job.tier,
    orientation: job.orientation,
    keepOriginalSound: job.keepOriginalSound,
  } satisfies Record<string, Json>;
}

/** The free engine on this machine. Its output is a draft and never counts as a bought one. */
export const draft: Provider<Options> = {
  id: 'draft',
  title: 'Draft',
  runsOn: 'local',
  revision: 1,
  models: { puppet },
  options,
  validate: (job, facts) => checkLimits(puppet, job, facts),
  estimate: () => ({ lowMicroUsd: 0, highMicroUsd: 0, basis: 'rendered on this machine' }),
  parameters: fields,
};
