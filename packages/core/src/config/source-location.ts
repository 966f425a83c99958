import type { Issue, SourcePosition } from '../model/issue.ts';

/** Keys and indexes from the root of what was written to one value in it. */
export type Path = readonly (string | number)[];

/** Whether a problem is about a key's name or about what stands behind it. */
export type PointAt = 'key' | 'value';

/** Where a group of written values stands, so that a problem can name its key and its line. */
export interface SourceLocation {
  /** `path` is relative to this place; `[]` is the place itself. `at` picks key or value to point at. */
  issue(severity: Issue['severity'], path: Path, message: string, at?: PointAt): Issue;
  /** `null` for what came from an input. */
  readonly position: SourcePosition | null;
}

export interface Locator {
  /** Position of the value, or of its nearest ancestor that was written. */
  positionOf(path: Path, at?: PointAt): SourcePosition;
}

export function locationInFile(document: Locator, base: Path): SourceLocation {
  return {
    position: document.positionOf(base),
    issue(severity, path, message, at) {
      const full = [...base, ...path];
      return { severity, path: formatPath(full), message, position: document.positionOf(full, at) };
    },
  };
}

/** The inputs of the Action and the options of the command line share their names. */
export const inputsLocation: SourceLocation = {
  position: null,
  issue(severity, path, message) {
    return { severity, path: path.length === 0 ? 'inputs' : `input ${formatPath(path)}`, message };
  },
};

/** `transfers[0].provider-options.fal` */
export function formatPath(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}
