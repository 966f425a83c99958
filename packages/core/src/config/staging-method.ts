import type { StagingMethod } from '../types.ts';
import type { WrittenStaging } from './schema.ts';

/** What a config's `staging` comes to; nothing written is `auto`. */
export function stagingMethod(written: WrittenStaging | undefined): StagingMethod {
  return typeof written === 'object' ? 'provider-public' : (written ?? 'auto');
}
