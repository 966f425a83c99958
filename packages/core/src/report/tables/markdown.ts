import { markdownText } from '../escape-markdown.ts';
import type { Headline } from '../headline.ts';
import type { Report } from '../report.ts';
import type { Column } from '../rows.ts';

/** What summary and comment have in common, as lines of Markdown. */
export function renderHead(
  { title, money }: Headline,
  { failure }: Report,
  level: 2 | 3,
): string[] {
  const figures = money.map(
    ({ label, figure, note }) => `**${label}: ${figure}**${note == null ? '' : ` (${note})`}`,
  );
  return [
    `${'#'.repeat(level)} ${title}`,
    '',
    ...(failure == null ? [] : [`> **${markdownText(failure, 2_000)}**`, '']),
    figures.join(' · '),
  ];
}

export function renderTableHead(columns: readonly Column[]): string[] {
  const rules = columns.map((column) => (column === 'Price' ? '---:' : '---'));
  return [`| ${columns.join(' | ')} |`, `| ${rules.join(' | ')} |`];
}

export function renderCells(
  cells: readonly string[],
  columns: readonly Column[],
  maxCharacters: number,
): string {
  const shown = cells.map((cell, index) => {
    const text = markdownText(cell, maxCharacters);
    // A price stays on one line.
    return columns[index] === 'Price' ? text.replaceAll(' ', '&nbsp;') : text;
  });
  return `| ${shown.join(' | ')} |`;
}
