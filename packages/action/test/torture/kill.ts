import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, RequestMoment, RequestRecord } from '@motion-transfer/emulator';

/** Where a process is ended without warning: at its n-th request, or at its n-th effect on the disk. */
export type Kill =
  | {
      readonly at: 'request';
      /** From 1, counted from the start of the process. */
      readonly index: number;
      readonly moment: RequestMoment;
      /** Only the action, whose git goes on by itself, or all of its processes, as when a machine is lost. */
      readonly victims: 'process' | 'tree';
    }
  | {
      readonly at: 'disk';
      readonly index: number;
      /** `torn`: with half of a line written. */
      readonly moment: 'before' | 'torn' | 'after';
    };

export function sayKill(kill: Kill): string {
  const victims = kill.at === 'request' ? ` (${kill.victims})` : '';
  return `${kill.at} ${kill.index} ${kill.moment}${victims}`;
}

const PRELOAD = new URL('./kill-at-effect.ts', import.meta.url).href;

/** What makes the process end itself at an effect; the log says at which. */
export function environmentOf(kill: Kill, log: string): Record<string, string> {
  if (kill.at !== 'disk') return {};
  return countingEnvironment(log, { TORTURE_EFFECT: `${kill.index}`, TORTURE_MOMENT: kill.moment });
}

/** Writes the name of every effect on the disk into the log, and ends nothing. */
export function countingEnvironment(
  log: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return { NODE_OPTIONS: `--import=${PRELOAD}`, TORTURE_LOG: log, ...more };
}

export interface RequestKiller {
  readonly checkpoint: Checkpoint;
  /** From now on requests are counted, and at that one the child is ended. */
  arm(kill: Kill & { readonly at: 'request' }, child: ChildProcess): void;
  disarm(): void;
  /** The request at which the last armed kill struck. */
  struck(): RequestRecord | null;
}

export function createRequestKiller(): RequestKiller {
  let armed: { kill: Kill & { at: 'request' }; child: ChildProcess } | null = null;
  let numbers = new Map<RequestRecord, number>();
  let struck: RequestRecord | null = null;
  return {
    async checkpoint(request, moment) {
      if (armed == null) return 'pass';
      if (moment === 'arrived') numbers.set(request, numbers.size + 1);
      const { kill, child } = armed;
      if (numbers.get(request) !== kill.index || moment !== kill.moment) return 'pass';
      armed = null;
      struck = request;
      await killNow(child, kill.victims);
      return 'drop';
    },
    arm(kill, child) {
      numbers = new Map();
      struck = null;
      armed = { kill, child };
    },
    disarm() {
      armed = null;
    },
    struck: () => struck,
  };
}

async function killNow(child: ChildProcess, victims: 'process' | 'tree'): Promise<void> {
  if (child.pid == null || child.exitCode != null || child.signalCode != null) return;
  const exited = once(child, 'exit');
  const others = victims === 'tree' ? descendantsOf(child.pid) : [];
  child.kill('SIGKILL');
  for (const pid of others) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  await exited;
}

/** Children and their children (proc(5): `/proc/<pid>/task/<tid>/children`). */
function descendantsOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  const children = readdirSync(tasks).flatMap((task) =>
    readFileSync(join(tasks, task, 'children'), 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean),
  );
  return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
}
