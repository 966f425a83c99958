import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './measure/folders.ts';
import { watchOthers } from './measure/others.ts';
import { forgetRepositories } from './measure/run-jobs.ts';
import { openStage } from './measure/stage.ts';
import type { Benchmarks, Measured } from './results.ts';
import { TABLES } from './tables/tables.ts';

/**
 * `npm run bench [-- <table>...] [--quick] [--rounds 3] [--concurrency 64]`: measures and keeps the figures. What it
 * measures stands in docs/benchmarks.md; a quick run goes to out/ and changes no document.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    concurrency: { type: 'string', default: '64' },
  },
});

const unknown = positionals.filter((name) => TABLES.every((table) => table.name !== name));
if (unknown.length > 0) {
  const known = TABLES.map(({ name }) => name).join(', ');
  console.error(`No table ${unknown.join(', ')}; there are ${known}.`);
  process.exit(2);
}

const isQuick = values.quick;
const rounds = Number(values.rounds ?? (isQuick ? 1 : 3));
const path = join(ROOT, isQuick ? 'out/benchmarks.json' : 'docs/benchmarks.json');
const startedAtMs = performance.now();
const elapsed = () => `${((performance.now() - startedAtMs) / 1_000).toFixed(0).padStart(5)} s`;
const say = (text: string) => console.log(`${elapsed()}  ${text}`);

const chosen = TABLES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const failed: string[] = [];
for (const table of chosen) {
  say(`table ${table.name}`);
  try {
    const shareOfOthers = watchOthers();
    const rows = await measure(table);
    const others = shareOfOthers();
    await keep(table.name, { ...describeMachine(), rounds, others, rows });
    const percent = Math.round(100 * others);
    say(`table ${table.name} is kept in ${path}; other work took ${percent} % of the processors`);
  } catch (cause) {
    // Each table stands for itself: what the others measure is kept.
    failed.push(table.name);
    console.error(cause);
  }
}
if (failed.length > 0) {
  console.error(
    `Not measured: ${failed.join(', ')}. \`npm run bench -- ${failed.join(' ')}\` tries again.`,
  );
  process.exitCode = 1;
}

async function measure(table: (typeof TABLES)[number]): Promise<readonly unknown[]> {
  const stage = openStage();
  try {
    const concurrency = Number(values.concurrency);
    return await table.run({ stage, isQuick, rounds, concurrency, say });
  } finally {
    await stage.close();
    forgetRepositories();
  }
}

function describeMachine(): Pick<Measured<never>, 'date' | 'cores' | 'node' | 'versions'> {
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    node: process.versions.node,
    versions: peerVersions(),
  };
}

function peerVersions(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(
    readFileSync(join(ROOT, 'packages/bench/package.json'), 'utf8'),
  );
  return Object.fromEntries(
    Object.entries<string>(dependencies).filter(
      ([name]) => name !== 'yaml' && !name.startsWith('@motion-transfer/'),
    ),
  );
}

/** Replaces the part of one table only. */
async function keep(name: string, measured: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const next: Benchmarks = { ...readKept(), [name]: measured };
  const sorted = TABLES.flatMap((table) =>
    next[table.name] == null ? [] : [[table.name, next[table.name]]],
  );
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(sorted), shorten, 1)}\n`);
}

function readKept(): Benchmarks {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

/** More digits than four would claim a precision that no figure here has. */
function shorten(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(4))
    : value;
}
