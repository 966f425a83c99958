import { z } from 'zod';
import type { Path, PointAt } from './place.ts';

/** One problem of a value against a zod schema, in our words. */
export interface SchemaProblem {
  readonly path: Path;
  readonly message: string;
  readonly at: PointAt;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text (put it in quotes if it looks like a number)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
  null: 'empty',
};

/** Flattens what zod found: one problem per unknown key, one sentence each, always naming the way out. */
export function describeProblems(
  error: z.ZodError,
  input: unknown,
  schema: z.ZodType,
): SchemaProblem[] {
  return error.issues.flatMap((issue): SchemaProblem[] => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path);
      const way = known.length > 0 ? `; the keys here are ${known.join(', ')}` : '';
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `unknown key${way}`,
        at: 'key',
      }));
    }
    return [{ path, message: describe(issue, valueAt(input, path)), at: 'value' }];
  });
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return 'is required';
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${show(value)}`;
    case 'invalid_value':
      if (value === undefined) return 'is required';
      return `must be ${issue.values.map(String).join(' or ')}, not ${show(value)}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be ${issue.minimum} or more, not ${show(value)}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must be at most ${issue.maximum} characters long`
        : `must be ${issue.maximum} or less, not ${show(value)}`;
    default:
      return issue.message;
  }
}

/** Keys of the group that stands at `path` of a schema, as far as groups lead there. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let at: unknown = schema;
  for (const key of [...path, null]) {
    while (at instanceof z.ZodOptional) at = at.unwrap();
    if (!(at instanceof z.ZodObject)) return [];
    if (key == null) return Object.keys(at.shape);
    at = at.shape[key];
  }
  return [];
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value != null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    input,
  );
}

/** A written value for a message: quoted, and cut where it would flood the log. */
export function show(value: unknown): string {
  if (value == null || value === '') return '(nothing)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
