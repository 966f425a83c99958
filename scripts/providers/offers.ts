import {
  adapters,
  formatUsd,
  type PriceRow,
  type Sourced,
  secretSets,
} from '@motion-transfer/core/shell';

/** A model that a provider sells; a figure with `isDocumented: false` is borrowed or assumed. */
export interface Offer {
  readonly provider: string;
  readonly model: string;
  /** As the provider calls it. */
  readonly modelId: string;
  readonly usdPerSecond: { readonly standard: Figure; readonly pro: Figure };
  readonly leastSeconds: Figure;
  readonly longestSeconds: { readonly image: Figure; readonly video: Figure };
  /** What it takes as a file instead of an address. */
  readonly localFiles: readonly string[];
  readonly keptDays: Figure;
  /** Names of the environment variables with the keys: any one set suffices. */
  readonly keys: readonly (readonly string[])[];
}

interface Figure {
  readonly value: number;
  readonly isDocumented: boolean;
}

export function listOffers(): readonly Offer[] {
  return adapters.flatMap((adapter) =>
    Object.entries(adapter.models).map(([modelId, spec]) => ({
      provider: adapter.id,
      model: spec.name ?? 'any',
      modelId,
      usdPerSecond: { standard: price(spec.prices.standard), pro: price(spec.prices.pro) },
      leastSeconds: figure(spec.minSeconds),
      longestSeconds: {
        image: figure(spec.maxSeconds.image),
        video: figure(spec.maxSeconds.video),
      },
      localFiles: Object.keys(adapter.uploads ?? {}),
      keptDays: figure(spec.retentionDays),
      keys: secretSets(adapter),
    })),
  );
}

function price({ microUsdPerSecond, basis = 'documented' }: PriceRow): Figure {
  return { value: microUsdPerSecond / 1e6, isDocumented: basis === 'documented' };
}

function figure({ value, basis }: Sourced<number>): Figure {
  return { value, isDocumented: basis === 'documented' };
}

const COLUMNS: readonly (readonly [string, (offer: Offer) => string])[] = [
  ['provider', ({ provider }) => provider],
  ['model', ({ model }) => model],
  ['standard', ({ usdPerSecond }) => usd(usdPerSecond.standard)],
  ['pro', ({ usdPerSecond }) => usd(usdPerSecond.pro)],
  ['longest', ({ longestSeconds: { image, video } }) => `${plain(image)}/${plain(video)} s`],
  ['local files', ({ localFiles }) => localFiles.join(', ') || 'no'],
  ['kept', ({ keptDays }) => kept(keptDays)],
  ['key', ({ keys }) => describeKeys(keys)],
];

/** A table for the terminal, and what it means in sentences. */
export function describeOffers(offers: readonly Offer[]): string {
  const head = COLUMNS.map(([name]) => name);
  const rows = offers.map((offer) => COLUMNS.map(([, cell]) => cell(offer)));
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [first] = offers.toSorted(
    (a, b) => a.usdPerSecond.standard.value - b.usdPerSecond.standard.value,
  );
  return [
    ...lines,
    '',
    'Prices are for a second of video in 720p (standard) and 1080p (pro); longest is for the orientations image/video.',
    'A star marks what the provider itself does not document: docs/providers.md names each source.',
    ...(first == null
      ? []
      : [
          `The lowest price here is ${usd(first.usdPerSecond.standard)} a second: ${first.provider}, ${first.model}, standard.`,
          `To buy there, write \`provider: ${first.provider}\` and \`model: ${first.model}\` into the config, and keep ${describeKeys(first.keys)} as a secret of the repository.`,
        ]),
  ].join('\n');
}

function usd({ value, isDocumented }: Figure): string {
  return `${formatUsd(Math.round(value * 1e6))}${isDocumented ? '' : '*'}`;
}

function kept({ value, isDocumented }: Figure): string {
  return value < 1
    ? `${plain({ value: 24 * value, isDocumented })} h`
    : `${plain({ value, isDocumented })} d`;
}

function plain({ value, isDocumented }: Figure): string {
  return `${Math.round(value * 100) / 100}${isDocumented ? '' : '*'}`;
}

function describeKeys(keys: Offer['keys']): string {
  return keys.map((names) => names.join(' + ')).join(' or ');
}
