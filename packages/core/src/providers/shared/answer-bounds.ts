import type { Json } from '../../model/json/json.ts';
import type { Delivery, Operation } from '../adapter.ts';

/** What a provider names is stored in records that all runs share: nothing unbounded may reach them. */
export const MAX_JOB_ID_CHARACTERS = 512;
export const MAX_URL_CHARACTERS = 8_192;

/** Why the handle of a job cannot be one, or `null`: it would make the record unreadable, or be of no use. */
export function whyNoHandle(operation: Operation): string | null {
  for (const [name, value] of Object.entries(operation)) {
    const reason = whyNoMember(value);
    if (reason != null) return `${name} ${reason}`;
  }
  return null;
}

function whyNoMember(value: Json): string | null {
  if (typeof value === 'object' && value != null) return 'is neither a text nor a number';
  if (typeof value !== 'string') return null;
  const [what, most] = /^https?:\/\//.test(value)
    ? ['address', MAX_URL_CHARACTERS]
    : ['id', MAX_JOB_ID_CHARACTERS];
  return value.length > most
    ? `has ${value.length} characters, where an ${what} has at most ${most}`
    : null;
}

/** Why a video cannot be fetched from where it is said to be, or `null`. Plain http is for emulated providers. */
export function whyNoDelivery({ url }: Delivery, allowHttp: boolean): string | null {
  if (url.length > MAX_URL_CHARACTERS)
    return `the address of the video has ${url.length} characters, where at most ${MAX_URL_CHARACTERS} are expected`;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === 'https:') return null;
  if (parsed?.protocol === 'http:' && allowHttp) return null;
  return 'the address of the video is no https URL';
}
