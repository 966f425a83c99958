import { tmpdir } from 'node:os';

/** Where a run leaves what its post step must find: one rule for both. */
export function temporaryDirectoryOf({ RUNNER_TEMP }: NodeJS.ProcessEnv): string {
  return RUNNER_TEMP || tmpdir();
}
