import { groupSpending, listSpending, type Spending, type SpendingItem } from '../ledger/totals.ts';
import { formatUsd } from '../model/money.ts';
import { modelNameOf, type Purchase, type Purchases } from '../model/purchase/purchase.ts';
import { holdsMoney } from '../model/purchase/purchase-state.ts';
import { unlessDefault } from '../model/transfer.ts';
import { markdownText } from './escape-markdown.ts';
import { describeSeller } from './rows.ts';

const MAX_ROWS = 20;

/** What is on record, as Markdown: per month, pull request and provider, and every open hold. */
export function renderLedgerReport(purchases: Purchases, label: string): string {
  const items = listSpending(purchases.values());
  if (purchases.size === 0)
    return `### Ledger\n\nNothing is on record in ${markdownText(label)} yet.\n`;
  return [
    `### Ledger\n\nEverything on record in ${markdownText(label)}. Held money counts against every limit until it is settled.`,
    items.length === 0 ? 'Nothing in it cost anything or holds money.' : '',
    renderTable('Month (UTC)', items, ({ month }) => month),
    renderTable('Pull request', items, ({ pullRequest }) =>
      pullRequest == null ? null : pullRequest.toString(),
    ),
    renderTable('Provider', items, ({ provider }) => provider),
    renderOpen([...purchases.values()].filter(isOpen)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function renderTable(
  title: string,
  items: readonly SpendingItem[],
  nameOf: (item: SpendingItem) => string | null,
): string {
  const groups = groupSpending(items, nameOf).reverse();
  if (groups.length === 0) return '';
  const rows = groups.slice(0, MAX_ROWS).map(([name, sum]) => renderRow(name, sum));
  const rest = groups.length > MAX_ROWS ? `\n\nand ${groups.length - MAX_ROWS} more` : '';
  return `| ${title} | Purchases | Charged | Held | of it unknown |\n| :-- | --: | --: | --: | --: |\n${rows.join('\n')}${rest}`;
}

function renderRow(name: string, sum: Spending): string {
  return `| ${markdownText(name)} | ${sum.purchases} | ${formatUsd(sum.chargedMicroUsd)} | ${formatUsd(sum.heldMicroUsd)} | ${formatUsd(sum.unknownMicroUsd)} |`;
}

function isOpen({ state, charge }: Purchase): boolean {
  return holdsMoney(state, charge?.microUsd != null);
}

function renderOpen(open: readonly Purchase[]): string {
  if (open.length === 0) return 'No purchase is open.';
  const rows = open
    .toSorted((a, b) => a.reservedAtMs - b.reservedAtMs)
    .slice(0, MAX_ROWS)
    .map((purchase) => {
      const { fingerprint, transferId, provider, state, holdMicroUsd, reservedAtMs } = purchase;
      const seller = describeSeller({ provider, ...unlessDefault(modelNameOf(purchase)) });
      return `| ${fingerprint.slice(0, 12)} | ${markdownText(transferId)} | ${markdownText(seller)} | ${state} | ${formatUsd(holdMicroUsd)} | ${new Date(reservedAtMs).toISOString().slice(0, 16)} |`;
    });
  const rest = open.length > MAX_ROWS ? `\n\nand ${open.length - MAX_ROWS} more` : '';
  return `| Open | Transfer | Provider | State | Held | Since (UTC) |\n| :-- | :-- | :-- | :-- | --: | :-- |\n${rows.join('\n')}${rest}`;
}
