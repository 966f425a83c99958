import { link, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { randomId } from '../ids.ts';
import { RecordError } from '../model/errors.ts';
import { sha256 } from '../model/hash.ts';
import type { LockOwner } from '../ports.ts';

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** Tells a process from a later one with the same id; `null` where the system does not say. */
  started: z.string().nullable(),
  /** Start of the machine; containers on one machine share it. The rest is absent in locks of earlier versions. */
  boot: z.string().nullable().default(null),
  /** What its process id means something in: each container has its own. */
  processNamespace: z.string().nullable().default(null),
  takenAtMs: z.number().nullable().default(null),
  run: z
    .object({ repository: z.string(), runId: z.string(), attempt: z.int() })
    .nullable()
    .default(null),
});
type Holder = z.infer<typeof holderSchema>;

/** Locks of this very process, which its id alone would not tell from a dead one with the same id. */
const held = new Set<string>();

const MAX_ATTEMPTS = 5;

const NOBODY: LockOwner = { run: null, isOver: async () => false, broken: null };

/** See `FilePort.lock`. The lock appears with its whole content, by a hard link from a temporary file. */
export async function lockFile(path: string, owner = NOBODY): Promise<() => Promise<void>> {
  const absolute = resolve(path);
  if (held.has(absolute)) throw heldBy(absolute, 'this process: wait until it is done');
  held.add(absolute);
  try {
    await acquire(absolute, owner);
  } catch (error) {
    held.delete(absolute);
    throw error;
  }
  return async () => {
    if (held.delete(absolute)) await rm(absolute, { force: true });
  };
}

async function acquire(path: string, owner: LockOwner): Promise<void> {
  const own = JSON.stringify(await describeSelf(owner));
  const temporary = `${path}.${randomId(Math.random, 16)}`;
  await writeFile(temporary, own, { flag: 'wx', flush: true });
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (await linkNew(temporary, path)) return;
      const found = await readHolder(path);
      if (found == null) continue;
      if (await mayBeAlive(found, owner)) throw heldBy(path, describeHolder(found));
      await removeStale(path, found.text, owner);
    }
  } finally {
    await rm(temporary, { force: true });
  }
  throw heldBy(path, 'other processes, one after the other: wait until they end');
}

/** False when something is there already. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Removes a dead lock, if it is still there. Whoever wants to holds a lock on that very content, so that
 * nobody who read it long ago can take away the lock that has replaced it meanwhile.
 */
async function removeStale(path: string, text: string, owner: LockOwner): Promise<void> {
  const turn = `${path}.${sha256(text).slice(0, 16)}`;
  await acquire(turn, owner);
  try {
    if ((await readHolder(path))?.text === text) await rm(path, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

interface FoundLock {
  readonly text: string;
  /** `null` when it cannot be read. */
  readonly holder: Holder | null;
}

async function readHolder(path: string): Promise<FoundLock | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  return { text, holder: parseHolder(text) };
}

function parseHolder(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function describeSelf({ run }: LockOwner): Promise<Holder> {
  return {
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    boot: await readBoot(),
    processNamespace: await readProcessNamespace(),
    takenAtMs: Date.now(),
    run,
  };
}

/**
 * False only for what is known to be dead: its process is gone where its id means something here, the
 * machine was started anew, its run is over by GitHub's own record, or a person says so of this very lock.
 */
async function mayBeAlive({ text, holder }: FoundLock, owner: LockOwner): Promise<boolean> {
  const process = holder == null ? 'out-of-sight' : await findProcess(holder);
  if (process === 'alive') return true;
  if (process === 'dead' || owner.broken === nameOf(text)) return false;
  return holder?.run == null || !(await owner.isOver(holder.run));
}

/** What is in another container or on another machine is out of sight, whatever its process id. */
async function findProcess(holder: Holder): Promise<'alive' | 'dead' | 'out-of-sight'> {
  if (holder.host !== hostname()) return 'out-of-sight';
  if (differs(holder.processNamespace, await readProcessNamespace())) return 'out-of-sight';
  if (differs(holder.boot, await readBoot()) || holder.pid === process.pid) return 'dead';
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM') ? 'alive' : 'dead';
  }
  return differs(holder.started, await startOf(holder.pid)) ? 'dead' : 'alive';
}

function differs(a: string | null, b: string | null): boolean {
  return a != null && b != null && a !== b;
}

/** A new random id with each start of the kernel; `null` where the system has none. */
async function readBoot(): Promise<string | null> {
  return readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function readProcessNamespace(): Promise<string | null> {
  return readlink('/proc/self/ns/pid').catch(() => null);
}

/** Start time in clock ticks since boot, field 22 of Linux's `/proc/<pid>/stat` (proc(5)). */
async function startOf(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses that may itself hold spaces and parentheses.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Of one lock: another one at the same place has another name, so that nobody breaks that by mistake. */
function nameOf(text: string): string {
  return sha256(text).slice(0, 12);
}

function describeHolder({ text, holder }: FoundLock): string {
  const way = `: wait until it ends; if nothing uses it any more, run command: reconcile here with break-lock: ${nameOf(text)}`;
  if (holder == null) return `an unreadable lock${way}`;
  const { pid, host, run, takenAtMs } = holder;
  const of =
    run == null ? '' : `, of run ${run.runId} (attempt ${run.attempt}) of ${run.repository}`;
  const since = takenAtMs == null ? '' : `, since ${new Date(takenAtMs).toISOString()}`;
  return `process ${pid} on ${host}${of}${since}${way}`;
}

function heldBy(path: string, who: string): RecordError {
  return new RecordError(`${path} is held by ${who}`);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
