import type { DraftProgress } from '../types.ts';

/** The file a job is busy with: what is to blame when the process dies. */
export type CurrentFile =
  | { readonly kind: 'character'; readonly path: string }
  | { readonly kind: 'motion'; readonly path: string }
  | { readonly kind: 'output'; readonly path: string }
  | { readonly kind: 'web file'; readonly path: string };

/** What a job reports while it runs. */
export interface JobWatch {
  readonly enter: (file: CurrentFile) => void;
  readonly progress: (progress: DraftProgress) => void;
  /** A sign of life in between. */
  readonly alive: () => void;
}
