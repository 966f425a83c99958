import { RecordError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import {
  applyEvent,
  foldJournal,
  type Journal,
  type JournalEntry,
  type JournalEvent,
  journalEvent,
  parseJournal,
} from './journal.ts';
import {
  checkLockedOutput,
  LOCKFILE_PATH,
  type LockedOutput,
  type Lockfile,
  parseLockfile,
  serializeLockfile,
} from './lockfile.ts';

const MAX_JOURNAL_BYTES = 64 * 1_048_576;
const MAX_LOCKFILE_BYTES = 64 * 1_048_576;

/** What is on record, and the only way to add to it. Writes are in order and on disk when they resolve. */
export interface Store {
  readonly journal: Journal;
  readonly lockfile: Lockfile;
  /** @throws IllegalEventError before anything is written, when the state machine does not allow it. */
  append(event: JournalEvent): Promise<JournalEntry>;
  lockOutput(path: string, locked: LockedOutput): Promise<void>;
  close(): Promise<void>;
}

export interface StorePaths {
  readonly workspace: string;
  /** Where the journal lives: never committed, never uploaded. */
  readonly stateDirectory: string;
}

export function journalPath(paths: StorePaths): string {
  return `${paths.stateDirectory}/journal.jsonl`;
}

function lockfilePath(paths: StorePaths): string {
  return `${paths.workspace}/${LOCKFILE_PATH}`;
}

/** Reads without locking: what `plan` needs. */
export async function readRecords(
  ports: Ports,
  paths: StorePaths,
): Promise<{ journal: Journal; lockfile: Lockfile }> {
  const text = (await ports.files.readText(journalPath(paths), MAX_JOURNAL_BYTES)) ?? '';
  const lockText = await ports.files.readText(lockfilePath(paths), MAX_LOCKFILE_BYTES);
  return {
    journal: foldJournal(parseJournal(text, journalPath(paths))),
    lockfile: parseLockfile(lockText),
  };
}

/**
 * Opens for writing, one process at a time. A last line cut off by a crash is taken out first, so
 * that the next line does not grow onto it.
 *
 * @throws RecordError while another run in this checkout holds the journal, or when it is damaged.
 */
export async function openStore(ports: Ports, paths: StorePaths): Promise<Store> {
  await ports.files.makeDirectory(paths.stateDirectory);
  const release = await ports.files.lock(`${paths.stateDirectory}/lock`);
  try {
    await dropTornLine(ports, journalPath(paths));
    const records = await readRecords(ports, paths);
    return createStore(ports, paths, records, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function dropTornLine(ports: Ports, path: string): Promise<void> {
  const text = await ports.files.readText(path, MAX_JOURNAL_BYTES);
  if (text == null || text === '' || text.endsWith('\n')) return;
  await ports.files.writeAtomic(path, text.slice(0, text.lastIndexOf('\n') + 1));
}

function createStore(
  ports: Ports,
  paths: StorePaths,
  records: { journal: Journal; lockfile: Lockfile },
  release: () => Promise<void>,
): Store {
  const journal = new Map(records.journal);
  let lockfile = records.lockfile;
  let latestMs = [...journal.values()].reduce((latest, entry) => Math.max(latest, entry.atMs), 0);
  let lastWrite: Promise<unknown> = Promise.resolve();
  /** One write after the other; a failed one fails its own caller only. */
  const inOrder = <Value>(write: () => Promise<Value>): Promise<Value> => {
    const result = lastWrite.then(write, write);
    lastWrite = result.catch(() => {});
    return result;
  };
  return {
    journal,
    get lockfile() {
      return lockfile;
    },
    append: (event) =>
      inOrder(async () => {
        const entry = applyEvent(journal.get(event.key) ?? null, checkEvent(event));
        latestMs = refuseEarlierClock(event, latestMs);
        await ports.files.appendDurably(journalPath(paths), toLine(event));
        journal.set(event.key, entry);
        return entry;
      }),
    lockOutput: (path, locked) =>
      inOrder(async () => {
        const checked = checkLockedOutput(path, locked);
        const next = { ...lockfile, outputs: { ...lockfile.outputs, [path]: checked } };
        await ports.files.writeAtomic(lockfilePath(paths), serializeLockfile(next));
        lockfile = next;
      }),
    async close() {
      await lastWrite;
      await release();
    },
  };
}

/** @throws RecordError for an event that could not be read back: the journal must stay readable. */
function checkEvent(event: JournalEvent): JournalEvent {
  const checked = journalEvent.safeParse(event);
  if (checked.success) return checked.data;
  throw new RecordError(`a "${event.type}" event is not sound and was not written`, {
    cause: checked.error,
  });
}

/** Clocks of one machine differ by this much between two readings without anybody having turned them. */
const CLOCK_SLACK_MS = 120_000;

/** No purchase begins while the clock is behind the last entry: months and deadlines would be wrong. */
function refuseEarlierClock(event: JournalEvent, latestMs: number): number {
  if (event.type === 'submit' && event.atMs < latestMs - CLOCK_SLACK_MS) {
    throw new RecordError(
      `the clock says ${new Date(event.atMs).toISOString()}, but the journal's last entry is of ${new Date(latestMs).toISOString()}; nothing is bought until the clock is right`,
    );
  }
  return Math.max(latestMs, event.atMs);
}

/** JSON in ASCII: a crash may cut off a line, but never a character. */
function toLine(event: JournalEvent): string {
  return JSON.stringify(event).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
