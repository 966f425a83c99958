import * as z from 'zod';
import type { Operation } from '../adapter.ts';

/**
 * An id of a job, stored as text and exactly as it was written. Some APIs count: a number becomes its text; one
 * above 2^53 arrives as text already.
 */
export const handle = z.union([z.string().min(1), z.int().transform(String)]);

/** The id that a person finds the job by at its provider: what an operation holds beside addresses and figures. */
export function jobIdOf(operation: Operation): string | null {
  const ids = Object.values(operation).filter(
    (value) => typeof value === 'string' && value !== '' && !/^https?:/.test(value),
  );
  return ids.length > 0 ? String(ids[0]) : null;
}
