import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { InlineConfig } from 'vitest/node';

/**
 * Which test files run, by their names (`vitest run --mode <mode>`, `test` by default):
 * `*.verify.test.ts` are the long proof and run in mode `verify`; all others run in mode `test`.
 * Of these, mode `unit` runs what only computes: it leaves out `*.integration.test.ts`, which start
 * processes, open connections, or use git or a browser.
 */
const MODES = ['test', 'verify', 'unit'] as const;
type Mode = (typeof MODES)[number];

const VERIFY = 'test/**/*.verify.test.ts';
const INTEGRATION = 'test/**/*.integration.test.ts';

const MINUTES_MS = 60_000;
/** However busy the machine is: a test that takes this long does not end. */
const PATIENCE_MS: Readonly<Record<Mode, number>> = {
  unit: 5 * MINUTES_MS,
  test: 5 * MINUTES_MS,
  verify: 30 * MINUTES_MS,
};

interface Exceptions {
  /** Files of the long proof without its name, as globs. */
  readonly verify?: readonly string[];
  /** Files that do more than compute without saying so in their names, as globs. */
  readonly integration?: readonly string[];
}

export function selectTests(
  mode: string,
  { verify = [], integration = [] }: Exceptions = {},
): InlineConfig {
  const known = readMode(mode);
  const patienceMs = PATIENCE_MS[known];
  return {
    // On two cores two of them wait for processes and timers of their own a tenth of the time.
    maxWorkers: Math.max(3, availableParallelism()),
    ...filesOf(known, [VERIFY, ...verify], [INTEGRATION, ...integration]),
    // Files share nothing but modules, whose loading would take half of the time of most.
    isolate: known === 'verify',
    // `whole` tests all values of those sweeps of which the other modes take a sample.
    env: { SWEEPS: known === 'verify' ? 'whole' : 'sample' },
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    teardownTimeout: patienceMs,
    expect: { poll: { timeout: patienceMs } },
  };
}

export function readMode(mode: string): Mode {
  // Tools that only read the configuration name a mode of Vite's own.
  if (mode === 'development' || mode === 'production') return 'test';
  const known = MODES.find((name) => name === mode);
  if (known == null) throw new Error(`--mode ${mode}: tests run in ${MODES.join(', ')}`);
  return known;
}

function filesOf(mode: Mode, long: string[], integration: string[]): InlineConfig {
  const include = ['test/**/*.test.ts'];
  switch (mode) {
    case 'verify':
      return { include: long };
    case 'test':
      return { include, exclude: long };
    case 'unit':
      return {
        include,
        exclude: [...long, ...integration],
        setupFiles: [join(import.meta.dirname, 'vitest.only-compute.ts')],
      };
  }
}
