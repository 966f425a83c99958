import { messageOf } from '../model/errors.ts';
import type { LockOwner, LockRun, Ports } from '../ports.ts';
import type { RunIdentity } from '../purchase/context.ts';

export interface LockClaim {
  readonly identity: RunIdentity;
  /** `null` outside of GitHub: then a lock names no run, and none of others is asked about. */
  readonly repository: string | null;
  /** The lock that a person said is dead; `null` for none. */
  readonly broken: string | null;
}

/**
 * Ports whose locks name the run that takes them. A lock whose process is out of sight (a container that
 * was killed, another machine) is taken over once GitHub says that its run is over, or by a person's word.
 */
export function ownLocks(ports: Ports, { identity, repository, broken }: LockClaim): Ports {
  const { runId, attempt } = identity;
  const run = repository == null ? null : { repository, runId, attempt };
  const isOver = async (other: LockRun): Promise<boolean> => {
    if (run == null || other.repository !== run.repository) return false;
    if (other.runId === run.runId && other.attempt < run.attempt) return true;
    if (ports.github == null) return false;
    try {
      return (await ports.github.attemptState(other.runId, other.attempt)) === 'over';
    } catch (error) {
      ports.log.warning(
        `whether run ${other.runId} is over could not be asked (${messageOf(error)}); its lock is respected`,
      );
      return false;
    }
  };
  const owner: LockOwner = { run, isOver, broken };
  return { ...ports, files: { ...ports.files, lock: (path) => ports.files.lock(path, owner) } };
}
