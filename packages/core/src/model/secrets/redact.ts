import type { Json } from '../json/json.ts';
import type { AssetSource } from '../media/media.ts';
import { formsOf, type SecretForm, secretsIn } from './secret-forms.ts';

/**
 * What is taken out of anything shown, sent or stored: secrets, and the queries of URLs, which may hold
 * a signature. Every function takes time linear in the text, which may be a stranger's.
 */

/** What stands where a secret was. */
export const REDACTED = '***';

/** No text of others is kept longer: it is for people, and nobody knows what is in it. */
export const MAX_FOREIGN_CHARACTERS = 1_000;

/** The beginning of a text of others, as much of it as is kept. */
export function cutForeign(text: string): string {
  if (text.length <= MAX_FOREIGN_CHARACTERS) return text;
  return `${text.slice(0, MAX_FOREIGN_CHARACTERS).toWellFormed()}...`;
}

/** The secrets of a run, known once for every text that comes in or goes out. */
export interface Redactor {
  /**
   * From now on it and its parts are taken out of every text, in every form in which servers repeat what they were
   * sent.
   */
  add(secret: string): void;
  /** Whether this very text is one of the secrets. */
  knows(secret: string): boolean;
  redact(text: string): string;
}

/** The text without any of these secrets. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  return createRedactor(secrets).redact(text);
}

/** By so many characters forms are found; the shorter ones by all they have. */
const WINDOW = 12;

type Beginnings = Map<number, Map<string, SecretForm[]>>;

/**
 * One pass over a text, however many secrets there are: at each place the next characters are looked up in
 * an index of the beginnings of all forms. Upper and lower case count as equal.
 */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const known = new Set<string>();
  const beginnings: Beginnings = new Map();
  /** Pairs of characters with which a form begins, by their low bytes: most places of a text are passed by. */
  const pairs = new Uint8Array(65_536);
  const addPart = (secret: string) => {
    if (secret === '' || known.has(secret)) return;
    known.add(secret);
    for (const form of formsOf(signatureOf(secret) ?? secret)) {
      addForm(beginnings, form);
      markPair(pairs, fold(form.text));
    }
  };
  const add = (secret: string) => secretsIn(secret).forEach(addPart);
  for (const secret of secrets) add(secret);
  return {
    add,
    knows: (secret) => known.has(secret),
    redact(text) {
      const folded = fold(text);
      let clean = '';
      let kept = 0;
      for (let at = 0; at < folded.length; at++) {
        if (pairs[pairAt(folded, at)] === 0) continue;
        const length = lengthAt(beginnings, folded, at);
        if (length === 0) continue;
        clean += `${text.slice(kept, at)}${REDACTED}`;
        kept = at + length;
        at = kept - 1;
      }
      return kept === 0 ? text : clean + text.slice(kept);
    },
  };
}

/** What makes a signed token (RFC 7519) one: before it stand a header that all of them share, and claims. */
function signatureOf(secret: string): string | null {
  return /^eyJ[\w-]*\.[\w-]*\.([\w-]{12,})$/.exec(secret)?.[1] ?? null;
}

function addForm(beginnings: Beginnings, { text, least }: SecretForm): void {
  const folded = fold(text);
  const length = Math.min(WINDOW, least);
  const index = beginnings.get(length) ?? new Map<string, SecretForm[]>();
  beginnings.set(length, index);
  const beginning = folded.slice(0, length);
  index.set(beginning, [...(index.get(beginning) ?? []), { text: folded, least }]);
}

function markPair(pairs: Uint8Array, folded: string): void {
  if (folded.length > 1) pairs[pairAt(folded, 0)] = 1;
  else pairs.fill(1, pairAt(folded, 0), pairAt(folded, 0) + 256);
}

function pairAt(folded: string, at: number): number {
  return ((folded.charCodeAt(at) & 0xff) << 8) | (folded.charCodeAt(at + 1) & 0xff);
}

/** Of how many characters the longest secret here consists; 0 where there is none. */
function lengthAt(beginnings: Beginnings, folded: string, at: number): number {
  let longest = 0;
  for (const [length, index] of beginnings) {
    for (const form of index.get(folded.slice(at, at + length)) ?? []) {
      const common = commonLength(form.text, folded, at);
      if (common >= form.least && common > longest) longest = common;
    }
  }
  return longest;
}

function commonLength(form: string, folded: string, at: number): number {
  let length = 0;
  while (length < form.length && form.charCodeAt(length) === folded.charCodeAt(at + length)) {
    length += 1;
  }
  return length;
}

/** Lower case, character by character: what stands where must not move. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return text.replace(/[^a-z]/g, (unit) => {
    const own = unit.toLowerCase();
    return own.length === 1 ? own : unit;
  });
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
