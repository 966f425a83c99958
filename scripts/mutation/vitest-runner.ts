import { strykerPlugins as plugins } from '@stryker-mutator/vitest-runner';

interface Runner {
  mutantRun(options: { readonly testFilter?: readonly string[] }): Promise<object>;
}

/**
 * Holds every test against every mutant. The runner picks tests by a name that vitest 5 spells otherwise
 * (stryker-mutator/stryker-js#6210): it would find none, and every mutant would seem to survive.
 */
function createRunner(injector: never): Runner {
  const [plugin] = plugins;
  if (plugin == null) throw new Error('the runner of vitest has no plugin');
  const runner = plugin.factory(injector) as unknown as Runner;
  const run = runner.mutantRun.bind(runner);
  runner.mutantRun = ({ testFilter: _, ...options }) => run(options);
  return runner;
}
createRunner.inject = ['$injector'];

export const strykerPlugins = [
  { kind: 'TestRunner', name: 'vitest-every-test', factory: createRunner },
];
