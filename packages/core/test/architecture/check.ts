import { checkAdapters } from './check-adapters.ts';
import { checkEffects, checkPureImports } from './check-effects.ts';
import { findCircles } from './circles.ts';
import {
  type Edge,
  edgesOf,
  readSource,
  type SourceFile,
  type SourceFiles,
  targetOf,
} from './source-file.ts';
import { covers, isListed, ownerOf, type PackageLayers } from './table.ts';

/** Every violation of the table by the files, one sentence each. */
export function checkPackage(files: SourceFiles, layers: PackageLayers): readonly string[] {
  const sources = [...files].map(([path, text]) => readSource(path, text));
  const edges = sources.flatMap((source) => edgesOf(source, files));
  return [
    ...sources.flatMap((source) => checkAddresses(source, files, layers)),
    ...sources.flatMap((source) => checkWorkspace(source, layers.workspace)),
    ...checkFolders(sources, edges, layers.imports),
    ...checkCircles(files, edges),
    ...sources.flatMap((source) => checkEffects(source, layers)),
    ...checkPureImports(edges, layers.pure),
    ...(layers.adapters === undefined ? [] : checkAdapters(files, edges, layers.adapters)),
  ];
}

/** What is wrong with the table itself: names that stand for no file, and circles between folders. */
export function checkTable(files: SourceFiles, layers: PackageLayers): readonly string[] {
  const { imports, pure, acting = [], computedImports = [], adapters } = layers;
  const names = [
    ...Object.keys(imports),
    ...Object.values(imports).flat(),
    ...pure.map((name) => name.replace(/^!/, '')),
    ...acting,
    ...computedImports,
    ...(adapters === undefined ? [] : [adapters.folder, adapters.registry, ...adapters.shared]),
  ];
  const paths = [...files.keys()];
  const unused = [...new Set(names)].filter((name) => !paths.some((path) => covers(name, path)));
  const graph = new Map(Object.entries(imports).map(([name, to]) => [name, new Set(to)]));
  return [
    ...unused.map((name) => `the table names ${name}, which no file is in`),
    ...findCircles(graph).map(({ path }) => `the table has a circle: ${path.join(' -> ')}`),
  ];
}

/** An import that cannot be followed could hide anything. */
function checkAddresses(
  { path, imports }: SourceFile,
  files: SourceFiles,
  { computedImports = [] }: PackageLayers,
): readonly string[] {
  return imports.flatMap(({ specifier, line }) => {
    if (specifier === undefined) {
      return isListed(computedImports, path) ? [] : [`${path}:${line} imports a computed address`];
    }
    const to = targetOf(path, specifier);
    // Generated files are not kept in the repository; they and data import nothing.
    if (to === undefined || files.has(to) || /\.generated\.ts$|\.json$/.test(to)) return [];
    return [`${path}:${line} imports ${specifier}, which is no file of this src`];
  });
}

function checkWorkspace(
  { path, imports }: SourceFile,
  workspace: readonly string[],
): readonly string[] {
  return imports.flatMap(({ specifier = '', line }) =>
    specifier.startsWith('@motion-transfer/') && !workspace.includes(specifier)
      ? [`${path}:${line} may not import ${specifier}`]
      : [],
  );
}

function checkFolders(
  sources: readonly SourceFile[],
  edges: readonly Edge[],
  imports: PackageLayers['imports'],
): readonly string[] {
  const names = Object.keys(imports);
  const outside = sources.filter(({ path }) => ownerOf(names, path) === undefined);
  return [
    ...outside.map(({ path }) => `${path} is in no folder of the table`),
    ...edges.flatMap(({ from, to, line }) => {
      const importer = ownerOf(names, from);
      const imported = ownerOf(names, to);
      if (importer === undefined || imported === undefined || importer === imported) return [];
      if (imports[importer]?.includes(imported) === true) return [];
      return [`${from}:${line} imports ${to}: ${importer} may not import ${imported}`];
    }),
  ];
}

function checkCircles(files: SourceFiles, edges: readonly Edge[]): readonly string[] {
  const graph = new Map([...files.keys()].map((path) => [path, new Set<string>()]));
  for (const { from, to } of edges) graph.get(from)?.add(to);
  return findCircles(graph).map(({ path, members }) => {
    const isPart = members.length > path.length - 1;
    return `circle: ${path.join(' -> ')}${isPart ? ` (${members.length} files reach each other)` : ''}`;
  });
}
