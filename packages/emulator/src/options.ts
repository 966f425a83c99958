import type { ProviderOptions } from './providers/registry.ts';
import type { Checkpoint } from './server/checkpoint.ts';
import type { Performer } from './types.ts';

export interface EmulatorOptions extends ProviderOptions {
  /** How long a job takes, in emulated time: 300 ms. */
  readonly jobDurationMs?: number;
  /** How much of that a job waits in the queue, where a provider tells: nothing. `startJobs` ends the wait. */
  readonly queueMs?: number;
  /** Makes the result videos: the free draft engine by default. */
  readonly performer?: Performer;
  /** How long result URLs live, in emulated time: 7 days. */
  readonly retentionMs?: number;
  /** Stands at every request; nothing by default. */
  readonly checkpoint?: Checkpoint;
}
