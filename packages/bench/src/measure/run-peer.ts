import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Cost, endedChildrenS, LONGEST_RUN_MS, watchCost } from './child-cost.ts';
import { clientScript, moduleAt } from './folders.ts';

/** A client beside ours: a module of `clients`, or a script for bash. */
export interface Peer {
  readonly name: string;
  readonly script: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly needsHttpsVideos?: boolean;
}

export interface PeerTask {
  readonly origin: string;
  readonly jobs: number;
  readonly out: string;
  readonly killAfterMs?: number;
}

export interface Ended extends Cost {
  readonly exitCode: number | null;
  readonly log: string;
}

/** Runs a client to its end, or kills it with everything that it started. */
export async function runPeer(peer: Peer, task: PeerTask): Promise<Ended> {
  const isShell = peer.script.endsWith('.sh');
  const [command, script] = isShell
    ? ['bash', clientScript(peer.script)]
    : [process.execPath, moduleAt(`clients/${peer.script}`)];
  const usedBeforeS = endedChildrenS();
  const startedAtMs = performance.now();
  const child = spawn(command, [script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      BENCH_ORIGIN: task.origin,
      BENCH_JOBS: String(task.jobs),
      BENCH_OUT: task.out,
      ...peer.environment,
    },
  });
  const watch = watchCost(child, startedAtMs, usedBeforeS);
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-2_000);
    });
  const kill = () => {
    if (child.pid != null) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(kill, task.killAfterMs ?? LONGEST_RUN_MS);
  const [exitCode] = await once(child, 'exit');
  clearTimeout(timer);
  return { ...watch.end(), exitCode, log };
}
