import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const PARSER = /@actions\/(workflow-parser|expressions)\//;

export default defineConfig({
  plugins: [
    {
      // Its files name source maps that are not published; each would be a warning.
      name: 'without-source-maps',
      enforce: 'pre',
      load: (id) =>
        PARSER.test(id) && id.endsWith('.js')
          ? readFileSync(id, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '')
          : null,
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    // They wait for processes and loopback more than they compute.
    maxWorkers: 3,
    globalSetup: ['test/warm-up.ts'],
    testTimeout: 60_000,
    // It imports JSON without saying so, which Node alone refuses.
    server: { deps: { inline: [PARSER] } },
    reporters: ['default', 'json'],
    outputFile: { json: '../../out/reports/action.json' },
  },
});
