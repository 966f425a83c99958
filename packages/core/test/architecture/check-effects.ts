import { isBuiltin } from 'node:module';
import { findActingModules, findNodeModules } from './effects.ts';
import type { Edge, SourceFile } from './source-file.ts';
import { isListed, type PackageLayers } from './table.ts';

/** What the file names and may not: in a pure file, and in one that acts only through what it is given. */
export function checkEffects(source: SourceFile, layers: PackageLayers): readonly string[] {
  const { path, imports, actingGlobals } = source;
  if (isListed(layers.pure, path)) {
    const effects = [
      ...actingGlobals,
      ...findNodeModules(imports),
      ...foreignPackages(source, layers.purePackages),
    ];
    return effects.map(({ what, line }) => `${path}:${line} names ${what}: the file is pure`);
  }
  if (layers.acting === undefined || isListed(layers.acting, path)) return [];
  const effects = [
    ...actingGlobals,
    ...findActingModules(imports),
    ...foreignPackages(source, layers.purePackages),
  ];
  return effects.map(
    ({ what, line }) =>
      `${path}:${line} names ${what}: the file acts only through what it is given`,
  );
}

/** A pure file that imports one that is not could act through it. */
export function checkPureImports(
  edges: readonly Edge[],
  pure: PackageLayers['pure'],
): readonly string[] {
  return edges.flatMap(({ from, to, line }) =>
    isListed(pure, from) && !isListed(pure, to)
      ? [`${from}:${line} imports ${to}: the file is pure, and that one is not`]
      : [],
  );
}

function foreignPackages({ imports }: SourceFile, allowed: readonly string[]) {
  return imports.flatMap(({ specifier, line }) => {
    if (specifier === undefined || specifier.startsWith('.') || isBuiltin(specifier)) return [];
    // Packages of this repository have a list of their own.
    if (specifier.startsWith('@motion-transfer/')) return [];
    return allowed.includes(specifier) ? [] : [{ what: specifier, line }];
  });
}
