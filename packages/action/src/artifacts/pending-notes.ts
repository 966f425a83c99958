import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = 'motion-transfer-pending-';

/** One for each checkout: several steps of a job may work in several, and each has a post step. */
export function pendingPath(temporaryDirectory: string, checkout: string): string {
  return join(temporaryDirectory, `${PREFIX}${checkout}.json`);
}

/** Whether any run of this job did not come to its end, in whatever checkout. */
export async function hasPendingNotes(temporaryDirectory: string): Promise<boolean> {
  const names = await readdir(temporaryDirectory).catch(() => null);
  // What cannot be read may hold one.
  return names == null || names.some((name) => name.startsWith(PREFIX));
}
