import type { Purpose } from '../model/probe.ts';
import type { RecordedCall } from './recorder.ts';

/** What is known of a probe, to tell what each of its requests was about. */
export interface KnownRequests {
  /** Origins of the provider's API as they are reached here, without a slash at the end. */
  readonly baseUrls: readonly string[];
  /** As they are reached here; `null` where there is no such request. */
  readonly urls: Readonly<
    Record<Exclude<Purpose, 'upload' | 'result'>, { method: string; url: string } | null>
  >;
  /** Whether an asset was handed to the provider's own storage. */
  readonly hasUpload: boolean;
  /** The provider's ids of the job: parts of the address of its result. */
  readonly ids: readonly string[];
}

/**
 * What each request was about; `null` for one that is not of this probe: an asset that was looked at, a job
 * of an earlier run.
 */
export function purposesOf(
  calls: readonly RecordedCall[],
  known: KnownRequests,
): readonly (Purpose | null)[] {
  const firstSubmit = calls.findIndex((call) => isRequest(call, known.urls.submit));
  return calls.map((call, index) => {
    const named = ORDER.find((purpose) => isRequest(call, known.urls[purpose]));
    if (named != null) return named;
    const isOwn = known.baseUrls.some((base) => call.url.startsWith(`${base}/`));
    if (call.method === 'GET')
      return isOwn && known.ids.some((id) => call.url.includes(id)) ? 'result' : null;
    const isBeforeSubmit = firstSubmit < 0 || index < firstSubmit;
    return known.hasUpload && isBeforeSubmit ? 'upload' : null;
  });
}

const ORDER = ['submit', 'status', 'look-up', 'price', 'balance', 'download'] as const;

function isRequest(
  call: RecordedCall,
  wanted: { readonly method: string; readonly url: string } | null,
): boolean {
  return call.method === wanted?.method && call.url === wanted.url;
}
