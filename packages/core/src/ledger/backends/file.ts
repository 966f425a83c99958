import { dirname } from 'node:path';
import * as z from 'zod';
import { stoppedBecause } from '../../cancellation.ts';
import {
  LedgerError,
  messageOf,
  RecordError,
  StoppedError,
  UnwritableError,
} from '../../model/errors.ts';
import { sha256 } from '../../model/hash.ts';
import { parseRecordJson } from '../../model/json/strict-json.ts';
import type { Ports } from '../../ports.ts';
import { Again, type RetryPolicy, withRetry } from '../../retry.ts';
import { createSerialQueue } from '../../serial-queue.ts';
import {
  changeFiles,
  checkListing,
  type ErrorFactory,
  foundIn,
  MAX_LEDGER_BYTES,
} from '../files/file-rules.ts';
import { LEDGER_FORMAT, LEDGER_READ_BY, refuseNewerLedger } from '../files/format.ts';
import { LEDGER_RETRY } from '../write-retry.ts';
import { type KnownVersion, type LedgerBackend, type LedgerVersion, whoKnows } from './backend.ts';

export interface FileBackendOptions {
  /** Absolute path of the document; its directory is made when needed. */
  readonly path: string;
  /** Versions that anything else knows of: the document must have each behind it. */
  readonly known: readonly KnownVersion[];
}

/** The longest text that a process can hold is a little longer. */
const MAX_DOCUMENT_BYTES = MAX_LEDGER_BYTES - 1_048_576;

const documentSchema = z.strictObject({
  about: z.string(),
  version: z.int().min(1).max(LEDGER_FORMAT),
  /** Absent in what the first versions wrote. */
  readBy: z.string().optional(),
  /** One for every version so far, the newest last. Together they tell a restored copy from a newer version. */
  hashes: z.array(z.string().regex(/^[0-9a-f]{16}$/)).min(1),
  files: z.array(z.tuple([z.string(), z.string()])),
});
type Document = z.output<typeof documentSchema>;

const ABOUT =
  'What Motion Transfer has reserved and spent. Every run that shares it adds to it; a change by hand is noticed, and stops spending.';

/**
 * The ledger as one JSON document on a disk that all its users share: replaced as a whole, by whoever
 * holds the lock beside it.
 */
export function createFileBackend(ports: Ports, options: FileBackendOptions): LedgerBackend {
  const { path } = options;
  const label = `file ${path}`;
  const inOrder = createSerialQueue();
  let known = options.known.map(checkTip);
  const load = async (): Promise<{ document: Document | null; version: LedgerVersion }> => {
    const text = await readDocument(ports, path, label);
    if (text != null) refuseNewerLedger(text, label);
    const document = text == null ? null : parseDocument(text, foundIn(label));
    const hashes = document?.hashes ?? [];
    const lost = known.find(({ tip }) => !leadsBackTo(hashes, tip));
    if (lost != null) throw rewritten(label, lost);
    const tip = document == null ? null : tipOf(hashes);
    if (tip != null) known = [{ tip, output: null }];
    return { document, version: { tip, files: new Map(document?.files) } };
  };

  const swap: LedgerBackend['swap'] = async (base, changes, _message, signal) => {
    const files = changeFiles(base.files, changes, label);
    const release = await waitForLock(ports, path, label, signal);
    try {
      const { document, version } = await load();
      if (version.tip !== base.tip) return { kind: 'lost' };
      const earlier = document?.hashes ?? [];
      const hashes = [...earlier, hashOf(files, earlier.at(-1))];
      const next: Document = {
        about: ABOUT,
        version: LEDGER_FORMAT,
        readBy: LEDGER_READ_BY,
        hashes,
        files: [...files],
      };
      const text = `${JSON.stringify(next, null, 1)}\n`;
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) throw tooLarge(label);
      try {
        await ports.files.writeAtomic(path, text);
      } catch (error) {
        if (isRefused(error)) throw unusable(label, error);
        return { kind: 'unclear', message: `${label}: ${messageOf(error)}` };
      }
      const tip = tipOf(hashes);
      known = [{ tip, output: null }];
      return { kind: 'swapped', version: { tip, files } };
    } finally {
      await release();
    }
  };

  return {
    kind: 'file',
    label: label,
    read: (signal) =>
      inOrder(async () => {
        if (signal.aborted) throw stoppedBecause(signal);
        return (await load()).version;
      }),
    changes: null,
    swap: (...swapped) => inOrder(() => swap(...swapped)),
    close: () => inOrder(async () => undefined),
  };
}

async function readDocument(ports: Ports, path: string, label: string): Promise<string | null> {
  try {
    return await ports.files.readText(path, MAX_DOCUMENT_BYTES);
  } catch (cause) {
    throw unusable(label, cause);
  }
}

function parseDocument(text: string, errorFor: ErrorFactory): Document {
  let document: Document;
  try {
    document = documentSchema.parse(parseRecordJson(text));
  } catch (cause) {
    throw errorFor('no ledger of this version', { cause });
  }
  const files = new Map(document.files);
  if (files.size !== document.files.length) throw errorFor('one path twice');
  const sizes = document.files.map(([path, content]) => ({
    path,
    bytes: Buffer.byteLength(content, 'utf8'),
  }));
  checkListing(sizes, errorFor);
  const binary = document.files.find(
    ([, content]) => /\0/.test(content) || !content.isWellFormed(),
  );
  if (binary != null) throw errorFor(`${binary[0]}, which is not text`);
  if (hashOf(files, document.hashes.at(-2)) !== document.hashes.at(-1))
    throw errorFor('a change made by hand');
  return document;
}

/** The lock is held for as long as one small file takes to be written: whoever is there will be gone soon. */
async function waitForLock(
  ports: Ports,
  path: string,
  label: string,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const policy: RetryPolicy = {
    ...LEDGER_RETRY,
    signal,
    afterError: (error) => (error instanceof RecordError ? new Again(messageOf(error)) : null),
  };
  try {
    return await withRetry(ports, policy, async () => {
      if (signal.aborted) throw stoppedBecause(signal);
      await ports.files.makeDirectory(dirname(path));
      return ports.files.lock(`${path}.lock`);
    });
  } catch (error) {
    if (error instanceof StoppedError) throw error;
    throw unusable(label, error);
  }
}

/** Of the files and of the version before them. */
function hashOf(files: ReadonlyMap<string, string>, earlier: string | undefined): string {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const content = JSON.stringify([earlier ?? null, sorted]);
  return sha256(content).slice(0, 16);
}

/** `<number of versions>-<hash of the content>` */
function tipOf(hashes: readonly string[]): string {
  return `${hashes.length}-${hashes.at(-1)}`;
}

function leadsBackTo(hashes: readonly string[], tip: string): boolean {
  const [number, hash] = tip.split('-');
  return hashes[Number(number) - 1] === hash;
}

function checkTip(version: KnownVersion): KnownVersion {
  if (/^[1-9]\d{0,9}-[0-9a-f]{16}$/.test(version.tip)) return version;
  throw new LedgerError(
    `${JSON.stringify(version.tip)} is not a version of a ledger in a file: was it kept somewhere else before? Nothing is spent.`,
  );
}

function isRefused(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR'].includes(String(error.code));
}

function unusable(label: string, cause: unknown): LedgerError {
  return new LedgerError(`${label} cannot be used: ${messageOf(cause)}. Nothing is spent.`, {
    cause,
  });
}

function tooLarge(label: string): LedgerError {
  return new UnwritableError(
    `${label} would have more than ${MAX_DOCUMENT_BYTES} bytes, so nothing was written; keep the ledger on a branch (ledger: git)`,
  );
}

function rewritten(label: string, lost: KnownVersion): LedgerError {
  return new LedgerError(
    `${label} was rewritten or deleted: it no longer leads back to version ${lost.tip}, which ${whoKnows(lost)}. Nothing is spent; restore it from a backup that has that version, then run again`,
  );
}
