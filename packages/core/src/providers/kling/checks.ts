import type { Issue } from '../../model/issue.ts';
import type { Job } from '../adapter.ts';
import { API_KEY, isPairAlone } from './keys.ts';
import { type Api, V2_6 } from './models.ts';
import type { KlingOptions } from './options.ts';

/** An element of the library has rules of its own, which differ between the two APIs. */
export function checkElement(
  api: Api,
  { options, orientation, model }: Job<KlingOptions>,
): Issue[] {
  if (options['element-id'] == null) return [];
  const messages = [
    ...(orientation === 'video'
      ? []
      : ['element-id needs orientation: video (Kling takes no other with an element)']),
    ...(api === 'current' && model === V2_6
      ? ['element-id is for kling-v3 only at the current API; leave it out, or set api: legacy']
      : []),
  ];
  return messages.map((message) => ({ severity: 'error', path: 'provider-options', message }));
}

/** An API that is forced and takes no key of those which are set, or an option that the one which is asked has not. */
export function checkApi(asked: Api, options: KlingOptions, keys: ReadonlySet<string>): Issue[] {
  const messages = [
    ...(options.api === 'current' && isPairAlone(keys)
      ? [
          `Kling's current API refuses an access key with its secret key; set ${API_KEY}, or leave api out`,
        ]
      : []),
    ...(asked === 'legacy' && options['inline-image'] != null
      ? [
          'inline-image counts at the current API only, and the legacy one is asked; leave it out, or set api: current',
        ]
      : []),
  ];
  return messages.map((message) => ({ severity: 'warning', path: 'provider-options', message }));
}
