import { posix } from 'node:path';
import { type Effect, findActingGlobals } from './effects.ts';
import { type Import, readImports } from './imports.ts';
import { parseFile } from './syntax.ts';

/** Path below `src` -> text. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Everything about one file that the rules look at. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly actingGlobals: readonly Effect[];
}

/** An import of another file of the same package. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** Parsed files by path and text: tests look at the same tree many times, with one line changed. */
const parsed = new Map<string, SourceFile>();

export function readSource(path: string, text: string): SourceFile {
  const key = `${path}\n${text}`;
  const earlier = parsed.get(key);
  if (earlier !== undefined) return earlier;
  const file = parseFile(path, text);
  const source = { path, imports: readImports(file), actingGlobals: findActingGlobals(file) };
  parsed.set(key, source);
  return source;
}

export function edgesOf({ path, imports }: SourceFile, files: SourceFiles): readonly Edge[] {
  return imports.flatMap(({ specifier, line }) => {
    const to = targetOf(path, specifier);
    return to !== undefined && files.has(to) ? [{ from: path, to, line }] : [];
  });
}

/** Where a relative import leads, from `src`. */
export function targetOf(path: string, specifier: string | undefined): string | undefined {
  return specifier?.startsWith('.') === true
    ? posix.join(posix.dirname(path), specifier)
    : undefined;
}
