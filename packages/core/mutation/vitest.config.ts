import { defineConfig } from 'vitest/config';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * A mutant that keeps a file of tests from loading was noticed. The mutation runner reads failed tests
 * only, so that such a file is given one (stryker-mutator/stryker-js#6150).
 */
const failUnloadable: Reporter = {
  onTestModuleEnd(module: TestModule) {
    const { task } = module as unknown as { task: { result?: object; tasks: object[] } };
    if (module.state() !== 'failed' || task.tasks.length > 0) return;
    task.tasks.push({ type: 'test', name: 'loads', mode: 'run', file: task, result: task.result });
  },
};

/** The tests that mutants of one module are held against, named by `scripts/mutation.ts`. */
export default defineConfig({
  test: {
    include: (process.env.MUTATION_TESTS ?? '').split(' '),
    testTimeout: 20_000,
    reporters: [failUnloadable],
  },
});
