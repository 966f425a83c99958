import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Cost {
  readonly wallS: number;
  /** Of the process and of everything that it started and waited for. */
  readonly processorS: number;
  /** The most memory that the process itself ever had in use (VmHWM). */
  readonly peakMb: number;
}

/** Whatever takes longer is killed: its row says what it had reached. */
export const LONGEST_RUN_MS = 900_000;
const SAMPLE_MS = 20;
/** USER_HZ: what /proc counts processor time in, on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/**
 * Watches a child that was just started. Processor time is what this process's ended children took, so only one
 * child may end meanwhile: measure one after another.
 */
export function watchCost(child: ChildProcess, startedAtMs: number, usedBeforeS: number) {
  let peakMb = 0;
  const sample = () => {
    peakMb = Math.max(peakMb, peakOf(child.pid));
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    sample,
    /** To be called once the child has ended. */
    end(): Cost {
      clearInterval(timer);
      return {
        wallS: (performance.now() - startedAtMs) / 1_000,
        processorS: endedChildrenS() - usedBeforeS,
        peakMb,
      };
    },
  };
}

/** Processor seconds of all children of this process that have ended. */
export function endedChildrenS(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    // Ended between two looks.
    return 0;
  }
}
