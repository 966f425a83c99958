import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 240_000,
    reporters: ['default', 'json'],
    outputFile: { json: '../../out/reports/draft.json' },
  },
});
