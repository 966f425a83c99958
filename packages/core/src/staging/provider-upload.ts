import { type ApiContext, hostOf } from '../http/call-api.ts';
import { type Patience, PauseTooLongError } from '../http/rate-limiter.ts';
import { checkUrl } from '../http/redirects.ts';
import { sha256OfFile } from '../media/hash.ts';
import { identifyFiles } from '../media/identity/identity.ts';
import { resolveInside } from '../media/paths.ts';
import { MediaError, messageOf, UnsafeError, UploadRefusedError } from '../model/errors.ts';
import type { Identity } from '../model/media/media.ts';
import type { Ports } from '../ports.ts';
import type {
  AssetRole,
  HttpResponse,
  InlineUpload,
  StoredUpload,
  UploadFile,
  UploadRequest,
} from '../providers/adapter.ts';
import { Again, afterLostRequest, type RetryPolicy, withRetry } from '../retry.ts';
import { fileRange, sendUpload } from './upload-request.ts';

/**
 * An upload costs nothing, so whatever may pass is tried again; then the step fails, unbought. A refusal for
 * the rate is about the account, which pauses as after one of a submit.
 */
const RETRY = { limit: { tries: 4 }, baseMs: 1_000, maxMs: 10_000 } as const;

export interface UploadContext {
  readonly ports: Ports;
  readonly workspace: string;
  readonly api: ApiContext;
  /** Addresses of this run by provider, role and content: nothing is uploaded twice. */
  readonly uploaded: Map<string, Promise<string>>;
  readonly signal: AbortSignal;
  /** How long each upload waits in pauses of the account before another seller is asked; without end where there is none. */
  readonly patienceMs: number;
}

/** A file of the workspace that the plan wants handed over, and what the plan saw of it. */
export interface PlannedFile {
  readonly role: AssetRole;
  readonly path: string;
  readonly identity: Identity | null;
  readonly contentType: string;
  readonly extension: string;
  readonly bytes: number;
  /** Where it was downloaded to; absent for a file of the workspace, which lies at `path`. */
  readonly downloadedTo?: string;
}

/** A file of the plan that is, at this moment, what was planned. */
export interface CheckedFile extends UploadFile {
  readonly absolutePath: string;
}

/**
 * Hands a local file to the provider and resolves with what `submit` gets in place of its URL.
 *
 * @throws MediaError when the file is not what was planned, or the provider does not take it.
 */
export async function uploadAsset(context: UploadContext, planned: PlannedFile): Promise<string> {
  const { adapter } = context.api.endpoint;
  const upload = adapter.uploads?.[planned.role];
  if (upload == null) {
    throw new MediaError(`${adapter.title} takes no local ${planned.role}; plan again`);
  }
  if (planned.bytes > upload.maxBytes.value) {
    throw new UploadRefusedError(
      `${planned.path} has ${planned.bytes} bytes, and ${adapter.title} takes at most ${upload.maxBytes.value} by its own upload (${upload.maxBytes.basis}); nothing was bought; make it smaller, name a bucket (staging: s3), or give https URLs`,
    );
  }
  if (upload.kind === 'inline') return encodeInline(context, upload, planned);

  const key = [adapter.id, planned.role, planned.identity].join(' ');
  const earlier = context.uploaded.get(key);
  if (earlier != null) return earlier;
  const address = storeFile(context, upload, planned);
  context.uploaded.set(key, address);
  // A later transfer may try again what failed for this one.
  address.catch(() => context.uploaded.delete(key));
  return address;
}

async function encodeInline(
  context: UploadContext,
  upload: InlineUpload,
  planned: PlannedFile,
): Promise<string> {
  const file = await checkFile(context, planned);
  const chunks: Uint8Array[] = [];
  for await (const chunk of fileRange(context.ports.files, file, 0, file.bytes)) chunks.push(chunk);
  return upload.encode(Buffer.concat(chunks).toString('base64'), toUploadFile(file));
}

async function storeFile(
  context: UploadContext,
  upload: StoredUpload,
  planned: PlannedFile,
): Promise<string> {
  const file = await checkFile(context, planned);
  const shown = toUploadFile(file);
  const patience: Patience = { leftMs: context.patienceMs };
  const send = (request: UploadRequest) => sendRepeatedly(context, file, request, patience);
  const begun = await send(upload.begin(shown));
  const open = read(context, () => upload.opened(begun, shown));
  checkUrl(open.url, context.api.endpoint.isLoopback);

  // One after the other: several transfers upload at once already.
  const answers: HttpResponse[] = [];
  for (const part of open.parts) answers.push(await send(part));
  const { finishUrl } = open;
  if (finishUrl != null) {
    const finish = read(context, () => {
      if (upload.finish == null) throw new TypeError('nothing says how the upload is finished');
      return upload.finish(finishUrl, answers);
    });
    await send(finish);
  }
  return open.url;
}

/** The bytes that are bought with are the bytes that were planned and priced. */
export async function checkFile(
  { ports, workspace }: Pick<UploadContext, 'ports' | 'workspace'>,
  planned: PlannedFile,
): Promise<CheckedFile> {
  const { role, path, identity, contentType, extension, bytes, downloadedTo } = planned;
  const absolutePath = downloadedTo ?? (await resolveInside(ports, workspace, path));
  const stat = await ports.files.stat(absolutePath);
  const now =
    downloadedTo == null
      ? (await identifyFiles(ports, workspace, [path])).get(path)
      : `sha256:${await sha256OfFile(ports.files, downloadedTo)}`;
  if (identity == null || stat?.bytes !== bytes || now !== identity) {
    throw new MediaError(
      `${path} is not the file that was planned any more; nothing was bought; run again`,
    );
  }
  return { role, name: `${role}.${extension}`, contentType, bytes, absolutePath };
}

function toUploadFile({ role, name, contentType, bytes }: CheckedFile): UploadFile {
  return { role, name, contentType, bytes };
}

/** @throws MediaError when the provider refuses, or after the last try. */
async function sendRepeatedly(
  context: UploadContext,
  file: CheckedFile,
  request: UploadRequest,
  patience: Patience,
): Promise<HttpResponse> {
  const { ports, api, signal } = context;
  const { adapter } = api.endpoint;
  const policy: RetryPolicy = {
    ...RETRY,
    signal,
    afterError: afterLostRequest,
    onRetry: ({ because }) =>
      ports.log.warning(`upload to ${adapter.title}: ${because}; trying again`),
    onExhausted: ({ because }) => refusal(context, file, request, because),
  };
  return withRetry(ports, policy, async () => {
    for (let limited = ''; ; ) {
      const { response, admission } = await sendUpload(
        { ...context, patience },
        file,
        request,
      ).catch((cause: unknown) => {
        if (!(cause instanceof PauseTooLongError)) throw cause;
        const pause = messageOf(cause);
        throw refusal(context, file, request, limited === '' ? pause : `${limited}; ${pause}`);
      });
      if (response.status >= 200 && response.status <= 299) {
        admission?.passed();
        return response;
      }
      const { kind, message, retryAfterMs } = adapter.trouble(response);
      const problem = `HTTP ${response.status}: ${message}`;
      if (admission != null && kind === 'rate-limit') {
        admission.limited(retryAfterMs);
        limited = problem;
        ports.log.info(`upload to ${adapter.title}: ${problem}; the account pauses`);
        continue;
      }
      if (mayPass(response.status)) return new Again(problem);
      throw refusal(context, file, request, problem);
    }
  });
}

function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function refusal(
  { api }: UploadContext,
  file: CheckedFile,
  request: UploadRequest,
  problem: string,
): UploadRefusedError {
  return new UploadRefusedError(
    `the ${file.role} could not be uploaded to ${api.endpoint.adapter.title} (${hostOf(request.url)}: ${problem}); nothing was bought`,
  );
}

/** An answer that cannot be read ends the upload, and with it a purchase that was not made. */
function read<Value>({ api }: UploadContext, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof UnsafeError) throw cause;
    const words = messageOf(cause).replace(/\s+/g, ' ').slice(0, 200);
    throw new UploadRefusedError(
      `${api.endpoint.adapter.title} answers an upload in a way that cannot be read (${words}); nothing was bought`,
      { cause },
    );
  }
}
