import { isBuiltin } from 'node:module';
import { type FreeName, findFreeNames } from './free-names.ts';
import type { Import } from './imports.ts';
import { nodeOf, nodesOf, type ParsedFile, type SyntaxNode, stringOf } from './syntax.ts';

/** One place where a file names something that touches the world, the clock or chance. */
export interface Effect {
  readonly what: string;
  readonly line: number;
}

const ACTING_GLOBALS = new Set([
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'performance',
  'crypto',
  'console',
  'navigator',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'BroadcastChannel',
  'MessageChannel',
  'Worker',
  'SharedWorker',
  'Atomics',
  'Intl',
  'localStorage',
  'sessionStorage',
  'queueMicrotask',
  'Temporal',
  'require',
  'eval',
  'Function',
  // Everything above is reached through these as well, also under a computed name.
  'globalThis',
  'global',
  'self',
  'window',
]);

/** Globals of which a part acts, and the members that do not. Any other use could carry the acting part away. */
const PURE_MEMBERS: Readonly<Record<string, (member: string) => boolean>> = {
  Date: (member) => member === 'parse' || member === 'UTC',
  Math: (member) => member !== 'random',
  AbortSignal: (member) => member !== 'timeout',
};

/** `node:crypto` is there for hashing and signing; keys and random values are not. */
const HASHING = new Set(['createHash', 'createHmac', 'hash', 'timingSafeEqual', 'Hash', 'Hmac']);
/** Node's modules that compute and do not act. */
const COMPUTING_MODULES = new Set([
  'node:buffer',
  'node:events',
  'node:path',
  'node:stream',
  'node:url',
  'node:util',
  'node:zlib',
]);

export function findActingGlobals(file: ParsedFile): readonly Effect[] {
  return findFreeNames(file).flatMap((found) => {
    if (ACTING_GLOBALS.has(found.name)) return [{ what: nameInFull(found), line: found.line }];
    const isPureMember = PURE_MEMBERS[found.name];
    if (isPureMember === undefined || isPureUse(found, isPureMember)) return [];
    return [{ what: nameInFull(found), line: found.line }];
  });
}

/** Node's own modules, except `node:crypto` for hashing; type imports count. */
export function findNodeModules(imports: readonly Import[]): readonly Effect[] {
  return imports.flatMap(({ specifier, names, line }) => {
    if (specifier === undefined || !isBuiltin(specifier)) return [];
    if (!isCrypto(specifier)) return [{ what: specifier, line }];
    const others = names.filter((name) => !HASHING.has(name));
    return others.length === 0 ? [] : [{ what: `${others.join(', ')} of ${specifier}`, line }];
  });
}

/** The same without what only computes and without types: what touches the world when it runs. */
export function findActingModules(imports: readonly Import[]): readonly Effect[] {
  const atRunTime = imports.filter(({ isType }) => !isType);
  return findNodeModules(atRunTime).filter(({ what }) => !COMPUTING_MODULES.has(what));
}

function isCrypto(specifier: string): boolean {
  return specifier === 'node:crypto' || specifier === 'crypto';
}

function isPureUse(
  { parent, identifier }: FreeName,
  isPureMember: (member: string) => boolean,
): boolean {
  if (parent.type === 'BinaryExpression') return parent.operator === 'instanceof';
  if (parent.type === 'NewExpression') return isNewWithValue(parent, identifier);
  const member = memberOf(parent, identifier);
  return member !== undefined && isPureMember(member);
}

/** `new Date(ms)` is a value; `new Date()` reads the clock. */
function isNewWithValue(parent: SyntaxNode, identifier: SyntaxNode): boolean {
  const [first] = nodesOf(parent, 'arguments');
  return (
    nodeOf(parent, 'callee') === identifier &&
    identifier.name === 'Date' &&
    first !== undefined &&
    first.type !== 'SpreadElement'
  );
}

/** The member that is read of the identifier, as far as it is known before run time. */
function memberOf(parent: SyntaxNode, identifier: SyntaxNode): string | undefined {
  if (parent.type !== 'MemberExpression' || nodeOf(parent, 'object') !== identifier) {
    return undefined;
  }
  const property = nodeOf(parent, 'property');
  if (parent.computed === true) return stringOf(property);
  return typeof property?.name === 'string' ? property.name : undefined;
}

function nameInFull({ name, parent, identifier }: FreeName): string {
  const member = memberOf(parent, identifier);
  if (member !== undefined) return `${name}.${member}`;
  return parent.type === 'NewExpression' ? `new ${name}()` : name;
}
