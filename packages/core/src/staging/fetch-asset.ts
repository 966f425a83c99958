import { saveBody, TooLargeError } from '../http/body.ts';
import { hostOf } from '../http/call-api.ts';
import { adviseOnStatus, fetchFile, passingAnswer } from '../http/fetch-file.ts';
import { MediaError } from '../model/errors.ts';
import type { Identity } from '../model/media/media.ts';
import type { Ports } from '../ports.ts';
import { type Again, afterLostRequest, withRetry } from '../retry.ts';

const RETRY = { limit: { tries: 4 }, baseMs: 1_000, maxMs: 10_000 } as const;

export interface FetchContext {
  readonly ports: Ports;
  readonly stateDirectory: string;
  /** See `RunContext`. */
  readonly fetched: Map<string, Promise<string>>;
  readonly signal: AbortSignal;
}

/** A URL asset as it was when it was planned. */
export interface PlannedUrl {
  readonly url: string;
  /** `sha256:<hex>` */
  readonly identity: Identity;
  readonly bytes: number;
  readonly allowLoopback: boolean;
}

export function fetchedDirectory(stateDirectory: string): string {
  return `${stateDirectory}/fetched`;
}

/**
 * Downloads a URL asset once per run and resolves with its path: the bytes that were planned and priced, or none.
 *
 * @throws MediaError when it cannot be fetched, or is another file by now.
 */
export async function fetchAsset(context: FetchContext, planned: PlannedUrl): Promise<string> {
  const { fetched } = context;
  const earlier = fetched.get(planned.identity);
  if (earlier != null) return earlier;
  const download = downloadRepeatedly(context, planned);
  fetched.set(planned.identity, download);
  // A later transfer may try again what failed for this one.
  download.catch(() => fetched.delete(planned.identity));
  return download;
}

function downloadRepeatedly(context: FetchContext, planned: PlannedUrl): Promise<string> {
  const { ports, signal } = context;
  const host = hostOf(planned.url);
  return withRetry(
    ports,
    {
      ...RETRY,
      signal,
      afterError: afterLostRequest,
      onRetry: ({ because }) => ports.log.warning(`the clip at ${host}: ${because}; trying again`),
      onExhausted: ({ because }) =>
        new MediaError(
          `${host} cannot be fetched (${because}); run again later; nothing was bought`,
        ),
    },
    () => downloadOnce(context, planned),
  );
}

async function downloadOnce(
  { ports, stateDirectory, signal }: FetchContext,
  { url, identity, bytes, allowLoopback }: PlannedUrl,
): Promise<string | Again> {
  const host = hostOf(url);
  const directory = fetchedDirectory(stateDirectory);
  const path = `${directory}/${identity.replace(/^sha256:/, '')}`;
  await ports.files.makeDirectory(directory);
  const response = await fetchFile(ports, { url, allowLoopback, signal });
  if (response.status !== 200) {
    response.body.destroy();
    const again = passingAnswer(response);
    if (again != null) return again;
    const { status } = response;
    throw new MediaError(
      `${host} cannot be fetched (HTTP ${status}); ${adviseOnStatus(status, 'link')}; nothing was bought`,
    );
  }
  const saved = await saveBody(ports, response, path, { what: host, maxBytes: bytes }).catch(
    (cause: unknown) => {
      if (cause instanceof TooLargeError) throw changed(host);
      throw cause;
    },
  );
  if (`sha256:${saved.sha256}` === identity) return path;
  await ports.files.remove(path);
  throw changed(host);
}

function changed(host: string): MediaError {
  return new MediaError(
    `${host} serves another file than the one that was planned; nothing was bought; plan again`,
  );
}
