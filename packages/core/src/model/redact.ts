import type { Json } from './json.ts';

/** URLs lose their query in anything shown or stored: it may hold a signature. */
export function withoutQueries(text: string): string {
  // An apostrophe may be part of an address; it is not taken for the end of one.
  return text.replace(/(https?:\/\/[^\s?"<>]+)\?[^\s"<>]*/giu, '$1?...');
}

/** An address up to its query and fragment: where it leads, without what may sign it. */
export function bareUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
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
