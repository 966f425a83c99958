import { LOCKFILE_PATH, type LockedOutput } from '../../src/model/lockfile/lockfile.ts';
import { formatLockfile } from '../../src/model/lockfile/lockfile-format.ts';
import { buildState } from './state-builder.ts';

export function lockedOutput(changes: Partial<LockedOutput> = {}): LockedOutput {
  const state = buildState();
  return state.lock(state.addTransfer('hero'), changes);
}

/** A lockfile in one file. */
export function lockfileText(outputs: Record<string, LockedOutput>): string {
  return formatLockfile({ outputs }, false).get(LOCKFILE_PATH) ?? '';
}
