import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One per core of a small machine: many of these tests wait for a process of their own.
    maxWorkers: 2,
    testTimeout: 240_000,
    reporters: ['default', 'json'],
    outputFile: { json: '../../out/reports/draft.json' },
  },
});
