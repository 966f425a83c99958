import { createHash } from 'node:crypto';
import { hostOf, readBody, readText, refuseEncoding } from '../http/call-api.ts';
import { fetchFile } from '../http/fetch-file.ts';
import { redactAnswer } from '../http/redact-answer.ts';
import { openFileSource } from '../media/byte-source.ts';
import { checkCompleteMp4 } from '../media/mp4/check-mp4.ts';
import {
  DamagedOutputError,
  messageOf,
  NoAnswerError,
  OutputExpiredError,
} from '../model/errors.ts';
import type { Ports, WireResponse } from '../ports.ts';
import type { Adapter, HttpResponse } from '../providers/adapter.ts';
import { backoffMs } from '../retry.ts';

/** 30 s of 1080p from any provider is far below this; a body without end stops here. */
export const MAX_OUTPUT_BYTES = 512 * 1_048_576;
const MAX_TRIES = 4;
/** Slower than this for so long is a drip that only holds the run up. */
const MIN_BYTES_PER_SECOND = 10_000;
const PATIENCE_MS = 20_000;

export interface DownloadRequest {
  readonly url: string;
  /** Absolute; its `.part` neighbour is written first. */
  readonly target: string;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
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
 * @throws OutputExpiredError on HTTP 410; DamagedOutputError or NoAnswerError after the last try.
 */
export async function downloadVideo(ports: Ports, request: DownloadRequest): Promise<Download> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(ports, request);
    } catch (error) {
      const isFinal = !(error instanceof DamagedOutputError || error instanceof NoAnswerError);
      if (isFinal || attempt === MAX_TRIES) throw error;
      ports.log.warning(`download from ${hostOf(request.url)}: ${messageOf(error)}; trying again`);
      await ports.clock.sleep(backoffMs(attempt, 1_000, 10_000, ports.random()), request.signal);
    }
  }
}

async function downloadOnce(ports: Ports, request: DownloadRequest): Promise<Download> {
  const part = `${request.target}.part`;
  const response = await fetchFile(ports, request);
  await checkStatus(response, request);
  try {
    const { sha256, bytes } = await writePart(ports, response, part);
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

async function checkStatus(response: WireResponse, request: DownloadRequest): Promise<void> {
  if (response.status === 200) return;
  const host = hostOf(request.url);
  if (response.status !== 410) {
    response.body.destroy();
    throw new NoAnswerError(`${host} answers HTTP ${response.status}`);
  }
  // No key is sent to where files lie, so there is none to take out.
  const body = await readText(response, MAX_GONE_BYTES).catch(() => '');
  const answer = { status: response.status, ...redactAnswer(body, response.headers, []) };
  throw new OutputExpiredError(
    request.readGone?.(answer) ?? `${host} no longer keeps the output (HTTP 410)`,
  );
}

async function writePart(ports: Ports, response: WireResponse, part: string) {
  refuseEncoding(response);
  const hash = createHash('sha256');
  // An earlier try, or a run that was killed, may have left its part behind.
  await ports.files.remove(part);
  const writer = await ports.files.create(part);
  const startedMs = ports.clock.nowMs();
  let bytes = 0;
  try {
    for await (const chunk of readBody(response.body)) {
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT_BYTES)
        throw new DamagedOutputError(`the video is larger than ${MAX_OUTPUT_BYTES} bytes`);
      const elapsedMs = ports.clock.nowMs() - startedMs;
      if (elapsedMs > PATIENCE_MS && bytes / (elapsedMs / 1000) < MIN_BYTES_PER_SECOND) {
        throw new NoAnswerError(
          `the video comes at less than ${MIN_BYTES_PER_SECOND} bytes a second`,
        );
      }
      hash.update(chunk);
      await writer.write(chunk);
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const announced = response.headers['content-length'];
  if (announced != null && Number(announced) !== bytes) {
    throw new DamagedOutputError(`the video has ${bytes} bytes, announced were ${announced}`);
  }
  return { sha256: hash.digest('hex'), bytes };
}
