import { z } from 'zod';
import { docsPage } from '../../model/advice/docs.ts';
import type { Path, PointAt } from '../source-location.ts';
import { findMeant, suggest } from './did-you-mean.ts';

/** One problem of a value against a zod schema, in our words. */
export interface SchemaProblem {
  readonly path: Path;
  readonly message: string;
  readonly at: PointAt;
  /** For an unknown key: the missing key of the same group that was probably meant. */
  readonly meant?: string;
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

/** Keys of earlier versions, and those that stand elsewhere now, each with what to do instead. */
const REMOVED_KEYS: ReadonlyMap<string, string> = new Map([
  [
    'model',
    'stands at a transfer or in defaults, for every provider alike: write it there as model: kling-3.0, kling-2.6 or any, and remove this key',
  ],
  [
    'role-arn',
    `is no longer read; let aws-actions/configure-aws-credentials assume the role in a step before this one (its input role-to-assume), and remove this key (${docsPage('staging')})`,
  ],
]);

const REQUIRED = 'is required';

/**
 * Flattens what zod found: one problem per unknown key, one sentence each, always naming the way out. A
 * required key that is only misspelt is one problem, not two.
 */
export function describeProblems(
  error: z.ZodError,
  input: unknown,
  schema: z.ZodType,
): SchemaProblem[] {
  const problems = listProblems(error, input, schema);
  const misspelt = new Set(
    problems.flatMap(({ path, meant }) =>
      meant == null ? [] : [JSON.stringify([...path.slice(0, -1), meant])],
    ),
  );
  return problems.filter(
    ({ path, message }) => message !== REQUIRED || !misspelt.has(JSON.stringify(path)),
  );
}

function listProblems(error: z.ZodError, input: unknown, schema: z.ZodType): SchemaProblem[] {
  return error.issues.flatMap((issue): SchemaProblem[] => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code === 'unrecognized_keys') {
      const group = valueAt(input, path);
      return issue.keys.map((key) => describeUnknownKey(path, key, keysAt(schema, path), group));
    }
    const value = valueAt(input, path);
    const inside = issue.code === 'invalid_union' ? insideGroup(issue, value) : null;
    if (inside != null) {
      const found = listProblems(new z.ZodError([...inside]), value, schemaAt(schema, path));
      return found.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
    }
    return [{ path, message: describe(issue, value), at: 'value' }];
  });
}

function describeUnknownKey(
  path: Path,
  key: string,
  known: readonly string[],
  group: unknown,
): SchemaProblem {
  const at = { path: [...path, key], at: 'key' as const };
  const removed = REMOVED_KEYS.get(key);
  if (removed != null) return { ...at, message: removed };
  const isWritten = (name: string) => valueAt(group, [name]) !== undefined;
  const missing = known.filter((name) => !isWritten(name));
  const meant = findMeant(missing, key);
  if (meant != null) return { ...at, message: `unknown key; did you mean ${meant}?`, meant };
  const way = known.length > 0 ? `; the keys here are ${known.join(', ')}` : '';
  return { ...at, message: `unknown key${way}` };
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return REQUIRED;
      if (issue.expected === 'string' && typeof value === 'object' && value != null)
        return `must be text, not ${show(value)}: put it in quotes if that is the text`;
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${show(value)}`;
    case 'invalid_value':
      if (value === undefined) return REQUIRED;
      return `must be ${issue.values.map(String).join(' or ')}, not ${show(value)}${suggest(issue.values.map(String), value)}`;
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

/** Of several shapes a group of keys is meant for the one that is a group: its problems are the ones. */
function insideGroup(
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
): readonly z.core.$ZodIssue[] | null {
  if (typeof value !== 'object' || value == null || Array.isArray(value)) return null;
  const groups = issue.errors.filter((found) => found.every(({ path }) => path.length > 0));
  return groups.length === 1 ? (groups[0] ?? null) : null;
}

/** Keys of the group that stands at `path` of a schema, as far as groups lead there. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const at = schemaAt(schema, path);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** The schema at `path`, as far as groups lead there; of several shapes the group. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType {
  const at = unwrap(schema);
  const [key, ...rest] = path;
  if (key == null) return at;
  const next: unknown = at instanceof z.ZodObject ? at.shape[key] : undefined;
  return next instanceof z.ZodType ? schemaAt(next, rest) : z.never();
}

function unwrap(schema: z.ZodType): z.ZodType {
  let at: unknown = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodUnion) {
    if (at instanceof z.ZodOptional) at = at.unwrap();
    else {
      const group: unknown = at.options.find((option) => option instanceof z.ZodObject);
      if (group == null) break;
      at = group;
    }
  }
  return at instanceof z.ZodType ? at : schema;
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
