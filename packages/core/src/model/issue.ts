import * as z from 'zod';
import type { ReadOnly } from './read-only.ts';

/** 1-based line and column in a file of the repository. */
export const sourcePositionSchema = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
});
export type SourcePosition = ReadOnly<z.output<typeof sourcePositionSchema>>;

/** One problem with what the user wrote or supplied. `path` names the key or asset it is about. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly message: string;
  readonly position?: SourcePosition;
}
