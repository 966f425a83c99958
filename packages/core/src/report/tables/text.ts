import { formatUsd, formatUsdRange } from '../../model/money.ts';
import { plainText } from '../escape-text.ts';
import type { Report } from '../report.ts';
import { makeRows } from '../rows.ts';

const MAX_CELL = 60;
const MAX_ROWS = 200;

/** The plan or its results as aligned lines for a log. */
export function renderTextTable(report: Report): string[] {
  const rows = makeRows(report);
  const header = {
    id: 'transfer',
    action: 'action',
    provider: 'provider',
    price: 'price',
    why: 'why',
  };
  const cells = [header, ...rows.slice(0, MAX_ROWS)].map((row) =>
    [row.id, row.action, row.provider, row.price, row.why].map((cell, index) =>
      plainText(cell, index === 4 ? 400 : MAX_CELL),
    ),
  );
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const cut = rows.length - MAX_ROWS;
  if (cut > 0) lines.push(`... and ${cut} more`);
  lines.push(describeTotals(report));
  return lines;
}

function describeTotals({ plan, results, totals }: Report): string {
  const { generateCount, reuseCount, blockedCount } = plan.totals;
  const price = formatUsdRange(totals.estimatedLowMicroUsd, totals.estimatedHighMicroUsd);
  if (results == null) {
    return `${generateCount} to generate, ${reuseCount} reused, ${blockedCount} blocked; price ${price}`;
  }
  const { generated, copied, reused } = totals.counts;
  const notDone = results.length - generated - copied - reused;
  const held = totals.heldMicroUsd > 0 ? `, ${formatUsd(totals.heldMicroUsd)} held` : '';
  return `${generated + copied} generated, ${reused} reused, ${notDone} not done; spent ${formatUsd(totals.chargedMicroUsd)}${held}`;
}
