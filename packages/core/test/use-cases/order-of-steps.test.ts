import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const packages = resolve(import.meta.dirname, '../../..');
/** The steps whose order decides about money: only the use cases put two of them in a row. */
const STEPS = ['settleLeftovers', 'runPlan', 'reconcile', 'recordDelivery', 'holdUndelivered'];

/** The steps that a source calls; declaring or importing one is no call. */
function stepsCalled(source: string): string[] {
  return STEPS.filter((step) =>
    new RegExp(`(?<!function\\s)(?<![\\w$])${step}\\s*(<[^()]*>)?\\(`).test(source),
  );
}

function sourcesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('the order of steps that money depends on', () => {
  test.each(['core/src', 'core/simulation', 'action/src'])(
    'is not written down in %s outside of the use cases',
    (directory) => {
      const files = sourcesBelow(join(packages, directory))
        .map((path) => ({ path: relative(packages, path), text: readFileSync(path, 'utf8') }))
        .filter(({ path }) => !path.startsWith(join('core/src/use-cases', '/')));
      expect(files.length).toBeGreaterThan(10);
      const offenders = files.filter(({ text }) => stepsCalled(text).length > 1);
      expect(offenders.map(({ path }) => path)).toEqual([]);
    },
  );

  test('is written down in the use cases', () => {
    const called = sourcesBelow(join(packages, 'core/src/use-cases')).flatMap((path) =>
      stepsCalled(readFileSync(path, 'utf8')),
    );
    expect([...new Set(called)].sort()).toEqual([...STEPS].sort());
  });

  test.each([
    ['await settleLeftovers(context);\nawait core.runPlan(context, {});', 2],
    ['core.holdUndelivered(context, stored);\nrecordDelivery<Result>(context);', 2],
    ['function settleLeftovers(context) {}\nawait reconcile(context, 4);', 1],
    ["import { reconcile } from './reconcile.ts';\nreconcilePurchases(ports);", 0],
  ])('is noticed in %j', (source, calls) => {
    expect(stepsCalled(source)).toHaveLength(calls);
  });
});
