import type { Json } from './types.ts';

/** URLs lose their query in anything shown or stored: it may hold a signature. */
export function withoutQueries(text: string): string {
  // An apostrophe may be part of an address; it is not taken for the end of one.
  return text.replace(/(https?:\/\/[^\s?"<>]+)\?[^\s"<>]*/giu, '$1?...');
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
