import { childrenOf, nodeOf, nodesOf, type ParsedFile, type SyntaxNode } from './syntax.ts';

/** A name that the file uses as a value and declares nowhere around that place: a global. */
export interface FreeName {
  readonly name: string;
  readonly line: number;
  readonly parent: SyntaxNode;
  readonly identifier: SyntaxNode;
}

/**
 * Nodes in which TypeScript only wraps an expression. Every other `TS` node is a type: enums and namespaces, which hold
 * values, are refused by the compiler (`erasableSyntaxOnly`).
 */
const WRAPPERS = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSExportAssignment',
]);
const SCOPES = new Set([
  'Program',
  'BlockStatement',
  'StaticBlock',
  'SwitchStatement',
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassDeclaration',
  'ClassExpression',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'CatchClause',
]);

/** Types, comments and texts do not count; neither do names of members and keys. */
export function findFreeNames({ program, lineOf }: ParsedFile): readonly FreeName[] {
  const found: FreeName[] = [];
  const visit = (node: SyntaxNode, parent: SyntaxNode, scopes: readonly ReadonlySet<string>[]) => {
    if (node.type.startsWith('TS') && !WRAPPERS.has(node.type)) return;
    if (node.type === 'Identifier') {
      const name = String(node.name);
      if (scopes.some((scope) => scope.has(name))) return;
      found.push({ name, line: lineOf(node.start), parent, identifier: node });
      return;
    }
    const inner = SCOPES.has(node.type) ? [...scopes, declaredIn(node)] : scopes;
    for (const [field, child] of childrenOf(node)) {
      if (isEvaluated(node, field)) visit(child, node, inner);
    }
  };
  visit(program, program, []);
  return found;
}

/** Whether an identifier in this field of the node stands for a value, and not for a mere name. */
function isEvaluated(node: SyntaxNode, field: string): boolean {
  // `declare const` is for the types alone.
  if (node.declare === true) return false;
  switch (node.type) {
    case 'MemberExpression':
      return field === 'object' || node.computed === true;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return field !== 'key' || node.computed === true;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return field !== 'label';
    case 'ExportNamedDeclaration':
      return nodeOf(node, 'source') === undefined;
    case 'ExportSpecifier':
      return field === 'local' && node.exportKind !== 'type';
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'MetaProperty':
      return false;
    default:
      return true;
  }
}

function declaredIn(scope: SyntaxNode): ReadonlySet<string> {
  switch (scope.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
      return new Set(nodesOf(scope, 'body').flatMap(declaredBy));
    case 'SwitchStatement':
      return new Set(
        nodesOf(scope, 'cases')
          .flatMap((branch) => nodesOf(branch, 'consequent'))
          .flatMap(declaredBy),
      );
    case 'ForStatement':
      return new Set(declaredBy(nodeOf(scope, 'init')));
    case 'ForInStatement':
    case 'ForOfStatement':
      return new Set(declaredBy(nodeOf(scope, 'left')));
    case 'CatchClause':
      return new Set(boundBy(nodeOf(scope, 'param')));
    case 'ClassDeclaration':
    case 'ClassExpression':
      return new Set(boundBy(nodeOf(scope, 'id')));
    default:
      return new Set([
        'arguments',
        ...boundBy(nodeOf(scope, 'id')),
        ...nodesOf(scope, 'params').flatMap(boundBy),
      ]);
  }
}

/** Names that one statement adds to the scope around it. */
function declaredBy(statement: SyntaxNode | undefined): readonly string[] {
  // It names what is there already, for the types.
  if (statement?.declare === true) return [];
  switch (statement?.type) {
    case 'VariableDeclaration':
      return nodesOf(statement, 'declarations').flatMap((one) => boundBy(nodeOf(one, 'id')));
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return boundBy(nodeOf(statement, 'id'));
    case 'ImportDeclaration':
      return nodesOf(statement, 'specifiers').flatMap((one) => boundBy(nodeOf(one, 'local')));
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return declaredBy(nodeOf(statement, 'declaration'));
    default:
      return [];
  }
}

/** Names that a binding pattern introduces. */
function boundBy(pattern: SyntaxNode | undefined): readonly string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [String(pattern.name)];
    case 'ObjectPattern':
      return nodesOf(pattern, 'properties').flatMap((property) =>
        boundBy(property.type === 'RestElement' ? property : nodeOf(property, 'value')),
      );
    case 'ArrayPattern':
      return nodesOf(pattern, 'elements').flatMap(boundBy);
    case 'AssignmentPattern':
      return boundBy(nodeOf(pattern, 'left'));
    case 'RestElement':
      return boundBy(nodeOf(pattern, 'argument'));
    default:
      return [];
  }
}
