import {
  adapters,
  formatUsd,
  type PriceRow,
  type Sourced,
  secretSets,
} from '@motion-transfer/core/shell';

/** The providers in the terminal: what they cost, take and keep. A star: not from their own documentation. */
const head = [
  'provider',
  'model',
  'id of the model',
  'standard',
  'pro',
  'longest',
  'local files',
  'kept',
  'key',
];

const rows = adapters.flatMap((adapter) =>
  Object.entries(adapter.models).map(([model, spec]) => [
    adapter.id,
    spec.name ?? 'any',
    model,
    price(spec.prices.standard),
    price(spec.prices.pro),
    `${starred(spec.maxSeconds.image)}/${starred(spec.maxSeconds.video)} s`,
    Object.keys(adapter.uploads ?? {}).join(', ') || 'no',
    `${starred(spec.retentionDays)} d`,
    secretSets(adapter)
      .map((names) => names.join(' + '))
      .join(' or '),
  ]),
);

const widths = head.map((name, column) =>
  Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
);
for (const row of [head, ...rows]) {
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
console.log(
  '\nPrices per second of video; longest by orientation image/video. * borrowed or assumed, see docs/providers.md',
);

function price({ microUsdPerSecond, basis = 'documented' }: PriceRow): string {
  return `${formatUsd(microUsdPerSecond)}${basis === 'documented' ? '' : '*'}`;
}

function starred({ value, basis }: Sourced<number>): string {
  return `${Math.round(value * 100) / 100}${basis === 'documented' ? '' : '*'}`;
}
