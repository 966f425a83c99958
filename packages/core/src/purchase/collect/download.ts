import { readText, saveBody } from '../../http/body.ts';
import { hostOf } from '../../http/call-api.ts';
import { fetchFile, passingAnswer } from '../../http/fetch-file.ts';
import { redactAnswer } from '../../http/redact-answer.ts';
import { openFileSource } from '../../media/byte-source.ts';
import { checkCompleteMp4 } from '../../media/mp4/check-mp4.ts';
import {
  DamagedOutputError,
  messageOf,
  NoAnswerError,
  OutputExpiredError,
} from '../../model/errors.ts';
import { createRedactor, type Redactor } from '../../model/secrets/redact.ts';
import type { Ports, WireResponse } from '../../ports.ts';
import type { Adapter, HttpResponse } from '../../providers/adapter.ts';
import { Again, afterLostRequest, type RetryPolicy, withRetry } from '../../retry.ts';

/** 30 s of 1080p from any provider is far below this; a body without end stops here. */
export const MAX_OUTPUT_BYTES = 512 * 1_048_576;
const RETRY = { limit: { tries: 4 }, baseMs: 1_000, maxMs: 10_000 } as const;

export interface DownloadRequest {
  readonly url: string;
  /** Absolute; its `.part` neighbour is written first. */
  readonly target: string;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
  /** Takes out what the words repeat. */
  readonly redactor?: Redactor;
  /** What an answer of HTTP 410 says in the provider's words; `null` where they say nothing. */
  readonly readGone?: (response: HttpResponse) => string | null;
}

export interface Download {
  readonly sha256: string;
  readonly bytes: number;
  readonly videoSeconds: number;
}

/**
 * Fetches a finished video into place: streamed to `.part`, counted, hashed, checked as a complete
 * MP4, then renamed. Repeatable: it costs nothing but time.
 *
 * @throws OutputExpiredError on HTTP 410; DamagedOutputError, NoAnswerError or NeverSentError after the last try.
 */
export async function downloadVideo(ports: Ports, request: DownloadRequest): Promise<Download> {
  const policy: RetryPolicy = {
    ...RETRY,
    signal: request.signal,
    afterError: (error) =>
      error instanceof DamagedOutputError ? new Again(messageOf(error)) : afterLostRequest(error),
    onRetry: ({ because }) =>
      ports.log.warning(`download from ${hostOf(request.url)}: ${because}; trying again`),
  };
  return withRetry(ports, policy, () => downloadOnce(ports, request));
}

async function downloadOnce(ports: Ports, request: DownloadRequest): Promise<Download> {
  const part = `${request.target}.part`;
  const response = await fetchFile(ports, request);
  await checkStatus(ports, response, request);
  try {
    const limits = { what: 'the video', maxBytes: MAX_OUTPUT_BYTES };
    const { sha256, bytes } = await saveBody(ports, response, part, limits);
    const videoSeconds = await checkPart(ports, part, request.url);
    await ports.files.rename(part, request.target);
    return { sha256, bytes, videoSeconds };
  } catch (error) {
    await ports.files.remove(part);
    throw error;
  }
}

async function checkPart(ports: Ports, part: string, url: string): Promise<number> {
  const source = await openFileSource(ports.files, part, hostOf(url));
  try {
    return (await checkCompleteMp4(source)).trackSeconds;
  } finally {
    await source.close();
  }
}

/** What a provider's documented error says of a video that is gone. */
export function readGone(adapter: Adapter, response: HttpResponse): string | null {
  return adapter.ended?.(response, 'output')?.message ?? null;
}

const MAX_GONE_BYTES = 64 * 1_024;

async function checkStatus(
  ports: Ports,
  response: WireResponse,
  request: DownloadRequest,
): Promise<void> {
  if (response.status === 200) return;
  const host = hostOf(request.url);
  if (response.status !== 410) {
    response.body.destroy();
    const retryAfterMs = passingAnswer(response)?.retryAfterMs ?? null;
    throw new NoAnswerError(`${host} answers HTTP ${response.status}`, { retryAfterMs });
  }
  const limits = { what: 'the answer', maxBytes: MAX_GONE_BYTES };
  const body = await readText(ports.clock, response, limits).catch(() => '');
  const answer = {
    status: response.status,
    ...redactAnswer(body, response.headers, request.redactor ?? createRedactor()),
  };
  throw new OutputExpiredError(
    request.readGone?.(answer) ?? `${host} no longer keeps the output (HTTP 410)`,
  );
}
