import {
  type CST,
  isAlias,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  Parser,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Issue, SourcePosition } from '../model/issue.ts';
import { findUnquoted } from './quotes.ts';
import { formatPath, type Locator, type Path } from './source-location.ts';

export const MAX_CONFIG_BYTES = 64 * 1024;
/** The deepest sensible config has five levels (a provider's own nested option). */
const MAX_DEPTH = 32;
/**
 * Keys that reach an object's prototype in careless code, and those by which the validation library measures
 * whatever it is given, also what is no text or list; no config needs them.
 */
const REFUSED_KEYS = new Set(['__proto__', 'constructor', 'prototype', 'length', 'size']);

/** Plain values of a config text, and where in the text each of them stands. */
export interface ParsedDocument extends Locator {
  /** Objects have no prototype, so that only what was written can be read from them. */
  readonly value: unknown;
  /** A scalar's text as written (without quotes), `null` for anything else. */
  sourceOf(path: Path): string | null;
}

interface Entry {
  /** Where the value starts, or its key when the value was left out. */
  readonly value: number;
  /** Where the key starts; the value itself in lists. */
  readonly key: number;
  readonly source: string | null;
}

/**
 * Reads YAML 1.2 (core schema) or JSON, which is a subset of it. Never throws: the document is `null`
 * when the text has no usable structure.
 */
export function parseConfigText(
  file: string,
  written: string,
): { readonly document: ParsedDocument | null; readonly issues: readonly Issue[] } {
  const text = written.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const position = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const problem = (offset: number, message: string, path: Path = []): Issue => {
    const where = position(offset);
    return { severity: 'error', path: formatPath(path), message, position: where };
  };

  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_CONFIG_BYTES) {
    const message = `has ${bytes} bytes; a config may have ${MAX_CONFIG_BYTES} (64 KiB): use globs`;
    return { document: null, issues: [problem(0, message)] };
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = findTooDeep(tokens);
  if (deep != null) {
    const message = `nested more than ${MAX_DEPTH} levels deep: no key of this file goes that far`;
    return { document: null, issues: [problem(deep, message)] };
  }
  const yaml = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: false,
  });
  const issues = describeYamlErrors(text, yaml.errors).map(({ offset, message }) =>
    problem(offset, message),
  );
  if (yaml.directives.yaml.explicit === true) {
    issues.push(problem(0, '%YAML is refused: this file is always read as YAML 1.2'));
  }
  if (issues.length > 0) return { document: null, issues };
  if (yaml.contents == null) {
    return { document: null, issues: [problem(0, 'the file is empty')] };
  }

  const entries = new Map<string, Entry>();
  const value = readNode(yaml.contents, [], entries, (offset, path, message) =>
    issues.push(problem(offset, message, path)),
  );
  const document: ParsedDocument = {
    value,
    positionOf(path, at = 'value') {
      for (let length = path.length; length >= 0; length--) {
        const entry = entries.get(keyOf(path.slice(0, length)));
        if (entry != null) return position(length === path.length ? entry[at] : entry.value);
      }
      return position(0);
    },
    sourceOf: (path) => entries.get(keyOf(path))?.source ?? null,
  };
  return { document, issues };
}

type Refuse = (offset: number, path: Path, message: string) => void;

function readNode(
  node: ParsedNode,
  path: Path,
  entries: Map<string, Entry>,
  refuse: Refuse,
  key: number = node.range[0],
): unknown {
  const [offset] = node.range;
  const source = isScalar(node) ? sourceText(node) : null;
  entries.set(keyOf(path), { value: source === '' ? key : offset, key, source });
  if (isAlias(node)) {
    const message = `alias *${node.source} is refused: write the value out, or put it in quotes if it is a glob: "*${node.source}"`;
    refuse(offset, path, message);
    return null;
  }
  if (node.anchor != null) {
    refuse(offset, path, `anchor &${node.anchor} is refused: write the value out where it is used`);
  }
  if (node.tag != null) refuse(offset, path, `tag ${node.tag} is refused: write a plain value`);
  if (isScalar(node)) {
    if (typeof node.value === 'string' && node.value.includes(EXPRESSION_START))
      refuse(offset, path, EXPRESSION);
    return node.value;
  }
  if (isSeq(node)) {
    return node.items.map((item, index) => readNode(item, [...path, index], entries, refuse));
  }
  return readMap(node, path, entries, refuse);
}

function readMap(
  map: YAMLMap.Parsed,
  path: Path,
  entries: Map<string, Entry>,
  refuse: Refuse,
): unknown {
  const object: Record<string, unknown> = Object.create(null);
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const childPath = [...path, name];
    const [offset] = key.range;
    if (isAlias(key) || key.anchor != null || key.tag != null) {
      refuse(offset, childPath, 'anchors, aliases and tags are refused on keys');
    } else if (REFUSED_KEYS.has(name)) {
      refuse(offset, childPath, 'this key is refused');
    } else if (value == null) {
      entries.set(keyOf(childPath), { value: offset, key: offset, source: '' });
      object[name] = null;
    } else {
      object[name] = readNode(value, childPath, entries, refuse, offset);
    }
  }
  return object;
}

function sourceText(node: { readonly value: unknown; readonly source?: string }): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** Offset of the first token nested too deeply. Walks with its own stack: the composer recurses. */
function findTooDeep(tokens: readonly CST.Token[]): number | null {
  const stack = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = stack.pop(); next != null; next = stack.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (token.type === 'document') {
      if (token.value != null) stack.push({ token: token.value, depth });
    } else if ('items' in token) {
      for (const item of token.items) {
        for (const child of [item.key, item.value]) {
          if (child != null) stack.push({ token: child, depth: depth + 1 });
        }
      }
    }
  }
  return null;
}

interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

/** Where quotes are missing, that is the problem: what YAML makes of the rest follows from it. */
function describeYamlErrors(
  text: string,
  errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly pos: [number, number];
  }[],
): YamlProblem[] {
  const unquoted = new Map<number, YamlProblem>();
  for (const { pos } of errors) {
    const found = findUnquoted(text, pos[0]);
    if (found != null) unquoted.set(found.offset, found);
  }
  if (unquoted.size > 0) return [...unquoted.values()];
  return errors.map((error) => ({ offset: error.pos[0], message: describeYamlError(error) }));
}

const EXPRESSION_START = '${{';
const EXPRESSION = `${EXPRESSION_START} }} is evaluated in workflows, not in this file: write the value out, or give it to the action in the workflow (with: prompt, tier, character, ...)`;

function describeYamlError(error: { readonly code: string; readonly message: string }): string {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return 'this key is written twice: keep one of them';
    case 'MULTIPLE_DOCS':
      return 'a second document starts here: keep one';
    case 'NON_STRING_KEY':
      return 'keys must be plain text';
    case 'TAB_AS_INDENT':
      return 'a tab indents this line: YAML wants spaces';
    default:
      return `not valid YAML: ${error.message}`;
  }
}
