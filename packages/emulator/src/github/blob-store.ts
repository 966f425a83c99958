import type { FaultSite } from '../faults/fault.ts';
import { bytesReply, type Exchange, type Reply } from '../http/exchange.ts';
import { parseRange } from '../http/serve-bytes.ts';
import { randomText } from '../random.ts';
import type { Mount } from '../server/mount.ts';

/** The part of Azure's Block Blob protocol that GitHub's artifact client speaks. */
export interface BlobStore extends Mount {
  signedUrl(name: string): string;
  read(name: string): Blob | undefined;
  remove(name: string): void;
}

interface Blob {
  readonly bytes: Buffer;
  readonly contentType: string;
}

const HEADERS = { 'x-ms-version': '2025-01-05', 'x-ms-request-id': 'emulated' };

export function createBlobStore(origin: string): BlobStore {
  const blobs = new Map<string, Blob>();
  const blocks = new Map<string, Map<string, Buffer>>();
  const signatures = new Set<string>();

  const put = (name: string, exchange: Exchange): Reply => {
    const query = exchange.url.searchParams;
    const type = exchange.headers['x-ms-blob-content-type'];
    const contentType = typeof type === 'string' ? type : 'application/octet-stream';
    const staged = blocks.get(name) ?? new Map<string, Buffer>();
    blocks.set(name, staged);
    if (query.get('comp') === 'block') {
      staged.set(query.get('blockid') ?? '', exchange.bytes);
    } else if (query.get('comp') === 'blocklist') {
      const ids = [...exchange.bytes.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)];
      const parts = ids.map(([, id = '']) => staged.get(id));
      if (parts.includes(undefined)) return azureError(400, 'InvalidBlockList');
      const bytes = Buffer.concat(parts.filter((part) => part !== undefined));
      blobs.set(name, { bytes, contentType });
    } else {
      blobs.set(name, { bytes: exchange.bytes, contentType });
    }
    return bytesReply(201, Buffer.alloc(0), { ...HEADERS, etag: '"0x1"' });
  };

  return {
    name: 'blob',
    signedUrl(name) {
      const signature = randomText(12, 'hex');
      signatures.add(signature);
      return `${origin}/blob/${encodeURIComponent(name)}?sig=${signature}`;
    },
    read: (name) => blobs.get(name),
    remove(name) {
      blobs.delete(name);
      blocks.delete(name);
    },
    siteOf: ({ method }): FaultSite | undefined =>
      method === 'PUT' ? { at: 'artifact-upload' } : undefined,
    async handle(exchange) {
      const { method, path, url } = exchange;
      if (!signatures.has(url.searchParams.get('sig') ?? '')) {
        return azureError(403, 'AuthenticationFailed');
      }
      const name = decodeURIComponent(path.slice(1));
      if (method === 'PUT') return put(name, exchange);
      const blob = blobs.get(name);
      return blob === undefined ? azureError(404, 'BlobNotFound') : get(name, blob, exchange);
    },
    errorBody: (status) => ({ code: `http_${status}` }),
  };
}

function get(name: string, { bytes, contentType }: Blob, { headers }: Exchange): Reply {
  const wanted = headers['x-ms-range'] ?? headers.range;
  const range = typeof wanted === 'string' ? parseRange(wanted, bytes.length) : 'whole';
  const extension = contentType === 'application/zip' ? '.zip' : '';
  const common = {
    ...HEADERS,
    'content-type': contentType,
    'accept-ranges': 'bytes',
    'x-ms-blob-type': 'BlockBlob',
    'content-disposition': `attachment; filename="${name.split('/').at(-1)}${extension}"`,
  };
  if (typeof range === 'string') return bytesReply(200, bytes, common);
  return bytesReply(206, bytes.subarray(range.first, range.last + 1), {
    ...common,
    'content-range': `bytes ${range.first}-${range.last}/${bytes.length}`,
  });
}

function azureError(status: number, code: string): Reply {
  const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`;
  return bytesReply(status, Buffer.from(xml), {
    ...HEADERS,
    'content-type': 'application/xml',
    'x-ms-error-code': code,
  });
}
