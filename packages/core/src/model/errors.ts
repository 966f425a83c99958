import { ZodError } from 'zod';
import type { Issue, SourcePosition } from './issue.ts';

/** Base of everything this package throws on purpose: the message names the thing, the reason and the next step. */
export class MotionTransferError extends Error {
  override readonly name: string = 'MotionTransferError';
}

/** A text to copy: shown as it is, without indentation or anything before its lines. */
export interface Sample {
  /** What it is, and where it goes. */
  readonly title: string;
  readonly yaml: string;
}

/** What the user wrote or supplied cannot be used. Carries every problem found, not only the first. */
export class ConfigError extends MotionTransferError {
  override readonly name = 'ConfigError';
  readonly issues: readonly Issue[];
  /** What can be copied as it is, such as a config to begin with; empty for most problems. */
  readonly samples: readonly Sample[];

  constructor(
    issues: readonly Issue[],
    { samples = [], ...options }: ErrorOptions & { readonly samples?: readonly Sample[] } = {},
  ) {
    super(issues.map(formatIssue).join('\n'), options);
    this.issues = issues;
    this.samples = samples;
  }
}

/** An asset cannot be read as what it should be: missing, a pointer, damaged, or another format. */
export class MediaError extends MotionTransferError {
  override readonly name: string = 'MediaError';
}

/** A pointer of Git LFS lies where the file should be: what it names was not fetched. */
export class LfsPointerError extends MediaError {
  override readonly name = 'LfsPointerError';
}

/** The provider's storage does not take a file: nothing was bought, and another provider may take it. */
export class UploadRefusedError extends MediaError {
  override readonly name = 'UploadRefusedError';
}

/** The request provably never reached the provider (DNS, refused connection, TLS): sending it again is safe. */
export class NeverSentError extends MotionTransferError {
  override readonly name = 'NeverSentError';
}

/** Bytes may have left and no usable answer came back. For a paid request the outcome is unknown. */
export class NoAnswerError extends MotionTransferError {
  override readonly name = 'NoAnswerError';
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    {
      retryAfterMs = null,
      ...options
    }: ErrorOptions & { readonly retryAfterMs?: number | null } = {},
  ) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A URL, address or path that must not be used: not https, not public, outside the workspace. */
export class UnsafeError extends MotionTransferError {
  override readonly name = 'UnsafeError';
}

/** A download is not the video it should be: too short, too long, not an MP4, cut off. */
export class DamagedOutputError extends MotionTransferError {
  override readonly name = 'DamagedOutputError';
}

/** The provider no longer keeps a finished output (HTTP 410). It was paid for; it is not bought again by itself. */
export class OutputExpiredError extends MotionTransferError {
  override readonly name = 'OutputExpiredError';
}

/** The run was asked to stop (signal or deadline). */
export class StoppedError extends MotionTransferError {
  override readonly name = 'StoppedError';
}

/** The durable record (journal, lockfile) cannot be read or written: nothing may be spent. */
export class RecordError extends MotionTransferError {
  override readonly name: string = 'RecordError';
}

/** The shared record of holds and charges cannot be read, trusted or written: nothing may be spent. */
export class LedgerError extends RecordError {
  override readonly name: string = 'LedgerError';
}

/** The clock of this machine is wrong: nothing may be dated by it, so nothing may be spent. */
export class ClockError extends RecordError {
  override readonly name = 'ClockError';
}

/** What was about to be written could not be read back, so it was not sent: the ledger itself is in order. */
export class UnwritableError extends LedgerError {
  override readonly name = 'UnwritableError';
}

/** `file:line:column: message`, the shape editors and problem matchers understand. */
export function formatIssue(issue: Issue): string {
  const where = issue.position != null ? `${formatPosition(issue.position)}: ` : '';
  const subject = issue.path !== '' ? `${issue.path}: ` : '';
  return `${where}${subject}${issue.message}`;
}

export function formatPosition(position: SourcePosition): string {
  return `${position.file}:${position.line}:${position.column}`;
}

/** What an error says, in words: the message of a ZodError itself is a page of JSON. */
export function messageOf(error: unknown): string {
  if (error instanceof ZodError) return describeShape(error);
  return error instanceof Error ? error.message : String(error);
}

const MOST_DESCRIBED = 3;

function describeShape({ issues }: ZodError): string {
  const described = issues
    .slice(0, MOST_DESCRIBED)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  const more = issues.length - described.length;
  return [...described, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
