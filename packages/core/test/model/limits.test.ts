import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { forEachLimit, LIMITS, nothingSpent } from '../../src/model/limits.ts';

const root = resolve(import.meta.dirname, '../../../..');

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

test('another limit touches at most six files written by hand: those that name the month’s', async () => {
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
    'packages/core/src/model/limits.ts',
    'packages/core/simulation/checks/bill.ts',
    'packages/core/simulation/mutants.ts',
    'packages/core/simulation/script.ts',
  ]);
});

async function sourcesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.ts'))
    .map((entry) => `${folder}/${entry}`)
    .toSorted();
}
