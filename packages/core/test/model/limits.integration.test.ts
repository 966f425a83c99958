import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { forEachLimit, LIMITS, nothingSpent } from '../../src/model/limits.ts';

const root = resolve(import.meta.dirname, '../../../..');
const TABLE = 'packages/core/src/model/limits.ts';
const run = promisify(execFile);

describe('the table of limits', () => {
  test('names every limit once, in the config, in plans, as input and as output', () => {
    for (const key of ['name', 'field', 'input', 'option', 'output'] as const)
      expect(new Set(LIMITS.map((limit) => limit[key])).size).toBe(LIMITS.length);
  });

  test('keeps the fields that plans have always had', () => {
    expect(Object.keys(forEachLimit('field', () => null))).toEqual([
      'perTransferMicroUsd',
      'perRunMicroUsd',
      'perPullRequestMicroUsd',
      'perMonthMicroUsd',
    ]);
    expect(nothingSpent.perRunMicroUsd).toBe(0);
  });

  test.each(['action.yml', 'action-types.yml'])('is the one of %s', async (file) => {
    const { inputs, outputs } = parse(await readFile(join(root, file), 'utf8'));
    const named = Object.keys(inputs).filter((name) => name.startsWith('max-cost'));
    expect(named.toSorted()).toEqual(LIMITS.map(({ input }) => input).toSorted());
    const shown = Object.keys(outputs).filter((name) => name.startsWith('limit-'));
    expect(shown.toSorted()).toEqual(LIMITS.map(({ output }) => output).toSorted());
  });
});

/** Each starts another process: slow beside other work, and never a verdict on time. */
describe('another limit', { timeout: 300_000 }, () => {
  test('is one more row of the table, and everything else follows', async () => {
    const copy = await copyWithLimit(await readFile(fixture('limit.txt'), 'utf8'));
    await writeFile(join(copy, 'probe.ts'), await readFile(fixture('probe.txt'), 'utf8'));
    const { stdout } = await run(process.execPath, ['probe.ts'], { cwd: copy });
    expect(JSON.parse(stdout)).toEqual({
      config: 9_000_000,
      lowered: 2_000_000,
      base: 2_500_000,
      spent: [300_000, null],
      decision: [
        {
          limit: 'per-week',
          limitMicroUsd: 500_000,
          wouldSpendMicroUsd: 600_000,
          transferId: null,
          message:
            'this week may cost $0.60, $0.30 of it spent or held before, more than per-week $0.50',
        },
      ],
      table: '| per week | $0.50 | $0.30 | $0.30 | **over by $0.10** |',
      gallery: [{ label: 'Limits', value: '$0.50 per week' }],
      changes: ['per-week is $0.50, was none'],
      planFields: [
        ...LIMITS.map(({ field }) => field),
        'perWeekMicroUsd',
        'onExceed',
        'perRunIsDefault',
      ],
      docs: '| `per-week` | number, 0 to 999999.999999 or text | Most that all runs of the repository may cost in seven days. |',
    });
  });

  test('needs no edit of another source file for the types to hold', async () => {
    const copy = await copyWithLimit(await readFile(fixture('limit.txt'), 'utf8'));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = [
      '-p',
      'packages/core',
      '--noEmit',
      '--composite',
      'false',
      '--incremental',
      'false',
    ];
    await run(process.execPath, [compiler, ...options], { cwd: copy });
  });

  test('touches at most six files written by hand: those that name the month’s', async () => {
    const spellings = LIMITS.filter(({ name }) => name === 'per-month').flatMap(
      ({ name, field, input, option, output }) => [name, field, input, option, output],
    );
    const files = [
      'action.yml',
      'action-types.yml',
      ...(await sourcesBelow('packages/core/src')),
      ...(await sourcesBelow('packages/action/src')),
      ...(await sourcesBelow('packages/core/simulation')),
      ...(await sourcesBelow('scripts')),
    ];
    const naming: string[] = [];
    for (const file of files) {
      const text = await readFile(join(root, file), 'utf8');
      if (spellings.some((spelling) => text.includes(spelling))) naming.push(file);
    }
    expect(naming).toEqual([
      'action.yml',
      'action-types.yml',
      TABLE,
      'packages/core/simulation/checker.ts',
      'packages/core/simulation/mutants.ts',
      'packages/core/simulation/script.ts',
    ]);
  });
});

function fixture(name: string): string {
  return join(import.meta.dirname, 'added-limit', name);
}

/** The sources with one more row in the table, and nothing else edited. */
async function copyWithLimit(row: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'added-limit-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  const parts = ['packages/core/src', 'packages/core/tsconfig.json', 'scripts/docs'];
  for (const part of [...parts, 'tsconfig.base.json', 'package.json'])
    await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await cp(join(root, 'packages/core/package.json'), join(copy, 'packages/core/package.json'));
  await symlink(
    join(root, 'packages/core/node_modules'),
    join(copy, 'packages/core/node_modules'),
  ).catch(() => undefined);
  const table = await readFile(join(copy, TABLE), 'utf8');
  const end = '] as const satisfies readonly LimitRule[];';
  expect(table.split(end)).toHaveLength(2);
  await writeFile(join(copy, TABLE), table.replace(end, `${row}${end}`));
  return copy;
}

async function sourcesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.ts'))
    .map((entry) => `${folder}/${entry}`)
    .toSorted();
}
