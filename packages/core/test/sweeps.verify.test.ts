import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The tests that take a sample of a sweep (support/sweep.ts) run here with the whole of it. */
const sampled = globSync('**/*.test.ts', { cwd: import.meta.dirname }).filter(
  (file) =>
    !file.endsWith('.verify.test.ts') &&
    readFileSync(join(import.meta.dirname, file), 'utf8').includes('/support/sweep.ts'),
);

for (const file of sampled) await import(join(import.meta.dirname, file));

test('every sweep is run as a whole', () => {
  expect(process.env.SWEEPS).toBe('whole');
  expect(sampled.length).toBeGreaterThan(5);
});
