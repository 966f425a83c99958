import type { Stop } from '../../cancellation.ts';
import { hostOf } from '../../http/call-api.ts';
import { totalBytes } from '../../http/fetch-file.ts';
import { checkUrl } from '../../http/redirects.ts';
import { randomId } from '../../ids.ts';
import { sha256OfFile } from '../../media/hash.ts';
import { docsPage } from '../../model/advice/docs.ts';
import type { S3Settings } from '../../model/config.ts';
import { ConfigError, MediaError, messageOf } from '../../model/errors.ts';
import { createSha256 } from '../../model/hash.ts';
import type { Ports } from '../../ports.ts';
import { type CheckedFile, checkFile, type PlannedFile } from '../provider-upload.ts';
import { fileRange } from '../upload-request.ts';
import { type Bucket, bucketAt, keptKey, passingKey } from './address.ts';
import { readWithRetry } from './ask.ts';
import type { S3Connection } from './connection.ts';
import { describeAssumption, findCredentialProblem } from './credentials.ts';
import { describeRefusal } from './refusals.ts';
import { presign, type SignRequest, secretsOf } from './sign.ts';

/** The configured bucket, as one run uses it. */
export interface S3Store {
  /** What is missing before anything can be put there, in sentences. */
  readonly problems: readonly string[];
  /**
   * Puts a file there, unless it is there, and resolves with an address that a provider can read it by
   * for a while; that address was tried.
   *
   * @throws MediaError when the store refuses or serves something else; ConfigError without credentials.
   */
  stage(file: PlannedFile, signal: AbortSignal): Promise<string>;
  /** Takes away what this run put there, except the files of `inUse`; trouble is a warning. */
  clean(inUse: ReadonlySet<string>): Promise<void>;
}

interface StoreRequest {
  readonly ports: Ports;
  readonly workspace: string;
  readonly settings: S3Settings;
  readonly connection: S3Connection;
  readonly stop: Stop;
  /** Called with every secret address and session before it is used. */
  readonly addMask: (secret: string) => void;
}

/** Long enough for a slow line, short enough to be of no use to anybody later. */
const OWN_EXPIRY_SECONDS = 900;
const MIN_READ_SECONDS = 3_600;
/** The longest that a signature lasts (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html). */
const MAX_READ_SECONDS = 604_800;
/** After the deadline a provider may still begin a job that was bought just before. */
const READ_MARGIN_MS = 15 * 60_000;

/**
 * Metadata of an upload: the hash of the bytes that went up. A name and a length alone could be another file's.
 * Every S3-compatible store keeps it, which cannot be said of x-amz-checksum-sha256.
 */
const HASH_HEADER = 'x-amz-meta-sha256';

export function createS3Store(request: StoreRequest): S3Store {
  const { ports, settings, connection, stop, addMask } = request;
  const region = settings.region ?? connection.region ?? '';
  const bucket = bucketAt(settings, connection, region);
  const { credentials } = connection;
  const problems = findProblems(settings, connection, stop.deadlineMs);
  let assumption = describeAssumption(connection, stop.deadlineMs);
  const runName = `run-${randomId(ports.random, 16)}`;
  const objects = new Map<string, Promise<string>>();
  const own = new Map<string, string>();

  const sign = async (
    what: Pick<SignRequest, 'method' | 'key' | 'headers' | 'expiresSeconds'>,
  ): Promise<string> => {
    if (credentials == null) throw unusable(problems);
    const url = await presign({ ...what, bucket, credentials, nowMs: ports.clock.nowMs() });
    checkUrl(url, bucket.isLoopback);
    for (const secret of secretsOf(url)) addMask(secret);
    return url;
  };

  const isThere = async (
    key: string,
    bytes: number,
    sha256: string,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const answer = await readWithRetry(ports, bucket, signal, async () => {
      const url = await sign({ method: 'HEAD', key, expiresSeconds: OWN_EXPIRY_SECONDS });
      return { method: 'HEAD', url };
    });
    // Without leave to list, an absent object is answered 403: the upload tells which it is.
    const { status, headers } = answer;
    const isOurs = headers[HASH_HEADER] === sha256;
    return status === 200 && isOurs && headers['content-length'] === String(bytes);
  };

  const put = async (key: string, file: CheckedFile, sha256: string, signal: AbortSignal) => {
    const signed = { 'content-type': file.contentType, [HASH_HEADER]: sha256 };
    const headers = { 'content-length': String(file.bytes), ...signed };
    const answer = await readWithRetry(ports, bucket, signal, async () => ({
      method: 'PUT',
      url: await sign({ method: 'PUT', key, headers, expiresSeconds: OWN_EXPIRY_SECONDS }),
      headers: signed,
      body: { bytes: file.bytes, read: () => unchanged(ports, file, sha256) },
    }));
    if (answer.status !== 200)
      throw refusal(file.name, bucket, describeRefusal(answer.status, answer.code, settings));
  };

  const store = async (planned: PlannedFile, signal: AbortSignal): Promise<string> => {
    const { extension } = planned;
    const file = await checkFile(request, planned);
    const sha256 = (await sha256OfFile(ports.files, file.absolutePath)) ?? '';
    const kept = keptKey(settings.prefix, sha256, extension);
    if (await isThere(kept, file.bytes, sha256, signal)) return kept;
    if (settings.keep) {
      await put(kept, file, sha256, signal);
      return kept;
    }
    const key = passingKey(settings.prefix, runName, sha256, extension);
    // Before it is sent: an upload whose answer is lost is taken away too.
    own.set(nameOf(planned), key);
    await put(key, file, sha256, signal);
    return key;
  };

  const readSeconds = (): number => {
    if (settings.expiresMinutes != null) return settings.expiresMinutes * 60;
    const leftMs = stop.deadlineMs - ports.clock.nowMs() + READ_MARGIN_MS;
    return Math.min(Math.max(Math.ceil(leftMs / 1000), MIN_READ_SECONDS), MAX_READ_SECONDS);
  };

  return {
    problems,
    async stage(planned, signal) {
      if (assumption != null) ports.log.warning(assumption);
      assumption = null;
      const name = nameOf(planned);
      const earlier = objects.get(name);
      const object = earlier ?? store(planned, signal);
      if (earlier == null) {
        objects.set(name, object);
        // A later transfer may try again what failed for this one.
        object.catch(() => objects.delete(name));
      }
      const key = await object;
      const url = await sign({ method: 'GET', key, expiresSeconds: readSeconds() });
      const answer = await readWithRetry(ports, bucket, signal, async () => ({
        method: 'GET',
        url,
        headers: { range: 'bytes=0-0' },
      }));
      const bytes = totalBytes(answer);
      if (bytes === planned.bytes) return url;
      const problem =
        answer.status === 200 || answer.status === 206
          ? `it serves ${bytes} bytes, but the planned file has ${planned.bytes}; run again`
          : describeRefusal(answer.status, answer.code, settings);
      throw refusal(planned.path, bucket, problem);
    },
    async clean(inUse) {
      for (const [name, key] of own) {
        if (inUse.has(name)) {
          ports.log.warning(
            `${key} stays in the bucket ${settings.bucket}, because a job that is not over may still read it; delete it later, or let a lifecycle rule do so`,
          );
          continue;
        }
        try {
          const answer = await readWithRetry(ports, bucket, stop.hard, async () => ({
            method: 'DELETE',
            url: await sign({ method: 'DELETE', key, expiresSeconds: OWN_EXPIRY_SECONDS }),
          }));
          if (![200, 204, 404].includes(answer.status))
            throw refusal(key, bucket, describeRefusal(answer.status, answer.code, settings));
          own.delete(name);
        } catch (error) {
          ports.log.warning(
            `${key} is still in the bucket ${settings.bucket} (${messageOf(error)}); delete it, or let a lifecycle rule do so`,
          );
        }
      }
    },
  };
}

/** Names the content of a file within a run. */
export function nameOf(file: Pick<PlannedFile, 'identity' | 'extension'>): string {
  return `${file.identity} ${file.extension}`;
}

function findProblems(
  settings: S3Settings,
  connection: S3Connection,
  deadlineMs: number,
): string[] {
  const problems: string[] = [];
  if (settings.region == null && connection.region == null)
    problems.push(
      'the region of the bucket is not known; write staging.s3.region into the config, or set AWS_REGION',
    );
  const problem = findCredentialProblem(connection, deadlineMs);
  if (problem != null) problems.push(problem);
  return problems;
}

/** @throws ConfigError, before anything is bought, when the bucket cannot be used at all. */
export function requireStore(store: S3Store | null): void {
  const problems = store == null ? ['the config names no bucket'] : store.problems;
  if (problems.length > 0) throw unusable(problems);
}

function unusable(problems: readonly string[]): ConfigError {
  return new ConfigError(
    problems.map((problem) => ({
      severity: 'error',
      path: 'staging.s3',
      message: `${problem}; nothing was bought (${docsPage('staging')})`,
    })),
  );
}

/** The bytes that go up are the bytes that were hashed: otherwise the last of them is never sent. */
async function* unchanged(
  { files }: Ports,
  file: CheckedFile,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = createSha256();
  let held: Uint8Array | null = null;
  for await (const chunk of fileRange(files, file, 0, file.bytes)) {
    hash.update(chunk);
    if (held != null) yield held;
    held = chunk;
  }
  if (hash.hex() !== sha256)
    throw new MediaError(`${file.name} was changed while it was uploaded; nothing was bought`);
  if (held != null) yield held;
}

function refusal(what: string, bucket: Bucket, problem: string): MediaError {
  return new MediaError(
    `${what} cannot be staged in ${hostOf(bucket.url)}: ${problem}; nothing was bought`,
  );
}
