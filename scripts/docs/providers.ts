import type { Adapter } from '@motion-transfer/core';

interface Sourced {
  readonly value: unknown;
  readonly basis: string;
  readonly source: string;
}

/** Prices and limits as the adapters hold them, each with its source. */
export function renderProviders(adapters: readonly Adapter[]): string {
  return [
    '# Providers',
    '',
    '_Generated from the adapters by `npm run docs`._ Limits marked **documented** block a transfer that breaks them; **borrowed**',
    '(from another seller of the same model) and **assumed** ones only warn.',
    ...adapters.flatMap(renderProvider),
    '',
  ].join('\n');
}

function renderProvider(adapter: Adapter): string[] {
  return Object.entries(adapter.models).flatMap(([model, spec]) => [
    '',
    `## ${adapter.title}`,
    '',
    `Id \`${adapter.id}\`, model \`${model}\`, key \`${adapter.secrets.join('`, `')}\`, base URL movable by \`${adapter.baseUrlVariable}\`.`,
    '',
    '| | | Basis | Source |',
    '| --- | --- | --- | --- |',
    ...Object.entries(spec.prices).map(
      ([tier, row]) =>
        `| price, ${tier} | $${row.microUsdPerSecond / 1_000_000} per second | documented, read ${row.checkedOn} | ${row.source} |`,
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
    renderLimit('output kept (days)', spec.retentionDays),
    ...(adapter.pacing.requestsPerMinute == null
      ? []
      : [renderLimit('requests per minute', adapter.pacing.requestsPerMinute)]),
  ]);
}

function renderLimit(name: string, { value, basis, source }: Sourced): string {
  const shown = Array.isArray(value)
    ? value.join(typeof value[0] === 'number' ? ' to ' : ', ')
    : String(value);
  return `| ${name} | ${shown} | ${basis} | ${source} |`;
}
