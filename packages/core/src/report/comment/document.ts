/** A comment that several jobs share: one section each, distinguished by key, in order of key. */
export interface CommentSection {
  /** What only we can read: the state of the section. */
  readonly state: string;
  readonly text: string;
}

export const COMMENT_MARKER = '<!-- motion-transfer -->';
/** GitHub refuses comments over 65,536 characters. */
export const COMMENT_MAX_CHARACTERS = 60_000;

export const ROWS_START = '<!-- rows -->';
export const ROWS_END = '<!-- end of rows -->';

const SECTION =
  /<!-- motion-transfer-section ([\w-]+) ([\w+/=]*) -->\n([\s\S]*?)\n<!-- end of section \1 -->/g;

/** Every section of a comment of ours; what people wrote around them is not kept. */
export function parseComment(body: string): Map<string, CommentSection> {
  const text = body.replaceAll('\r\n', '\n');
  return new Map(
    [...text.matchAll(SECTION)].map(([, key = '', state = '', section = '']) => [
      key,
      { state, text: section },
    ]),
  );
}

/** Joins the sections; when they are too long together, the longest lose their last rows, never their totals. */
export function joinComment(
  sections: ReadonlyMap<string, CommentSection>,
  maxCharacters = COMMENT_MAX_CHARACTERS,
): string {
  const sorted = new Map([...sections].sort(([a], [b]) => (a < b ? -1 : 1)));
  const whole = join(sorted);
  if (whole.length <= maxCharacters) return whole;
  const lengths = [...sorted.values()].map(({ text }) => text.length);
  const around = whole.length - lengths.reduce((sum, length) => sum + length, 0);
  const share = fairShare(lengths, maxCharacters - around);
  const cut = [...sorted].map(
    ([key, section]) => [key, { ...section, text: cutRows(section.text, share) }] as const,
  );
  const body = join(new Map(cut));
  return body.length <= maxCharacters
    ? body
    : `${body.slice(0, maxCharacters - 100)}\n\n_The rest did not fit._`;
}

/** The most that each may have so that all fit: what short ones leave goes to the long ones. */
function fairShare(lengths: readonly number[], available: number): number {
  const ascending = [...lengths].sort((a, b) => a - b);
  let left = available;
  for (const [index, length] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (length > share) return share;
    left -= length;
  }
  return left;
}

function join(sections: ReadonlyMap<string, CommentSection>): string {
  const parts = [...sections].map(
    ([key, { state, text }]) =>
      `<!-- motion-transfer-section ${key} ${state} -->\n${text}\n<!-- end of section ${key} -->`,
  );
  return [COMMENT_MARKER, ...parts].join('\n');
}

const MORE = /^\| _and (\d+) more_ \|/;

/** Takes rows from the end until the text fits; says how many are gone. */
export function cutRows(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const [before, rows, after] = splitRows(text);
  // Header and rule of the table stay.
  const head = rows.slice(0, 2);
  const body = rows.slice(2);
  const alreadyCut = Number(MORE.exec(body.at(-1) ?? '')?.[1] ?? 0);
  if (alreadyCut > 0) body.pop();
  const columns = (head[0]?.match(/\|/g)?.length ?? 2) - 1;
  const more = (count: number) => `| _and ${count} more_ |${' |'.repeat(columns - 1)}`;
  let length = text.length + more(body.length + alreadyCut).length + 1;
  let cut = alreadyCut;
  while (length > maxCharacters && body.length > 0) {
    length -= (body.pop()?.length ?? 0) + 1;
    cut += 1;
  }
  const shown =
    body.length === 0
      ? [`_${cut} rows did not fit; they are in the summary of the run._`]
      : [...head, ...body, more(cut)];
  return [...before, ...shown, ...after].join('\n');
}

function splitRows(text: string): [string[], string[], string[]] {
  const lines = text.split('\n');
  const start = lines.indexOf(ROWS_START);
  const end = lines.indexOf(ROWS_END);
  if (start < 0 || end < start) return [lines, [], []];
  const rows = lines.slice(start + 1, end).filter((line) => line.startsWith('|'));
  return [lines.slice(0, start + 1), rows, ['', ...lines.slice(end)]];
}
