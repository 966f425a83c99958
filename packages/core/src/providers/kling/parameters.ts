import type { Json } from '../../model/json/json.ts';
import type { Job } from '../adapter.ts';
import type { KlingOptions } from './options.ts';

/**
 * What is asked for, in the words of the legacy API. The fingerprint is made of these, whichever API is asked:
 * the video is the same, so another kind of key is no reason to buy it again.
 */
export function parametersOf(job: Job<KlingOptions>) {
  const element = job.options['element-id'];
  return {
    ...(job.prompt != null ? { prompt: job.prompt } : {}),
    mode: job.tier === 'pro' ? 'pro' : 'std',
    character_orientation: job.orientation,
    keep_original_sound: job.keepOriginalSound ? 'yes' : 'no',
    ...(job.options.watermark != null
      ? { watermark_info: { enabled: job.options.watermark } }
      : {}),
    ...(element != null ? { element_list: [{ element_id: element }] } : {}),
  } satisfies Record<string, Json>;
}
