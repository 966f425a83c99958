import type { Json } from '../../../src/model/json/json.ts';
import type { AdapterFixtures } from '../fixtures.ts';

export function bodyOf(
  response: AdapterFixtures['progress'][number]['response'] | undefined,
): Record<string, Json> {
  const body = response != null && 'body' in response ? response.body : null;
  if (!isObject(body)) throw new Error('a fixture with a JSON object is needed');
  return body;
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value != null && !Array.isArray(value);
}

/** The same answer about another job. */
export function renameIds(value: Json, id: string | number): Json {
  return JSON.parse(
    JSON.stringify(value, (key, member) =>
      typeof member === 'string' && /(^|_)id$|Id$/.test(key) ? id : member,
    ),
  );
}

/** With another value at a path of names, and of positions in lists. */
export function replaceAt(body: Json, path: readonly string[], value: Json): Json {
  const [key, ...rest] = path;
  if (key == null) return value;
  if (Array.isArray(body))
    return body.map((each, index) => (String(index) === key ? replaceAt(each, rest, value) : each));
  const members = isObject(body) ? body : {};
  return { ...members, [key]: replaceAt(members[key] ?? {}, rest, value) };
}

/** The answer with something else wherever it holds an address. */
export function withoutAddresses(body: Json, instead: Json): Json {
  return JSON.parse(
    JSON.stringify(body, (_key, member) =>
      typeof member === 'string' && member.includes('http') ? instead : member,
    ),
  );
}

/** Every scalar of a JSON value by its path. */
export function leavesOf(value: unknown, path = '$'): Map<string, unknown> {
  if (typeof value !== 'object' || value == null) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, member]) => [...leavesOf(member, `${path}.${key}`)]),
  );
}

/** The value without anything that could be taken for an address. */
export function strip(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value ?? null, (_key, member) => (typeof member === 'string' ? 7 : member)),
  );
}
