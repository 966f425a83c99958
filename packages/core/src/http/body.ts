import { Readable } from 'node:stream';
import { NoAnswerError, StoppedError } from '../model/errors.ts';
import { createSha256 } from '../model/hash.ts';
import type { ClockPort, FilePort, WireResponse } from '../ports.ts';

/** Slower than this for so long is a drip that only holds the run up. */
const MIN_BYTES_PER_SECOND = 10_000;
const PATIENCE_MS = 20_000;

export interface BodyLimits {
  /** How messages call it: `the answer`, `the video`, a host. */
  readonly what: string;
  readonly maxBytes: number;
  /** How long the sender may be slow before that is held against it; silence ends earlier, see `WireRequest.bodyTimeoutMs`. */
  readonly patienceMs?: number;
}

/** Reading it again would not make it smaller. */
export class TooLargeError extends NoAnswerError {}

export interface SavedBody {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads a body as UTF-8 text.
 *
 * @throws what all readers here throw: NoAnswerError for a body that is encoded, too large, too slow,
 *   cut off or not as long as announced; StoppedError when the run was stopped. The body is
 *   destroyed in any case.
 */
export async function readText(
  clock: ClockPort,
  response: WireResponse,
  limits: BodyLimits,
): Promise<string> {
  return (await readBytes(clock, response, limits)).toString('utf8');
}

export async function readBytes(
  clock: ClockPort,
  response: WireResponse,
  limits: BodyLimits,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readChunks(clock, response, limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Hex sha256 of a body that is not kept, but for what `onChunk` makes of it. */
export async function hashBody(
  clock: ClockPort,
  response: WireResponse,
  limits: BodyLimits,
  onChunk: (chunk: Buffer) => void = () => {},
): Promise<string> {
  const hash = createSha256();
  for await (const chunk of readChunks(clock, response, limits)) {
    hash.update(chunk);
    onChunk(chunk);
  }
  return hash.hex();
}

/** Writes a body to a file, in place of what lies there; with trouble nothing lies there. */
export async function saveBody(
  {
    clock,
    files,
  }: { readonly clock: ClockPort; readonly files: Pick<FilePort, 'create' | 'remove'> },
  response: WireResponse,
  path: string,
  limits: BodyLimits,
): Promise<SavedBody> {
  try {
    await files.remove(path);
    const writer = await files.create(path);
    const hash = createSha256();
    let bytes = 0;
    try {
      for await (const chunk of readChunks(clock, response, limits)) {
        bytes += chunk.length;
        hash.update(chunk);
        await writer.write(chunk);
      }
      await writer.finish();
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    return { sha256: hash.hex(), bytes };
  } finally {
    response.body.destroy();
  }
}

/** The same answer, whose body `onChunk` sees too, as far as it is read. */
export function tapBody(response: WireResponse, onChunk: (chunk: Buffer) => void): WireResponse {
  const { body } = response;
  const tapped = Readable.from(seeChunks(body, onChunk), { objectMode: false });
  // A body that nobody begins to read goes too.
  tapped.once('close', () => body.destroy());
  return { ...response, body: tapped };
}

async function* seeChunks(
  body: Readable,
  onChunk: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(piece);
    onChunk(chunk);
    yield chunk;
  }
}

/** The one loop over a body that decides whether it is taken. Destroyed when the reader leaves early, so that the socket goes too. */
async function* readChunks(
  clock: ClockPort,
  response: WireResponse,
  { what, maxBytes, patienceMs = PATIENCE_MS }: BodyLimits,
): AsyncGenerator<Buffer> {
  const { headers, body } = response;
  try {
    refuseEncoding(headers['content-encoding'], what);
    const isDripping = createDripGuard(patienceMs);
    let bytes = 0;
    // Only the time in which the sender is waited for counts: a slow disk is not its fault.
    let askedAtMs = clock.nowMs();
    for await (const piece of body) {
      const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(piece);
      bytes += chunk.length;
      if (bytes > maxBytes) throw new TooLargeError(`${what} is larger than ${maxBytes} bytes`);
      if (isDripping(chunk.length, clock.nowMs() - askedAtMs)) {
        throw new NoAnswerError(
          `${what} comes at less than ${MIN_BYTES_PER_SECOND} bytes a second and is not waited for any longer`,
        );
      }
      yield chunk;
      askedAtMs = clock.nowMs();
    }
    const announced = headers['content-length'] ?? '';
    if (/^\d+$/.test(announced) && Number(announced) !== bytes)
      throw new NoAnswerError(`${what} has ${bytes} bytes, announced were ${announced}`);
  } catch (cause) {
    if (cause instanceof NoAnswerError || cause instanceof StoppedError) throw cause;
    throw new NoAnswerError(`the connection broke off inside ${what}`, { cause });
  } finally {
    body.destroy();
  }
}

/**
 * Tells whether the last stretch of waiting, once it is longer than `patienceMs`, brought too little.
 * Each stretch is looked at by itself, so that a quick start does not pay for hours of dripping.
 */
function createDripGuard(patienceMs: number): (bytes: number, waitedMs: number) => boolean {
  let stretchBytes = 0;
  let stretchMs = 0;
  return (bytes, waitedMs) => {
    stretchBytes += bytes;
    stretchMs += waitedMs;
    if (stretchMs <= patienceMs) return false;
    const isSlow = stretchBytes / (stretchMs / 1000) < MIN_BYTES_PER_SECOND;
    stretchBytes = 0;
    stretchMs = 0;
    return isSlow;
  };
}

/** We ask for `identity`: an encoded body is a bomb or a mistake, and is not unpacked. */
function refuseEncoding(encoding = 'identity', what: string): void {
  if (encoding === 'identity') return;
  throw new NoAnswerError(`${what} is ${encoding}-encoded although that was not asked for`);
}
