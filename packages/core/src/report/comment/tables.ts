import { formatUsd } from '../../model/money.ts';
import { groupRows, type RowGroup } from '../row-groups.ts';
import { describePrice } from '../row-price.ts';
import { type Column, cellsOf, columnsOf, type ReportRow } from '../rows.ts';
import { renderCells, renderTableHead } from '../tables/markdown.ts';
import { ROWS_END, ROWS_START } from './document.ts';
import type { CommentState } from './state.ts';

/** Beyond this many rows a table goes on behind a fold. */
const MOST_OPEN_ROWS = 12;

/** A table for each group of rows; what is unchanged and what is long is folded. */
export function renderTables(
  rows: readonly ReportRow[],
  previous: Pick<CommentState, 'rows'> | null,
): string[] {
  const columns = columnsOf(rows);
  const before = new Map((previous?.rows ?? []).map(([id, word, high]) => [id, { word, high }]));
  const table = (shown: readonly ReportRow[]) => [
    ROWS_START,
    ...renderTableHead(columns),
    ...shown.map((row) => renderRow(row, columns, before.get(row.id) ?? null)),
    '',
    ROWS_END,
    '',
  ];
  return groupRows(rows).flatMap(({ title, isFolded, rows: own }: RowGroup) => {
    if (isFolded) return folded(title ?? 'more', table(own));
    const heading = title == null ? [] : [`**${title}**`, ''];
    const rest = own.length - MOST_OPEN_ROWS;
    // A fold for one row or two takes the room that it saves.
    if (rest < 3) return [...heading, ...table(own)];
    return [
      ...heading,
      ...table(own.slice(0, MOST_OPEN_ROWS)),
      ...folded(`${rest} more`, table(own.slice(MOST_OPEN_ROWS))),
    ];
  });
}

export function folded(
  title: string,
  lines: readonly string[],
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): string[] {
  return [
    `<details${isOpen ? ' open' : ''}><summary>${title}</summary>`,
    '',
    ...lines,
    '</details>',
    '',
  ];
}

interface RowBefore {
  readonly word: string;
  readonly high: number;
}

function renderRow(row: ReportRow, columns: readonly Column[], before: RowBefore | null): string {
  const { label: word } = row.state;
  const price = describePrice(row.price);
  const moved = before == null || before.word === word ? word : `${before.word} → ${word}`;
  const wasPaid = before != null && before.high > 0 && before.high !== newCostOf(row);
  const movedPrice = wasPaid ? `${formatUsd(before.high)} → ${price || 'none'}` : price;
  const cells = cellsOf(row, columns).map((cell, index) => {
    if (columns[index] === 'State') return { ...cell, text: moved };
    return columns[index] === 'Price' ? { ...cell, text: movedPrice } : cell;
  });
  return renderCells(cells, columns, 500);
}

/** The new money that it may cost; what is held or was charged before is none. */
export function newCostOf({ price }: ReportRow): number {
  return price.mark === 'estimate' ? (price.microUsd ?? 0) : 0;
}
