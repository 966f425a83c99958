import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Exchange, jsonReply, type Reply, textReply } from '../http/exchange.ts';
import type { FaultSite, Mount } from '../http/mount.ts';
import { serveBytes } from '../http/serve-bytes.ts';
import { sha256Hex } from '../media/hash.ts';
import type { ProviderName } from '../types.ts';

export interface ResultFiles extends Mount {
  /** Puts a result on the emulated CDN; returns its URL. */
  publish(result: {
    readonly provider: ProviderName;
    readonly id: string;
    readonly bytes: Uint8Array;
    readonly atMs: number;
  }): string;
}

interface ResultFile {
  readonly provider: ProviderName;
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly signature: string;
  readonly expiresAtMs: number;
}

/** The providers' CDN: no key, no cookies, and gone after the retention time. */
export function createResultFiles(origin: string, clock: Clock, retentionMs: number): ResultFiles {
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
      // EmpirioLabs documents signed links; Prospolabs' sample shows none.
      return provider === 'empiriolabs' ? `${url}?signature=${signature}` : url;
    },
    siteOf(exchange): FaultSite | undefined {
      const file = fileOf(exchange);
      return file === undefined ? undefined : { at: 'download', provider: file.provider };
    },
    async handle(exchange): Promise<Reply> {
      const file = fileOf(exchange);
      if (file === undefined) return textReply(404, 'no such file');
      const signed = exchange.url.searchParams.get('signature') === file.signature;
      if (file.provider === 'empiriolabs' && !signed) return textReply(403, 'signature mismatch');
      if (clock.nowMs() >= file.expiresAtMs) {
        if (file.provider === 'prospolabs') return jsonReply(410, { code: 'output_expired' });
        return textReply(403, 'signature expired');
      }
      return serveBytes(exchange, file.bytes, { contentType: 'video/mp4', etag: file.etag });
    },
    errorBody: (status) => ({ code: `http_${status}` }),
  };
}
