import type { Readable } from 'node:stream';
import type { ClockReading } from './model/clock-reading.ts';
import type { WebFileKind } from './model/media/web-file.ts';

/**
 * Every effect the core has, as one type. EDGE files act only through it, so that a simulation can
 * stand in for the clock, the network, the disk and chance.
 */
export interface Ports {
  readonly http: HttpPort;
  readonly files: FilePort;
  readonly git: GitPort;
  readonly clock: ClockPort;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: LogPort;
  /** The free engine, where it is installed or can be; `null` where there is none. */
  readonly draft: DraftPort | null;
  /** GitHub, where a token allows asking it; `null` elsewhere. */
  readonly github: GitHubPort | null;
}

export interface ClockPort {
  nowMs(): number;
  /** Resolves after `ms`; rejects with `StoppedError` as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface LogPort {
  info(message: string): void;
  warning(message: string): void;
}

export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | WireBody;
  /** Longest wait for the first byte of the answer. */
  readonly headersTimeoutMs: number;
  /** Longest silence inside the body. */
  readonly bodyTimeoutMs: number;
  /** Longest time for all of it, however often something comes: drips and 1xx answers count for nothing. */
  readonly totalTimeoutMs?: number;
  /** Whether loopback and plain http are let through; every other non-public address is refused. */
  readonly allowLoopback: boolean;
  /** Any address is let through: for a server that the runner itself names, and never for what a redirect names. */
  readonly allowPrivate?: boolean;
  readonly signal?: AbortSignal;
}

/** A body that is too large to hold: `bytes` is announced, and a body of another length is refused. */
export interface WireBody {
  readonly bytes: number;
  readonly read: () => AsyncIterable<Uint8Array>;
}

export interface WireResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be read to its end or destroyed. */
  readonly body: Readable;
}

/**
 * One request, one answer: no retry, no redirect followed, no decoding, addresses checked and pinned.
 * Throws `NeverSentError` when the request provably never left, `UnsafeError` for a refused
 * destination, `StoppedError` on abort, `NoAnswerError` for everything else.
 */
export interface HttpPort {
  send(request: WireRequest): Promise<WireResponse>;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileStat['kind'];
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly bytes: number;
}

/** Paths are absolute. */
export interface FilePort {
  /** `null` when nothing is there; does not follow a final symbolic link (that is `other`). */
  stat(path: string): Promise<FileStat | null>;
  /** Path with every symbolic link resolved; for a path that does not exist, its nearest existing parent's. */
  realPath(path: string): Promise<string>;
  /** `null` when nothing is there. */
  readText(path: string, maxBytes: number): Promise<string | null>;
  /** Opens for range reads; refuses anything but a regular file. */
  open(path: string): Promise<RandomAccessFile>;
  stream(path: string): Readable;
  /** Temporary file beside the target, flushed to disk, then renamed over it. */
  writeAtomic(path: string, content: string): Promise<void>;
  /** Appends one line and flushes it to disk before resolving. */
  appendDurably(path: string, line: string): Promise<void>;
  /** A new file that is written in order; flushed to disk by `finish`. */
  create(path: string): Promise<FileWriter>;
  /** Flushes a file that is there, and its entry in the directory, to disk. */
  sync(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** With everything in it; links in it are removed, not followed. Nothing there is fine. */
  removeDirectory(path: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /** Entries of one directory; a symbolic link is `other`. */
  listDirectory(path: string): Promise<readonly DirectoryEntry[]>;
  /**
   * Why nothing can be written in a directory, which need not exist yet: a file in its way, missing
   * rights, a read-only disk. `null` when something can. Changes nothing.
   */
  whyNotWritable(directory: string): Promise<string | null>;
  /**
   * Holds a lock file until the returned function is called. Throws `RecordError` while another
   * process holds it that lives, or of which nobody here can know; a lock left by a dead one is taken over.
   */
  lock(path: string, owner?: LockOwner): Promise<() => Promise<void>>;
}

/** The workflow run that a lock belongs to. */
export interface LockRun {
  readonly repository: string;
  readonly runId: string;
  readonly attempt: number;
}

/** Who takes a lock, and what it knows about the locks of others. */
export interface LockOwner {
  /** Written into the lock; `null` outside of GitHub. */
  readonly run: LockRun | null;
  /** Whether the run that a lock names is over: known, never guessed. */
  isOver(run: LockRun): Promise<boolean>;
  /** The lock that a person said is dead, by the name that its message gives; `null` for none. */
  readonly broken: string | null;
}

export interface RandomAccessFile {
  readonly bytes: number;
  /** Fewer bytes than asked for only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface FileWriter {
  write(chunk: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

export interface GitPort {
  /** Runs git in `directory`; rejects on a non-zero exit with its error text. */
  run(directory: string, args: readonly string[], input?: string): Promise<string>;
  /**
   * Runs git and tells how it ended, whatever that was; rejects only when it cannot be started.
   * On abort, timeout or too much output git and everything it started are ended.
   */
  execute(directory: string, args: readonly string[], options?: GitOptions): Promise<GitExit>;
}

export interface GitOptions {
  readonly input?: string;
  /** Added to the environment: the way for secrets, which are never arguments. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it talks to, which decides about a proxy; a work tree's own `origin` unless another is named. */
  readonly remoteUrl?: string;
  /** Keeps out the configuration and credentials of user and system, and every `GIT_` variable around. */
  readonly isIsolated?: boolean;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
}

export interface GitExit {
  /** Why it ended: by itself, by somebody's signal, by us. */
  readonly end: 'exit' | 'signal' | 'abort' | 'timeout' | 'too-much-output';
  /** `null` unless it ended by itself. */
  readonly exitCode: number | null;
  readonly output: Uint8Array;
  readonly errorText: string;
}

/** What only GitHub knows. Every call may be repeated; a call that cannot be answered rejects with `NoAnswerError`. */
export interface GitHubPort {
  /** What time it is at GitHub; `null` when it does not say. */
  readClock(): Promise<ClockReading | null>;
  /** Whether an attempt of a workflow run is over; `unknown` when GitHub does not know that run (any more). */
  attemptState(runId: string, attempt: number): Promise<'running' | 'over' | 'unknown'>;
  /**
   * Unpacks an artifact of this repository below `directory`, an empty one of ours: regular files only.
   * `gone` when it expired or was deleted.
   */
  fetchArtifact(
    artifact: { readonly id: number; readonly runId: string },
    directory: string,
    signal: AbortSignal,
  ): Promise<'fetched' | 'gone'>;
  /** Makes one commit on a branch of this repository, signed by GitHub: sent once. Rejects only when stopped. */
  commitSigned(commit: SignedCommit, signal: AbortSignal): Promise<SignedCommitOutcome>;
}

export interface SignedCommit {
  /** Its name alone: `motion-transfer-ledger`. */
  readonly branch: string;
  /** What the branch has to be at; `null`: it must not be there yet, and begins with this commit. */
  readonly parent: string | null;
  readonly message: string;
  /** Path -> text; `null` removes a file that the parent has. */
  readonly changes: ReadonlyMap<string, string | null>;
}

export type SignedCommitOutcome =
  | { readonly kind: 'committed'; readonly commit: string }
  /** The branch was elsewhere. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'unclear'; readonly message: string }
  /** However often it is tried. */
  | { readonly kind: 'refused'; readonly message: string };

export interface DraftRequest {
  /** Absolute paths. */
  readonly characterPath: string;
  readonly motionPath: string;
  readonly outputPath: string;
  readonly orientation: 'image' | 'video';
  readonly keepOriginalSound: boolean;
  /** Shorter side of the picture in pixels: 720 or 1080. */
  readonly shortSide: number;
  readonly signal: AbortSignal;
  /** Of the whole draft, 0 to 1. */
  readonly onProgress: (done: number) => void;
}

/** One picture of a video, as few grey cells in rows. */
export interface PictureSample {
  /** 0 to 255, by area. */
  readonly luma: Uint8Array;
}

export interface WebFileRequest {
  readonly kind: WebFileKind;
  /** Absolute paths. */
  readonly videoPath: string;
  readonly outputPath: string;
  readonly signal: AbortSignal;
}

export interface DraftPort {
  /** Makes a file for web pages of a video. Rejects with a `MotionTransferError` that says what to do. */
  makeWebFile(request: WebFileRequest): Promise<void>;
  /**
   * Some pictures spread over a video; `null` where its codec is not to be had, because nothing is installed for
   * this alone. Rejects with a `MotionTransferError` for what cannot be decoded.
   */
  samplePictures(path: string, signal: AbortSignal): Promise<readonly PictureSample[] | null>;
  /** Renders a draft; resolves with sentences for a person. Rejects with a `MotionTransferError`. */
  render(request: DraftRequest): Promise<{ readonly warnings: readonly string[] }>;
}
