import { markdownText } from '../escape-markdown.ts';
import type { Headline } from '../headline.ts';
import type { Report } from '../report.ts';
import type { Cell, Column } from '../rows.ts';
import { makeVerdict } from '../verdict.ts';

/** The first line of a comment, and below its title of a summary. */
export function renderVerdict(report: Report): string {
  const { strong, rest } = makeVerdict(report);
  return `**${markdownText(strong)}**${markdownText(rest)}`;
}

/** What stops a plan or a run, and what to do about it; a blank line first. */
export function renderFailure({ failure }: Report): string[] {
  return failure == null ? [] : ['', `> **${markdownText(failure, 2_000)}**`];
}

export function renderMoney({ money }: Headline): string {
  const figures = money.map(
    ({ label, figure, note }) => `**${label}: ${figure}**${note == null ? '' : ` (${note})`}`,
  );
  return figures.join(' · ');
}

export function renderTableHead(columns: readonly Column[]): string[] {
  const rules = columns.map((column) => (column === 'Price' ? '---:' : '---'));
  return [`| ${columns.join(' | ')} |`, `| ${rules.join(' | ')} |`];
}

export function renderCells(
  cells: readonly Cell[],
  columns: readonly Column[],
  maxCharacters: number,
): string {
  const shown = cells.map(({ text, detail }, index) => {
    const words = markdownText(text, maxCharacters);
    const small = detail == null ? '' : `<br><sub>${onOneLine(markdownText(detail, 100))}</sub>`;
    return IN_ONE_LINE.has(columns[index]) ? `${onOneLine(words)}${small}` : words;
  });
  return `| ${shown.join(' | ')} |`;
}

/** A price is never read in two halves. */
const IN_ONE_LINE: ReadonlySet<Column | undefined> = new Set(['Price', 'Video']);

function onOneLine(text: string): string {
  return text.replaceAll(' ', '&nbsp;');
}
