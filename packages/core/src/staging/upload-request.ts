import { type ApiContext, authorize, readAnswer, USER_AGENT } from '../http/call-api.ts';
import { moveToBase, originOf } from '../http/endpoint.ts';
import type { Admission, Patience } from '../http/rate-limiter.ts';
import { checkUrl } from '../http/redirects.ts';
import { randomId } from '../ids.ts';
import { MediaError } from '../model/errors.ts';
import type { FilePort, Ports, WireBody } from '../ports.ts';
import type { HttpResponse, UploadFile, UploadRequest } from '../providers/adapter.ts';

/** A slow line may need minutes for a clip; the deadline of the run ends it for good. */
const ANSWER_TIMEOUT_MS = 5 * 60_000;
/** The same for an answer that has begun: it is short. */
const SLOW_ANSWER_MS = 60_000;
const READ_BYTES = 262_144;

interface LocalFile extends UploadFile {
  readonly absolutePath: string;
}

/** An answer, and who is to know of a refusal for the rate: `null` where it came from another host. */
export interface UploadAnswer {
  readonly response: HttpResponse;
  readonly admission: Admission | null;
}

interface SendContext {
  readonly ports: Ports;
  readonly api: ApiContext;
  readonly signal: AbortSignal;
  /** How long pauses of the account are waited for. */
  readonly patience: Patience;
}

/**
 * One request of an upload, sent once and streamed from disk. An address at the adapter's own origins is moved and
 * authorized like any API call; everything else gets the bytes and no credentials.
 *
 * @throws PauseTooLongError when a pause of the account would outlast `patience`.
 */
export async function sendUpload(
  { ports, api, signal, patience }: SendContext,
  file: LocalFile,
  request: UploadRequest,
): Promise<UploadAnswer> {
  const { endpoint, rateLimiter } = api;
  const isOwn = originOf(request.url, endpoint) != null;
  const url = isOwn ? moveToBase(request.url, endpoint) : request.url;
  checkUrl(url, endpoint.isLoopback);
  const admission = isOwn ? await rateLimiter.admit(signal, patience) : null;
  const { contentType, body } = encodeBody(ports, file, request);
  const { headers, redactor } = authorize(api, request.url);
  const response = await ports.http.send({
    method: request.method,
    url,
    headers: {
      ...request.headers,
      ...(isOwn ? headers : {}),
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': USER_AGENT,
      'content-type': contentType,
    },
    body,
    headersTimeoutMs: ANSWER_TIMEOUT_MS,
    bodyTimeoutMs: ANSWER_TIMEOUT_MS,
    allowLoopback: endpoint.isLoopback,
    signal,
  });
  const answer = await readAnswer(response, { ports, redactor, patienceMs: SLOW_ANSWER_MS });
  return { response: answer, admission };
}

function encodeBody(
  { files, random }: Ports,
  file: LocalFile,
  { body }: UploadRequest,
): { readonly contentType: string; readonly body: string | WireBody } {
  switch (body.kind) {
    case 'json':
      return { contentType: 'application/json', body: JSON.stringify(body.json) };
    case 'bytes':
      return {
        contentType: file.contentType,
        body: { bytes: body.length, read: () => fileRange(files, file, body.offset, body.length) },
      };
    case 'form': {
      // Not known before, so no file can be made to end the form early.
      const boundary = `motion-transfer-${randomId(random, 32)}`;
      return {
        contentType: `multipart/form-data; boundary=${boundary}`,
        body: encodeForm(files, file, body.field, boundary),
      };
    }
  }
}

/** Names are ours (`motion.mp4`), so nothing in them needs escaping. */
function encodeForm(files: FilePort, file: LocalFile, field: string, boundary: string): WireBody {
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${file.name}"\r\nContent-Type: ${file.contentType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    bytes: head.length + file.bytes + tail.length,
    async *read() {
      yield head;
      yield* fileRange(files, file, 0, file.bytes);
      yield tail;
    },
  };
}

/** @throws MediaError when the file ends early: it was changed under our hands. */
export async function* fileRange(
  files: FilePort,
  file: Pick<LocalFile, 'absolutePath' | 'name'>,
  offset: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  const opened = await files.open(file.absolutePath);
  try {
    for (let done = 0; done < length; ) {
      const chunk = await opened.read(offset + done, Math.min(READ_BYTES, length - done));
      if (chunk.length === 0) throw new MediaError(`${file.name} became shorter while it was read`);
      yield chunk;
      done += chunk.length;
    }
  } finally {
    await opened.close();
  }
}
