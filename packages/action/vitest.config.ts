import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/warm-up.ts'],
    testTimeout: 60_000,
    reporters: ['default', 'json'],
    outputFile: { json: '../../out/reports/action.json' },
  },
});
