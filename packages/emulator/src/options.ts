import type { EmpiriolabsOptions } from './providers/empiriolabs-options.ts';
import type { FalOptions } from './providers/fal-options.ts';
import type { ProspolabsOptions } from './providers/prospolabs-options.ts';
import type { Performer } from './types.ts';

export interface EmulatorOptions {
  /** How long a job takes, in emulated time: 300 ms. */
  readonly jobDurationMs?: number;
  /** Makes the result videos: the free draft engine by default. */
  readonly performer?: Performer;
  /** How long result URLs live, in emulated time: 7 days. */
  readonly retentionMs?: number;
  readonly prospolabs?: ProspolabsOptions;
  readonly empiriolabs?: EmpiriolabsOptions;
  readonly fal?: FalOptions;
}
