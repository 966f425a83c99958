/** Nothing that is read here is nested deeper than ten levels; checks that recurse stay far from their end. */
const MAX_LEVELS = 64;

/** Node's reviver also gets the text of a number, which TypeScript's library does not know yet. */
export type JsonReviver = (
  this: unknown,
  key: string,
  value: unknown,
  context?: { source?: string },
) => unknown;

/** JSON that could be parsed and is refused all the same. */
export class RefusedJsonError extends SyntaxError {}

/**
 * JSON of others, whose nesting is bounded before it is parsed: whatever walks through it may recurse.
 *
 * @throws SyntaxError
 */
export function parseBoundedJson(text: string, reviver?: JsonReviver): unknown {
  scan(text, () => {});
  return JSON.parse(text, reviver);
}

/**
 * JSON of a record. A key that stands twice in an object is an error: of two readers one goes by the first and
 * the other by the last, so that one file tells two things.
 *
 * @throws SyntaxError
 */
export function parseRecordJson(text: string): unknown {
  const keys: Set<string>[] = [];
  scan(text, (level, written) => {
    keys.length = level;
    if (written == null) {
      keys.push(new Set());
      return;
    }
    const key: unknown = JSON.parse(written);
    const seen = keys[level - 1];
    if (typeof key !== 'string' || seen == null) return;
    if (seen.has(key)) throw new RefusedJsonError(`the key ${written.slice(0, 100)} stands twice`);
    seen.add(key);
  });
  return JSON.parse(text);
}

/**
 * One pass, without a stack of calls. `onKey` is told each object that begins (`null`), at the level around it,
 * and each key with its quotes, at the level inside.
 */
function scan(text: string, onKey: (level: number, written: string | null) => void): void {
  const isObject: boolean[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        expectsKey = text[at] === '{';
        if (isObject.length >= MAX_LEVELS)
          throw new RefusedJsonError(`nested more than ${MAX_LEVELS} levels deep`);
        if (expectsKey) onKey(isObject.length, null);
        isObject.push(expectsKey);
        break;
      case '}':
      case ']':
        isObject.pop();
        expectsKey = false;
        break;
      case ',':
        expectsKey = isObject.at(-1) === true;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (expectsKey) onKey(isObject.length, text.slice(at, end + 1));
        expectsKey = false;
        at = end;
        break;
      }
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
