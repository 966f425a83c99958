import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import type { Measurement } from '../docs/figures.ts';

/**
 * `npm run mutation [-- <module> ...]`: changes one thing at a time in the modules that decide about
 * money, and asks whether a test notices. Fails below the score that is promised. With `--record` the
 * figures go to `docs/mutation.md`, `docs/mutation.scores.json` and
 * `docs/promises.figures.json`; `--slowly` leaves one processor free.
 */
const PROMISED_PERCENT = 95;

/** Module -> the tests that speak about it. */
const modules: Readonly<Record<string, readonly string[]>> = {
  'model/money': ['model/money'],
  'model/purchase/purchase-state': ['model/purchase/purchase-state'],
  'budget/apply-limits': ['budget/apply-limits'],
  'budget/reserve': ['budget/reserve', 'budget/reserve-property'],
  'budget/spent': ['budget/spent'],
  'budget/decide': ['budget/decide'],
  'budget/label-approval': ['budget/label-approval'],
  'budget/approval-evidence': ['budget/approval-evidence'],
  'ledger/totals': ['ledger/totals'],
  'model/purchase/purchase': ['model/purchase/purchase', 'ledger/journal'],
  'ledger/journal': ['ledger/journal', 'model/purchase/purchase'],
  'ledger/merge': ['ledger/merge', 'ledger/merged-chains'],
  'ledger/outbox': ['ledger/outbox'],
  'ledger/shared-ledger': ['ledger/shared-ledger', 'ledger/ledger-writes'],
  'ledger/files/files': ['ledger/files/files'],
  'ledger/files/format': ['ledger/files/format'],
  'ledger/files/state-file': ['ledger/files/format', 'ledger/files/files'],
  'purchase/adopt/adopt': ['purchase/adopt/adopt'],
  'recovery/run-liveness': ['recovery/run-liveness'],
  'recovery/write-off': ['recovery/write-off'],
  'purchase/reserve': ['purchase/reserve'],
  'purchase/collect/record-delivery': ['purchase/collect/record-delivery'],
};

interface Score {
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly leftOut: number;
  readonly percent: number;
  readonly date: string;
}

const root = resolve(import.meta.dirname, '../..');
const scoresFile = join(root, 'docs/mutation.scores.json');
const figuresFile = join(root, 'docs/promises.figures.json');
const isRecorded = process.argv.includes('--record');
const concurrency = process.argv.includes('--slowly') ? 1 : 2;
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const chosen = wanted.length === 0 ? Object.keys(modules) : wanted;
const unknown = chosen.filter((name) => modules[name] == null);
if (unknown.length > 0) {
  console.error(
    `No module is called ${unknown.join(', ')}. Known: ${Object.keys(modules).join(', ')}`,
  );
  process.exit(2);
}

process.chdir(join(root, 'packages/core'));
const measured: Record<string, Score> = {};
for (const name of chosen) {
  measured[name] = await measure(name);
  if (isRecorded) record(name, measured[name]);
}
const total = addUp(Object.values(measured));
console.log(`\n${table(measured)}`);
if (total.percent < PROMISED_PERCENT) {
  console.error(
    `${total.percent} % of the mutants were noticed; ${PROMISED_PERCENT} are promised.`,
  );
  process.exitCode = 1;
}

async function measure(name: string): Promise<Score> {
  const tests = (modules[name] ?? []).map((test) => `test/${test}.test.ts`);
  process.env.MUTATION_TESTS = tests.join(' ');
  const results = await new Stryker({
    mutate: [`src/${name}.ts`],
    testRunner: 'vitest-every-test',
    plugins: ['@stryker-mutator/vitest-runner', join(import.meta.dirname, 'vitest-runner.ts')],
    vitest: { configFile: 'mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency,
    // Only a loop without end takes so long: a slow machine must not look like a noticed mutant.
    timeoutMS: 30_000,
    ignorePatterns: ['lib', 'tsconfig.json', 'simulation', 'gallery-page', 'test/fixtures'],
    cleanTempDir: 'always',
    reporters: ['clear-text'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    fileLogLevel: 'off',
    logLevel: 'warn',
  } as ConstructorParameters<typeof Stryker>[0]).runMutationTest();
  const count = (...statuses: readonly string[]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const counts = withPercent({
    killed: count('Killed'),
    timedOut: count('Timeout'),
    survived: count('Survived', 'NoCoverage', 'RuntimeError', 'CompileError', 'Pending'),
    leftOut: count('Ignored'),
  });
  return { ...counts, date: new Date().toISOString().slice(0, 10) };
}

function withPercent(counts: Omit<Score, 'percent' | 'date'>): Omit<Score, 'date'> {
  const noticed = counts.killed + counts.timedOut;
  const all = noticed + counts.survived;
  return { ...counts, percent: all === 0 ? 0 : Math.floor((noticed / all) * 1000) / 10 };
}

function addUp(list: readonly Score[]): Omit<Score, 'date'> {
  const sum = (of: (score: Score) => number) => list.reduce((total, score) => total + of(score), 0);
  return withPercent({
    killed: sum(({ killed }) => killed),
    timedOut: sum(({ timedOut }) => timedOut),
    survived: sum(({ survived }) => survived),
    leftOut: sum(({ leftOut }) => leftOut),
  });
}

function table(scores: Readonly<Record<string, Score>>): string {
  const row = (name: string, date: string, score: Omit<Score, 'date'>) => {
    const { killed, timedOut, survived, leftOut, percent } = score;
    return `| ${name} | ${killed + timedOut} | ${survived} | ${leftOut} | ${percent.toFixed(1)} % | ${date} |`;
  };
  return [
    '| module | noticed | not noticed | left out | score | measured |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...Object.entries(scores).map(([name, score]) => row(`\`${name}\``, score.date, score)),
    row('**all**', '', addUp(Object.values(scores))),
  ].join('\n');
}

/** Each module with the day of its own measurement. */
function record(name: string, score: Score): void {
  const known: Readonly<Record<string, Score>> = { ...readJson(scoresFile), [name]: score };
  const scores = Object.fromEntries(
    Object.keys(modules).flatMap((module) => {
      const found = known[module];
      return found == null ? [] : [[module, found]];
    }),
  );
  writeJson(scoresFile, scores);
  const { killed, timedOut, survived, percent } = addUp(Object.values(scores));
  const mutation: Measurement = {
    command: 'npm run mutation',
    date: score.date,
    figures: {
      'modules about money, state and ledger': Object.keys(scores).length,
      'changes to them that tests noticed': killed + timedOut,
      'not noticed': survived,
      'noticed, in percent': percent,
    },
  };
  writeJson(figuresFile, { ...readJson(figuresFile), mutation });
  const page = join(root, 'docs/mutation.md');
  const between = /(<!-- figures -->\n)[\s\S]*?(<!-- \/figures -->)/;
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(between, (_, start, end) => `${start}\n${table(scores)}\n\n${end}`),
  );
}

function readJson<Value>(file: string): Readonly<Record<string, Value>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
