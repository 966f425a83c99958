import { type Adapter, COMMON, secretSets, writtenAssumptions } from '@motion-transfer/core/shell';

interface Sourced {
  readonly value: unknown;
  readonly basis: string;
  readonly source: string;
}
type Spec = Adapter['models'][string];

/** Prices, limits and promises as the adapters hold them: one table of all, then each with its sources. */
export function renderProviders(adapters: readonly Adapter[]): string {
  return [
    '# Providers',
    '',
    '_Generated from the adapters by `npm run docs`._ **Documented**: the provider says so itself; such a limit blocks a transfer that breaks it.',
    '**Borrowed** (from another seller of the same model, or from somebody who quotes the provider) and **assumed** ones only warn, and a price',
    'that is not documented warns as well. Sources and dates stand below, provider by provider.',
    '',
    ...renderOverview(adapters),
    ...renderBackends(adapters),
    ...adapters.flatMap(renderProvider),
    ...renderAssumptions(adapters),
    '',
  ].join('\n');
}

function renderOverview(adapters: readonly Adapter[]): string[] {
  return [
    '| Provider | Model | $ per second, standard / pro | Longest clip, image / video | Output kept | Local files | Lost answers found | A failed job costs | The charge comes from |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...eachModel(adapters).map(([adapter, model, spec]) => {
      const { service } = adapter;
      const cells = [
        `[${adapter.title}](#${anchorOf(adapter, model)})`,
        spec.name ?? 'any',
        `${priceOf(spec, 'standard')} / ${priceOf(spec, 'pro')}`,
        `${mark(spec.maxSeconds.image)} / ${mark(spec.maxSeconds.video)} s`,
        `${days(spec.retentionDays.value)}${star(spec.retentionDays)}`,
        localFilesOf(adapter),
        mark(service.lostAnswers),
        mark(service.refunds),
        mark(service.charges),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
    '\\* borrowed or assumed: not read at the provider itself, or said nowhere.',
  ];
}

/** What no page says of the answers, provider by provider; a probe checks all of it. */
function renderAssumptions(adapters: readonly Adapter[]): string[] {
  const shared = new Set(COMMON.map(({ id }) => id));
  const rowsOf = (provider: string, isShared: boolean) =>
    writtenAssumptions(provider)
      .filter(({ id }) => shared.has(id) === isShared)
      .map(({ id, sentence, source }) => `| \`${id}\` | ${sentence} | ${source} |`);
  const [first] = adapters;
  return [
    '',
    '<a id="assumptions"></a>',
    '',
    '## Assumptions',
    '',
    'What is taken to be true of the answers although no page says it, or although pages disagree. [A probe](probe.md) tells which of',
    'them hold, and does so for every figure above that is borrowed or assumed as well.',
    '',
    '| Assumption | | Source, or why nothing better is known |',
    '| --- | --- | --- |',
    ...adapters.flatMap(({ id, title }) => [`| **${title}** | | |`, ...rowsOf(id, false)]),
    '| **all of them** | | |',
    ...(first == null ? [] : rowsOf(first.id, true)),
  ];
}

/** Providers that share the machines which run the model: if one is down, so is the other. */
function renderBackends(adapters: readonly Adapter[]): string[] {
  const backends = new Map<string, Adapter[]>();
  for (const adapter of adapters) {
    const { value } = adapter.service.backend;
    backends.set(value, [...(backends.get(value) ?? []), adapter]);
  }
  const shared = [...backends].filter(([, users]) => users.length > 1);
  if (shared.length === 0) return [];
  return [
    '',
    ...shared.map(
      ([backend, users]) =>
        `**Not independent of each other:** ${users.map(({ title }) => title).join(' and ')} run on the same machines (${backend}). One is no fallback for an outage of the other.`,
    ),
  ];
}

function renderProvider(adapter: Adapter): string[] {
  const { service } = adapter;
  return Object.entries(adapter.models).flatMap(([model, spec], index) => [
    '',
    ...(index === 0 ? [`<a id="${adapter.id}"></a>`] : []),
    `<a id="${anchorOf(adapter, model)}"></a>`,
    '',
    `## ${adapter.title}: ${spec.name}`,
    '',
    `Id \`${adapter.id}\`, model \`${spec.name}\` (its own id: \`${model}\`), key ${keysOf(adapter)}, base URL movable by \`${baseUrlVariables(adapter).join('`, `')}\`.`,
    '',
    '| | | Basis | Source |',
    '| --- | --- | --- | --- |',
    ...Object.entries(spec.prices).map(
      ([tier, row]) =>
        `| price, ${tier} | $${row.microUsdPerSecond / 1_000_000} per second${heldNote(row)} | ${row.basis ?? 'documented'}, read ${row.checkedOn} | ${row.source} |`,
    ),
    ...Object.entries(spec.maxSeconds).map(([orientation, limit]) =>
      renderLimit(`longest clip, orientation ${orientation} (s)`, limit),
    ),
    renderLimit('shortest clip (s)', spec.minSeconds),
    renderLimit('image formats', spec.imageFormats),
    renderLimit('image, most bytes', spec.imageMaxBytes),
    renderLimit('image, shorter side (px)', spec.imageMinSide),
    renderLimit('image, width / height', spec.imageAspect),
    renderLimit('clip formats', spec.videoContainers),
    renderLimit('clip, most bytes', spec.videoMaxBytes),
    renderLimit('clip, sides (px)', spec.videoSides),
    renderLimit('clip, frames per second', spec.videoFramesPerSecond),
    renderLimit('prompt, characters', spec.promptMaxCharacters),
    renderLimit('output kept', { ...spec.retentionDays, value: days(spec.retentionDays.value) }),
    ...(adapter.pacing.requestsPerMinute == null
      ? []
      : [renderLimit('requests per minute', adapter.pacing.requestsPerMinute)]),
    renderLimit('runs on the machines of', service.backend),
    renderLimit('lost answers found', service.lostAnswers),
    renderLimit('a failed job costs', service.refunds),
    renderLimit('a job in the queue is cancelled', service.cancelling),
    renderLimit('the charge comes from', service.charges),
    ...Object.entries(adapter.furtherFacts ?? {}).map(([name, fact]) => renderLimit(name, fact)),
    ...Object.entries(adapter.uploads ?? {}).flatMap(([role, upload]) =>
      upload.kind === 'inline'
        ? [renderLimit(`local ${role}: inside the request, most bytes`, upload.maxBytes)]
        : [
            renderLimit(`local ${role}: its storage, most bytes`, upload.maxBytes),
            renderLimit(`local ${role}: who can read it`, {
              ...upload.visibility,
              value:
                upload.visibility.value === 'private'
                  ? 'the provider alone'
                  : 'whoever has the link',
            }),
            renderLimit(`local ${role}: kept`, upload.retention),
          ],
    ),
  ]);
}

function eachModel(adapters: readonly Adapter[]): (readonly [Adapter, string, Spec])[] {
  return adapters.flatMap((adapter) =>
    Object.entries(adapter.models).map(([model, spec]) => [adapter, model, spec] as const),
  );
}

/** One set of variables suffices. */
function keysOf(adapter: Adapter): string {
  const code = (names: readonly string[], between: string) =>
    names.map((name) => `\`${name}\``).join(between);
  const sets = secretSets(adapter).map((names) => code(names, ' with '));
  const older = Object.values(adapter.secretAliases ?? {});
  return `${sets.join(' or ')}${older.length === 0 ? '' : ` (older names: ${code(older, ', ')})`}`;
}

/** One for each model, whatever other models there are; the provider's own id leads to its first section. */
function anchorOf(adapter: Adapter, model: string): string {
  return `${adapter.id}-${model.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

function baseUrlVariables(adapter: Adapter): string[] {
  return [adapter.baseUrlVariable, ...Object.values(adapter.furtherBaseUrlVariables ?? {})];
}

function priceOf({ prices }: Spec, tier: 'standard' | 'pro'): string {
  const row = prices[tier];
  const isDocumented = (row.basis ?? 'documented') === 'documented';
  return `${row.microUsdPerSecond / 1_000_000}${isDocumented ? '' : '\\*'}${heldNote(row)}`;
}

function heldNote({ heldMicroUsdPerSecond }: Spec['prices']['pro']): string {
  return heldMicroUsdPerSecond == null ? '' : ` (${heldMicroUsdPerSecond / 1_000_000} is held)`;
}

function localFilesOf({ uploads = {} }: Adapter): string {
  const ways = (['character', 'motion'] as const).map((role) => {
    const upload = uploads[role];
    if (upload == null) return `${role}: a URL is needed`;
    if (upload.kind === 'inline') return `${role}: inside the request`;
    return upload.visibility.value === 'private'
      ? `${role}: its own storage`
      : `${role}: its storage, behind a public link${star(upload.visibility)}`;
  });
  return ways.join('; ');
}

function days(value: number): string {
  const hours = Math.round(value * 24);
  if (hours < 24) return hours === 1 ? '1 hour' : `${hours} hours`;
  return value === 1 ? '1 day' : `${value} days`;
}

function star({ basis }: Sourced): string {
  return basis === 'documented' ? '' : '\\*';
}

function mark(fact: Sourced): string {
  return `${show(fact.value)}${star(fact)}`;
}

function show(value: unknown): string {
  return Array.isArray(value)
    ? value.join(typeof value[0] === 'number' ? ' to ' : ', ')
    : String(value);
}

function renderLimit(name: string, { value, basis, source }: Sourced): string {
  return `| ${name} | ${show(value)} | ${basis} | ${source} |`;
}
