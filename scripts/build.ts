import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds every package, without turbo's telemetry, which no file of a repository can turn off. */
const turbo = fileURLToPath(import.meta.resolve('turbo'));
const build = ['run', 'build', '--output-logs=errors-only', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [turbo, ...build], {
  stdio: 'inherit',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
});
process.exitCode = status ?? 1;
