import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { FaultSite } from '../faults/fault.ts';
import { sha256Hex } from '../hash.ts';
import { type Exchange, type Reply, textReply } from '../http/exchange.ts';
import { serveBytes } from '../http/serve-bytes.ts';
import type { Mount } from '../server/mount.ts';

/** How a provider's own host serves its results: plain links, 404 once they are gone. */
export interface ResultHabits {
  /** A signature in the query, without which the answer is 403. */
  readonly signed?: true;
  /** 403 without a User-Agent. */
  readonly needsUserAgent?: true;
  /** The answer once the retention time is over. */
  readonly expired?: Reply;
}

export interface ResultFiles extends Mount {
  /** Puts a result on the emulated CDN; returns its URL. */
  publish(result: {
    readonly provider: string;
    readonly id: string;
    readonly bytes: Uint8Array;
    readonly atMs: number;
  }): string;
}

interface ResultFile {
  readonly provider: string;
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly signature: string;
  readonly expiresAtMs: number;
}

/** The providers' CDN: no key, no cookies, and gone after the retention time. */
export function createResultFiles(
  origin: string,
  clock: Clock,
  retentionMs: number,
  habitsOf: (provider: string) => ResultHabits,
): ResultFiles {
  const files = new Map<string, ResultFile>();
  const fileOf = ({ path }: Exchange) => files.get(path.replace(/^\/|\.mp4$/g, ''));

  return {
    name: 'files',
    publish({ provider, id, bytes, atMs }) {
      const signature = createHash('sha256').update(`signature of ${id}`).digest('base64url');
      files.set(id, {
        provider,
        bytes,
        etag: sha256Hex(bytes).slice(0, 32),
        signature,
        expiresAtMs: atMs + retentionMs,
      });
      const url = `${origin}/files/${id}.mp4`;
      return habitsOf(provider).signed === true ? `${url}?signature=${signature}` : url;
    },
    siteOf(exchange): FaultSite | undefined {
      const file = fileOf(exchange);
      return file === undefined ? undefined : { at: 'download', provider: file.provider };
    },
    async handle(exchange): Promise<Reply> {
      const file = fileOf(exchange);
      if (file === undefined) return textReply(404, 'no such file');
      const { signed, needsUserAgent, expired } = habitsOf(file.provider);
      if (signed === true && exchange.url.searchParams.get('signature') !== file.signature) {
        return textReply(403, 'signature mismatch');
      }
      if (needsUserAgent === true && exchange.headers['user-agent'] === undefined) {
        return textReply(403, 'who are you?');
      }
      if (clock.nowMs() >= file.expiresAtMs) return expired ?? textReply(404, 'no such file');
      return serveBytes(exchange, file.bytes, { contentType: 'video/mp4', etag: file.etag });
    },
    errorBody: (status) => ({ code: `http_${status}` }),
  };
}
