import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const packages = resolve(import.meta.dirname, '../../..');
/** The steps whose order decides about money: only the use cases put two of them in a row. */
const STEPS = ['settleLeftovers', 'runPlan', 'reconcile', 'recordDelivery', 'holdUndelivered'];

/** The steps that a source calls or imports under whatever name; declaring or exporting one is neither. */
function stepsCalled(source: string): string[] {
  const imported = [...source.matchAll(/import\s*\{([^}]*)\}/g)].map(([, names]) => names).join();
  return STEPS.filter((step) => {
    const calls = new RegExp(`(?<!function\\s)(?<![\\w$])${step}\\s*(<[^()]*>)?(\\?\\.)?\\(`);
    const isNamed = new RegExp(`(?<![\\w$])${step}(?![\\w$])`);
    const otherUses = new RegExp(`[{,[=.]\\s*${step}\\s*(:|[,\\]}]|;)`);
    const bound = new RegExp(`(?<![\\w$])${step}(\\?)?\\.(call|apply|bind)\\(`);
    const rest = source.replace(/(import|export)\s*\{[^}]*\}[^;]*;/g, '');
    return [calls, bound, otherUses].some((use) => use.test(rest)) || isNamed.test(imported ?? '');
  });
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
    [
      "import { runPlan as buyAll } from './run.ts';\nimport { reconcile } from './reconcile.ts';",
      2,
    ],
    ['const { runPlan: buyAll, recordDelivery } = core;', 2],
    ['runPlan.call(null);\ncore.reconcile?.(context);', 2],
    ['for (const step of [settleLeftovers, runPlan]) await step(context);', 2],
    ["export { runPlan } from './run.ts';\nreconcilePurchases(ports);", 0],
  ])('is noticed in %j', (source, calls) => {
    expect(stepsCalled(source)).toHaveLength(calls);
  });
});
