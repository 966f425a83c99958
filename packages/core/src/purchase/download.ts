import { saveBody } from '../http/body.ts';
import { hostOf } from '../http/call-api.ts';
import { fetchFile } from '../http/fetch-file.ts';
import { openFileSource } from '../media/byte-source.ts';
import { checkCompleteMp4 } from '../media/mp4/check-mp4.ts';
import {
  DamagedOutputError,
  messageOf,
  NoAnswerError,
  OutputExpiredError,
} from '../model/errors.ts';
import type { Ports, WireResponse } from '../ports.ts';
import { Again, afterLostRequest, type RetryPolicy, withRetry } from '../retry.ts';

/** 30 s of 1080p from any provider is far below this; a body without end stops here. */
export const MAX_OUTPUT_BYTES = 512 * 1_048_576;
const RETRY = { limit: { tries: 4 }, baseMs: 1_000, maxMs: 10_000 } as const;

export interface DownloadRequest {
  readonly url: string;
  /** Absolute; its `.part` neighbour is written first. */
  readonly target: string;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
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
  checkStatus(response, request.url);
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

function checkStatus(response: WireResponse, url: string): void {
  if (response.status === 200) return;
  response.body.destroy();
  const host = hostOf(url);
  // Prospolabs: 410 {code: output_expired} seven days after generation.
  if (response.status === 410)
    throw new OutputExpiredError(`${host} no longer keeps the output (HTTP 410)`);
  throw new NoAnswerError(`${host} answers HTTP ${response.status}`);
}
