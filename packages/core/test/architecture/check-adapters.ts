import type { Edge, SourceFiles } from './source-file.ts';
import { type Adapters, covers, isListed } from './table.ts';

/** One company's files know nothing of another's, and only the registry knows them all. */
export function checkAdapters(
  files: SourceFiles,
  edges: readonly Edge[],
  { folder, registry, shared }: Adapters,
): readonly string[] {
  const units = new Set([...files.keys()].map((path) => unitOf(path)));

  /** `providers/fal.ts` and `providers/fal/prices.ts` are `providers/fal`. */
  function unitOf(path: string): string {
    return path
      .split('/')
      .slice(0, folder.split('/').length + 1)
      .join('/')
      .replace(/\.ts$/, '');
  }

  /** `fal-prices.ts` beside `fal.ts` is a part of it. */
  function adapterOf(path: string): string | undefined {
    if (!covers(folder, path) || path === registry || isListed(shared, path)) return undefined;
    const unit = unitOf(path);
    const wholes = [...units].filter((one) => covers(folder, one) && unit.startsWith(`${one}-`));
    return wholes.toSorted((a, b) => a.length - b.length)[0] ?? unit;
  }

  return edges.flatMap(({ from, to, line }) => {
    const imported = adapterOf(to);
    if (imported === undefined || !covers(folder, from) || from === registry) return [];
    const importer = adapterOf(from);
    if (importer === imported) return [];
    const who = importer === undefined ? 'what adapters share' : 'an adapter';
    return [`${from}:${line} imports ${to}: ${who} may not import the adapter ${imported}`];
  });
}
