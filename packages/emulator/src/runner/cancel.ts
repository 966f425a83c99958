import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The runner's own waits (its ProcessInvoker.cs). */
const SIGINT_WAIT_MS = 7_500;
const SIGTERM_WAIT_MS = 2_500;

/**
 * Ends a child as the runner does on cancellation: SIGINT to that one process, a wait, SIGTERM, a
 * wait, SIGKILL. Resolves with the last signal that was needed; the waits can be shortened.
 */
export async function cancelAsRunnerDoes(
  child: ChildProcess,
  waits: { readonly sigintMs?: number; readonly sigtermMs?: number } = {},
): Promise<'SIGINT' | 'SIGTERM' | 'SIGKILL'> {
  const exited = child.exitCode !== null || child.signalCode !== null ? [] : once(child, 'exit');
  child.kill('SIGINT');
  if (await endsWithin(exited, waits.sigintMs ?? SIGINT_WAIT_MS)) return 'SIGINT';
  child.kill('SIGTERM');
  if (await endsWithin(exited, waits.sigtermMs ?? SIGTERM_WAIT_MS)) return 'SIGTERM';
  child.kill('SIGKILL');
  await exited;
  return 'SIGKILL';
}

async function endsWithin(exited: unknown, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([Promise.resolve(exited).then(() => true), timeout]);
  clearTimeout(timer);
  return done;
}
