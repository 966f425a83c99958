/** 1-based line and column in a file of the repository. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One problem with what the user wrote or supplied. `path` names the key or asset it is about. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly message: string;
  readonly position?: SourcePosition;
}
