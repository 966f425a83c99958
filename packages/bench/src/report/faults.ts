import type { FaultsRow, Measured } from '../results.ts';
import { count, renderTable, seconds } from './markdown.ts';
import type { Section } from './section.ts';
import type { Target } from './target.ts';

const isOurs = (client: string) => client.startsWith('ours');

export function reportFaults({ rows }: Measured<FaultsRow>): Section {
  return {
    name: 'faults',
    title: 'Faults',
    text: `200 jobs in each row, counted at the provider. *Held*: our bundle says that it may be paid for and keeps the money
set aside, because no answer came and nobody can be asked; it is never bought again by itself. The last fault kills the client
with \`kill -9\` after 5 s and runs it again, on a new machine: only what is at GitHub is left.`,
    targets: targetsOf(rows),
    figures: [
      renderFaultsTable(rows),
      renderTable(
        ['Fault', 'Client', 'Delivered', 'Held', 'Billed', 'Bought twice', 'Wall time'],
        rows.map((row) => [
          row.fault,
          row.client,
          count(row.delivered),
          count(row.held),
          count(row.billed),
          count(row.twice),
          seconds(row.wallS),
        ]),
      ),
    ].join('\n\n'),
    plots: {},
  };
}

function targetsOf(rows: readonly FaultsRow[]): readonly Target[] {
  return rows
    .filter(({ client }) => isOurs(client))
    .map(({ fault, client, jobs, delivered, held, billed, twice }) => ({
      what: `${fault}, ${client}: neither delivered nor held, or billed more than once`,
      value: jobs - delivered - held + Math.max(twice, billed - jobs),
      atMost: 0,
    }));
}

/** One line for each client: delivered / bought twice, of every fault. Also in the README. */
export function renderFaultsTable(rows: readonly FaultsRow[]): string {
  const faults = [...new Set(rows.map(({ fault }) => fault))];
  const clients = [...new Set(rows.map(({ client }) => client))];
  return renderTable(
    ['Delivered / bought twice', ...faults],
    clients.map((client) => [
      isOurs(client) ? `**${client}**` : client,
      ...faults.map((fault) => {
        const row = rows.find((each) => each.fault === fault && each.client === client);
        return row == null ? '-' : cellOf(row);
      }),
    ]),
  );
}

function cellOf({ delivered, held, twice }: FaultsRow): string {
  const bought = twice > 0 ? `**${count(twice)}**` : '0';
  return `${count(delivered)}${held > 0 ? ` + ${count(held)} held` : ''} / ${bought}`;
}
