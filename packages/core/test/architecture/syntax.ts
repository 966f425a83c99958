import { parseSync } from 'rolldown/utils';

/** A node of the ESTree that the parser returns; TypeScript's own nodes have types that begin with `TS`. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export interface ParsedFile {
  readonly program: SyntaxNode;
  /** Line, from 1, of an offset in the text. */
  lineOf(offset: number): number;
}

/** Throws for a file that is no TypeScript: a file that cannot be read must not count as a valid one. */
export function parseFile(path: string, text: string): ParsedFile {
  const { program, errors } = parseSync(path, text, { lang: 'ts', sourceType: 'module' });
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path} cannot be parsed: ${error.message}`);
  if (!isNode(program)) throw new Error(`${path} cannot be parsed: the parser returned no program`);
  return { program, lineOf: (offset) => text.slice(0, offset).split('\n').length };
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** A field that holds one node. */
export function nodeOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** A field that holds a list of nodes; holes in it are left out. */
export function nodesOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The nodes directly below, by field, in the order of the fields. */
export function childrenOf(
  node: SyntaxNode,
): readonly (readonly [field: string, child: SyntaxNode])[] {
  return Object.entries(node).flatMap(([field, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter(isNode)
      .map((child): readonly [string, SyntaxNode] => [field, child]),
  );
}

/** Calls `visit` for the node and everything below it, parents first. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const [, child] of childrenOf(node)) walk(child, visit);
}

/** The text of a string literal or of a template without placeholders. */
export function stringOf(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type !== 'TemplateLiteral' || nodesOf(node, 'expressions').length > 0) return undefined;
  const [{ value } = { value: undefined }] = nodesOf(node, 'quasis');
  return typeof value === 'object' && value !== null && 'cooked' in value
    ? String(value.cooked)
    : undefined;
}
