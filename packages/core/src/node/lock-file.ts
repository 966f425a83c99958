import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { randomId } from '../ids.ts';
import { RecordError } from '../model/errors.ts';
import { sha256 } from '../model/hash.ts';

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** Tells a process from a later one with the same id; `null` where the system does not say. */
  started: z.string().nullable(),
});
type Holder = z.infer<typeof holderSchema>;

/** Locks of this very process, which its id alone would not tell from a dead one with the same id. */
const held = new Set<string>();

const MAX_ATTEMPTS = 5;

/** See `FilePort.lock`. The lock appears with its whole content, by a hard link from a temporary file. */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const absolute = resolve(path);
  if (held.has(absolute)) throw heldBy(absolute, 'this process');
  held.add(absolute);
  try {
    await acquire(absolute);
  } catch (error) {
    held.delete(absolute);
    throw error;
  }
  return async () => {
    if (held.delete(absolute)) await rm(absolute, { force: true });
  };
}

async function acquire(path: string): Promise<void> {
  const own = JSON.stringify(await describeSelf());
  const temporary = `${path}.${randomId(Math.random, 16)}`;
  await writeFile(temporary, own, { flag: 'wx', flush: true });
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (await linkNew(temporary, path)) return;
      const found = await readHolder(path);
      if (found == null) continue;
      if (await isAlive(found.holder)) throw heldBy(path, describeHolder(found.holder));
      await removeStale(path, found.text);
    }
  } finally {
    await rm(temporary, { force: true });
  }
  throw heldBy(path, 'other processes, one after the other');
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
async function removeStale(path: string, text: string): Promise<void> {
  const turn = `${path}.${sha256(text).slice(0, 16)}`;
  await acquire(turn);
  try {
    if ((await readHolder(path))?.text === text) await rm(path, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

async function readHolder(
  path: string,
): Promise<{ readonly text: string; readonly holder: Holder | null } | null> {
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

async function describeSelf(): Promise<Holder> {
  return { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
}

/** Nobody can tell about another machine's process, and a lock that is not ours to read is kept. */
async function isAlive(holder: Holder | null): Promise<boolean> {
  if (holder == null || holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
  const started = await startOf(holder.pid);
  return started == null || holder.started == null || started === holder.started;
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

function describeHolder(holder: Holder | null): string {
  return holder == null ? 'an unreadable lock' : `process ${holder.pid} on ${holder.host}`;
}

function heldBy(path: string, who: string): RecordError {
  return new RecordError(
    `${path} is held by ${who}: wait until it ends, or delete the file if nothing uses it any more`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
