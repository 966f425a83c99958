import * as z from 'zod';

/**
 * An id of a job, stored as text and exactly as it was written. Some APIs count: a number becomes its text; one
 * above 2^53 arrives as text already.
 */
export const handle = z.union([z.string().min(1), z.int().transform(String)]);
