import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { selectTests } from '../../vitest.shared.ts';

const PARSER = /@actions\/(workflow-parser|expressions)\//;

export default defineConfig(({ mode }) => ({
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
    ...selectTests(mode),
    setupFiles: ['test/clean-up/setup.ts'],
    // It imports JSON without saying so, which Node alone refuses.
    server: { deps: { inline: [PARSER] } },
  },
}));
