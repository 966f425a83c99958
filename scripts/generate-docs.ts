import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  adapters,
  CLIP_ADVICE,
  configJsonSchema,
  planJsonSchema,
  providers,
} from '@motion-transfer/core/shell';
import { parse } from 'yaml';
import { renderBenchmarks } from '../packages/bench/src/report/render-benchmarks.ts';
import type { Benchmarks } from '../packages/bench/src/results.ts';
import { renderConfigReference } from './docs/config-reference.ts';
import { type Measurement, renderFigures } from './docs/figures.ts';
import { renderLayers } from './docs/layers.ts';
import { renderProviders } from './docs/providers.ts';
import { renderWorkflowEvents } from './docs/workflow-events.ts';

/**
 * Writes what can be said from the code itself: the tables of the README, the config reference, the
 * provider table, the figures behind the promises, the benchmarks and the JSON Schemas. `--check` writes nothing and fails when something is stale.
 */
const root = resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

interface Manifest {
  readonly inputs: Readonly<Record<string, { description: string; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}
const manifest: Manifest = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

put('docs/config.schema.json', `${JSON.stringify(configJsonSchema(providers), null, 2)}\n`);
put('docs/plan.schema.json', `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
put('docs/config.md', renderConfigReference(configJsonSchema(providers)));
put('docs/providers.md', renderProviders(adapters));
const measurements: Record<string, Measurement> = JSON.parse(read('docs/promises.figures.json'));
put(
  'docs/promises.md',
  replaceRegion(read('docs/promises.md'), 'figures', renderFigures(measurements)),
);
put(
  'docs/pull-requests.md',
  replaceRegion(read('docs/pull-requests.md'), 'events', renderWorkflowEvents()),
);
put('docs/architecture.md', replaceRegion(read('docs/architecture.md'), 'layers', renderLayers()));
const benchmarks: Benchmarks = JSON.parse(read('docs/benchmarks.json'));
for (const [path, content] of renderBenchmarks(benchmarks)) put(`docs/${path}`, content);
put(
  'README.md',
  [
    ['inputs', inputTable()],
    ['outputs', outputTable()],
    ['clip-advice', `A clip needs ${CLIP_ADVICE}.`],
  ].reduce(
    (text, [name = '', content = '']) => replaceRegion(text, name, content),
    read('README.md'),
  ),
);

if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run \`npm run docs\` and commit the result`);
  process.exitCode = 1;
}

function inputTable(): string {
  const rows = Object.entries(manifest.inputs).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.description}${input.default != null ? ` Default: \`${input.default}\`.` : ''} |`,
  );
  return ['| Input | |', '| --- | --- |', ...rows].join('\n');
}

function outputTable(): string {
  const rows = Object.entries(manifest.outputs).map(
    ([name, output]) => `| \`${name}\` | ${output.description} |`,
  );
  return ['| Output | |', '| --- | --- |', ...rows].join('\n');
}

function replaceRegion(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}-start -->`, `<!-- ${name}-end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no region ${start} ... ${end}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

function put(path: string, content: string): void {
  if (check) {
    if (read(path) !== content) stale.push(path);
    return;
  }
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function read(path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}
