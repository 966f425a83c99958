import { expect, test } from 'vitest';
import { readFound } from './run-fuzz.ts';
import { assertTarget } from './target.ts';
import { fuzzTargets } from './targets.ts';

test('nothing that was found once breaks anything again', async () => {
  const broken: string[] = [];
  for (const { name, target, input } of readFound()) {
    try {
      await target.check(input);
    } catch (error) {
      broken.push(`${name}: ${String(error)}`);
    }
  }
  expect(broken).toEqual([]);
});

test.each(fuzzTargets.map((target) => [target.name, target] as const))(
  '%s holds for some inputs',
  (_name, target) => assertTarget(target, target.inputsInTurn ?? 100),
);
