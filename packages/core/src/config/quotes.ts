/** Where a line of YAML has a value that only quotes make text. */
export interface Unquoted {
  /** Offset of the value in the file. */
  readonly offset: number;
  readonly message: string;
}

/** What YAML takes these for at the start of a value. */
const MEANINGS: Readonly<Record<string, string>> = {
  '*': 'an alias',
  '&': 'an anchor',
  '!': 'a tag',
  '%': 'a directive',
  '@': 'a reserved character',
  '`': 'a reserved character',
  '{': 'a group of keys',
  '[': 'a list',
  '|': 'a block of text',
  '>': 'a block of text',
};
const KEY = /^(\s*(?:-\s+)*)([\w$-]+)(:\s+)(\S.*?)\s*$/;
/** Inside `{ ... }`: a value that begins as an alias does, or has one of our placeholders in it. */
const IN_GROUP = /([\w-]+)(:\s+)(\*[^\s,}]*|[^\s'",{}[\]]*\{(?:character|motion)\}[^\s,}]*)/;

/**
 * The value that YAML could not read as text, when the line of an error or the one before it has such a value:
 * what YAML says of it (an unresolved alias, a missing comma) helps nobody who meant a glob or a sentence.
 */
export function findUnquoted(text: string, errorOffset: number): Unquoted | null {
  const start = text.lastIndexOf('\n', errorOffset - 1) + 1;
  return inLine(text, start) ?? (start === 0 ? null : inLine(text, lineBefore(text, start)));
}

function inLine(text: string, start: number): Unquoted | null {
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end === -1 ? undefined : end);
  const group = /\{\s/.test(line) ? IN_GROUP.exec(line) : null;
  if (group != null) {
    const [, key = '', colon = '', value = ''] = group;
    const why = value.startsWith('*') ? MEANINGS['*'] : MEANINGS['{'];
    return unquoted(start + group.index + key.length + colon.length, key, value, why);
  }
  const [, indent = '', key = '', colon = '', value = ''] = KEY.exec(line) ?? [];
  const why = whyNotText(value);
  const offset = start + indent.length + key.length + colon.length;
  return why == null ? null : unquoted(offset, key, value, why);
}

function whyNotText(value: string): string | null {
  const [first = ''] = value;
  if (first === '' || first === '"' || first === "'") return null;
  const meaning = MEANINGS[first] ?? null;
  // `{ a: 1 }` and `[a, b]` are what they look like; `{character}.mp4` and `[ab].png` are not.
  if (first === '{' || first === '[')
    return /^[{[][^{}[\]"':]*[}\]]\s*[^\s,#}\]]/.test(value) ? meaning : null;
  if (first === '|' || first === '>') return /^[|>][-+0-9]*(\s+#.*)?$/.test(value) ? null : meaning;
  if (meaning != null) return meaning;
  return /:(\s|$)/.test(value) ? 'another key' : null;
}

function unquoted(offset: number, key: string, value: string, why = 'something else'): Unquoted {
  const quoted = value.includes('"') ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
  return {
    offset,
    message: `put this value in quotes, ${key}: ${quoted}; without them YAML reads ${why} here`,
  };
}

function lineBefore(text: string, start: number): number {
  return text.lastIndexOf('\n', start - 2) + 1;
}
