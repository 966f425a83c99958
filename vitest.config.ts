import { defineConfig } from 'vitest/config';
import { readMode } from './vitest.shared.ts';

export default defineConfig(({ mode }) => ({
  test: {
    // Action and emulator are tested through processes and HTTP alone: they have no unit tests.
    projects:
      readMode(mode) === 'unit'
        ? ['packages/core', 'packages/draft']
        : [
            'packages/action',
            'packages/bench',
            'packages/core',
            'packages/draft',
            'packages/emulator',
          ],
    reporters: ['default', ['json', { outputFile: `out/reports/${mode}.json` }]],
  },
}));
