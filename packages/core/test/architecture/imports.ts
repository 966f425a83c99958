import { nodeOf, nodesOf, type ParsedFile, type SyntaxNode, stringOf, walk } from './syntax.ts';

/** One mention of another module: `import`, `import type`, `export from`, `import()` or a type's `import('...')`. */
export interface Import {
  /** As written; `undefined` where it is computed at run time. */
  readonly specifier: string | undefined;
  /** Imported names as the other module spells them; `*` for all of them. */
  readonly names: readonly string[];
  /** Nothing of it is left at run time. */
  readonly isType: boolean;
  readonly line: number;
}

export function readImports({ program, lineOf }: ParsedFile): readonly Import[] {
  const found: Import[] = [];
  walk(program, (node) => {
    const source = sourceOf(node);
    if (source === undefined) return;
    found.push({
      specifier: stringOf(source),
      names: namesOf(node),
      isType: isTypeOnly(node),
      line: lineOf(node.start),
    });
  });
  return found;
}

/** What says which module is meant, for the nodes that mention one. */
function sourceOf(node: SyntaxNode): SyntaxNode | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return nodeOf(node, 'source');
    case 'TSExternalModuleReference':
      return nodeOf(node, 'expression');
    default:
      return undefined;
  }
}

function namesOf(node: SyntaxNode): readonly string[] {
  switch (node.type) {
    case 'ImportDeclaration':
      return nodesOf(node, 'specifiers').map((specifier) => {
        if (specifier.type === 'ImportDefaultSpecifier') return 'default';
        return nameOf(nodeOf(specifier, 'imported')) ?? '*';
      });
    case 'ExportNamedDeclaration':
      return nodesOf(node, 'specifiers').map(
        (specifier) => nameOf(nodeOf(specifier, 'local')) ?? '*',
      );
    default:
      return ['*'];
  }
}

/** An identifier, or a name in quotes. */
function nameOf(node: SyntaxNode | undefined): string | undefined {
  return typeof node?.name === 'string' ? node.name : stringOf(node);
}

function isTypeOnly(node: SyntaxNode): boolean {
  if (node.type === 'TSImportType') return true;
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = nodesOf(node, 'specifiers');
  return (
    specifiers.length > 0 &&
    specifiers.every(({ importKind, exportKind }) => importKind === 'type' || exportKind === 'type')
  );
}
