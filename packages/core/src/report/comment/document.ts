/** A comment that several jobs share: one section each, distinguished by key, in order of key. */
export interface CommentSection {
  /** What only we can read: the state of the section. */
  readonly state: string;
  readonly text: string;
}

export const COMMENT_MARKER = '<!-- motion-transfer -->';
/** GitHub refuses comments over 65,536 characters; what other jobs write there needs room too. */
export const COMMENT_MAX_CHARACTERS = 60_000;

/** Around each table whose rows may be cut away; lines of a picture stand between marks of their own. */
export const ROWS_START = '<!-- rows -->';
export const ROWS_END = '<!-- end of rows -->';
export const PICTURES_START = '<!-- pictures -->';
export const PICTURES_END = '<!-- end of pictures -->';

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

/** What a run did finds a little room beside a plan that fills the comment. */
const WITH_RUN_MAX_CHARACTERS = 65_000;

/**
 * Joins the sections; when they are too long together, the longest lose their last rows, never their totals.
 * What a run did is shortened first: of a plan an approval may need every word.
 */
export function joinComment(sections: ReadonlyMap<string, CommentSection>): string {
  const whole = join(sections);
  if (whole.length <= COMMENT_MAX_CHARACTERS) return whole;
  const excess = whole.length - WITH_RUN_MAX_CHARACTERS;
  const shortened = [...sections].map(([key, section]) => {
    const mayBeCut = planKeyOf(key) !== key && excess > 0;
    return [
      key,
      mayBeCut
        ? { ...section, text: cutText(section.text, section.text.length - excess) }
        : section,
    ] as const;
  });
  const body = join(new Map(shortened));
  const hasRun = shortened.some(([key]) => planKeyOf(key) !== key);
  return hasRun && body.length <= WITH_RUN_MAX_CHARACTERS ? body : joinFairly(sections);
}

function joinFairly(sections: ReadonlyMap<string, CommentSection>): string {
  const maxCharacters = COMMENT_MAX_CHARACTERS;
  const whole = join(sections);
  const lengths = [...sections.values()].map(({ text }) => text.length);
  const around = whole.length - lengths.reduce((sum, length) => sum + length, 0);
  const share = fairShare(lengths, maxCharacters - around);
  const cut = [...sections].map(
    ([key, section]) => [key, { ...section, text: cutText(section.text, share) }] as const,
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

/**
 * In order of key; what a run did stands above the plan that it carried out, until a later plan takes that
 * place. The plan keeps its section word for word, because an approval rests on the words that were shown.
 */
function join(sections: ReadonlyMap<string, CommentSection>): string {
  const plans = [...new Set([...sections.keys()].map(planKeyOf))].sort();
  const parts = plans.flatMap((key) => {
    const shown = (own: string, title: string | null): string[] => {
      const section = sections.get(own);
      if (section == null) return [];
      const text = `<!-- motion-transfer-section ${own} ${section.state} -->\n${section.text}\n<!-- end of section ${own} -->`;
      return [title == null ? text : folded(title, text)];
    };
    const done = shown(boughtKeyOf(key), null);
    return [
      ...done,
      ...shown(key, done.length > 0 ? 'The plan that was shown before' : null),
      ...shown(earlierKeyOf(key), 'What was bought before'),
    ];
  });
  return [COMMENT_MARKER, ...parts].join('\n');
}

function folded(title: string, text: string): string {
  return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}

const BOUGHT = '-bought';
const EARLIER = '-earlier';

/** The section of what a run did, above the plan of this key. */
export function boughtKeyOf(planKey: string): string {
  return `${planKey}${BOUGHT}`;
}

function earlierKeyOf(planKey: string): string {
  return `${planKey}${EARLIER}`;
}

function planKeyOf(key: string): string {
  const suffix = [BOUGHT, EARLIER].find((end) => key.endsWith(end));
  return suffix == null ? key : key.slice(0, -suffix.length);
}

/** The sections with this one in them; a new plan moves below itself what was bought before it. */
export function placeSection(
  sections: ReadonlyMap<string, CommentSection>,
  key: string,
  { section, isNews }: { readonly section: CommentSection; readonly isNews: boolean },
): Map<string, CommentSection> {
  const placed = new Map(sections).set(key, section);
  const planKey = planKeyOf(key);
  if (planKey !== key) {
    placed.delete(earlierKeyOf(planKey));
    return placed;
  }
  const bought = sections.get(boughtKeyOf(key));
  if (bought == null || !isNews) return placed;
  placed.delete(boughtKeyOf(key));
  return placed.set(earlierKeyOf(key), bought);
}

/** Pictures go before rows where they would take more than half of the room. */
function cutText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const plain = text.replace(PICTURES, '');
  const pictures = text.length - plain.length;
  return cutRows(pictures > maxCharacters / 2 ? plain : text, maxCharacters);
}

const PICTURES = new RegExp(`^${PICTURES_START}\\n[\\s\\S]*?^${PICTURES_END}\\n`, 'gm');
const MORE = /^\| _and (\d+) more_ \|/;

/** Takes rows from the end of the last table first, until the text fits; says how many are gone. */
export function cutRows(text: string, maxCharacters: number): string {
  const parts = splitTables(text);
  let length = text.length;
  const cut = parts.toReversed().map((part) => {
    if (!isTable(part) || length <= maxCharacters) return part;
    const shorter = cutTable(part, maxCharacters - length);
    length += lengthOf(shorter) - lengthOf(part);
    return shorter;
  });
  return cut.toReversed().flat().join('\n');
}

/** Head and rule of the table stay, unless no row does. */
function cutTable(lines: readonly string[], growth: number): string[] {
  const rows = lines.slice(1, -1).filter((line) => line.startsWith('|'));
  const [head, body] = [rows.slice(0, 2), rows.slice(2)];
  let cut = Number(MORE.exec(body.at(-1) ?? '')?.[1] ?? 0);
  if (cut > 0) body.pop();
  const columns = (head[0]?.match(/\|/g)?.length ?? 2) - 1;
  const table = () =>
    body.length === 0
      ? [ROWS_START, `_${cut} rows did not fit; they are in the summary of the run._`, '', ROWS_END]
      : [
          ROWS_START,
          ...head,
          ...body,
          `| _and ${cut} more_ |${' |'.repeat(columns - 1)}`,
          '',
          ROWS_END,
        ];
  const most = lengthOf(lines) + growth;
  // The line that counts what is gone takes room itself.
  let length = lengthOf(lines) + 20 + 2 * columns;
  while (length > most && body.length > 0) {
    length -= (body.pop()?.length ?? 0) + 1;
    cut += 1;
  }
  return table();
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function isTable([first]: readonly string[]): boolean {
  return first === ROWS_START;
}

/** The lines of the text, in pieces of which each is a whole table with its marks, or has none. */
function splitTables(text: string): string[][] {
  const parts: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (line === ROWS_START) parts.push([]);
    parts.at(-1)?.push(line);
    if (line === ROWS_END) parts.push([]);
  }
  return parts;
}
