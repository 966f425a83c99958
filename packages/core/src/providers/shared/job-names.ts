import type { JobNames, Operation } from '../adapter.ts';
import { handle } from './handle.ts';

/** The id by which an operation asks for its job; `null` where it holds none. */
export function jobIdIn(operation: Operation, { id }: JobNames): string | null {
  return readId(operation[id]);
}

/** The ids of the jobs that an answer names. */
export function namedJobs(json: unknown, { places }: JobNames): readonly string[] {
  for (const place of places) {
    const named = valuesAt(json, place).flatMap((value) => readId(value) ?? []);
    if (named.length > 0) return named;
  }
  return [];
}

function valuesAt(value: unknown, place: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, place));
  const [name, ...rest] = place;
  if (name == null) return [value];
  if (typeof value !== 'object' || value == null || !Object.hasOwn(value, name)) return [];
  return valuesAt(Reflect.get(value, name), rest);
}

function readId(value: unknown): string | null {
  const read = handle.safeParse(value);
  return read.success ? read.data : null;
}
