import type { Json } from './json.ts';
import type { AssetSource } from './media.ts';

/**
 * What is taken out of anything shown, sent or stored: secrets, and the queries of URLs, which may hold
 * a signature. Every function takes time linear in the text, which may be a stranger's.
 */

/** What stands where a secret was. */
export const REDACTED = '***';

/** The text without any of these secrets, in every form in which they may come back. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  return createRedactor(secrets)(text);
}

/** The same for many texts: one pass over each, however many secrets there are. */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const forms = new Set([...secrets].filter((secret) => secret !== '').flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // The longest first: a whole signed query before a key that is a part of it.
  const escaped = [...forms]
    .sort((one, other) => other.length - one.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const pattern = new RegExp(escaped.join('|'), 'giu');
  return (text) => text.replace(pattern, REDACTED);
}

/** As it is, percent-encoded, in base64 and in hexadecimal: what servers make of a key they repeat. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

/** URLs lose their query in anything shown or stored: it may hold a signature. */
export function withoutQueries(text: string): string {
  // An apostrophe may be part of an address; it is not taken for the end of one.
  return text.replace(/https?:\/\/[^\s"<>]+/giu, (url) => {
    const start = url.indexOf('?');
    return start < 0 ? url : `${url.slice(0, start)}?...`;
  });
}

/** An address up to its query and fragment: where it leads, without what may sign it. */
export function bareUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** A source as it may be committed: the query of a URL can hold a signature and is left out. */
export function withoutQuery(source: AssetSource): AssetSource {
  return source.kind === 'url' ? { kind: 'url', url: bareUrl(source.url) } : source;
}

/** The same in every text of a value, e.g. of options that name files. */
export function withoutQueriesIn(value: Json): Json {
  if (typeof value === 'string') return withoutQueries(value);
  if (typeof value !== 'object' || value == null) return value;
  if (Array.isArray(value)) return value.map(withoutQueriesIn);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withoutQueriesIn(member)]),
  );
}
