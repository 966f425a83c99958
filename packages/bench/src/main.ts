import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './measure/folders.ts';
import { forgetRepositories } from './measure/run-jobs.ts';
import { openStage } from './measure/stage.ts';
import type { Benchmarks, Measured } from './results.ts';
import { TABLES } from './tables/tables.ts';

/**
 * `npm run bench [-- <table>...] [--quick] [--rounds 3] [--concurrency 1000]`: measures and keeps the figures. What it
 * measures stands in docs/benchmarks.md; a quick run goes to out/ and changes no document.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    concurrency: { type: 'string', default: '1000' },
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

for (const table of TABLES) {
  if (positionals.length > 0 && !positionals.includes(table.name)) continue;
  say(`table ${table.name}`);
  const stage = openStage();
  try {
    const concurrency = Number(values.concurrency);
    const rows = await table.run({ stage, isQuick, rounds, concurrency, say });
    await keep(table.name, { ...describeMachine(), rounds, rows });
  } finally {
    await stage.close();
    forgetRepositories();
  }
}
say(`kept in ${path}`);

function describeMachine(): Omit<Measured<never>, 'rounds' | 'rows'> {
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
