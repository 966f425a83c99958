import { bytesReply, type Exchange, type Reply } from './exchange.ts';

/** A file as a static host answers it: whole, one byte range (RFC 9110 section 14), or unchanged. */
export function serveBytes(
  exchange: Exchange,
  bytes: Uint8Array,
  file: { readonly contentType: string; readonly etag: string },
): Reply {
  const headers = {
    'content-type': file.contentType,
    etag: `"${file.etag}"`,
    'accept-ranges': 'bytes',
  };
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    return bytesReply(405, Buffer.from('method not allowed'), { allow: 'GET, HEAD' });
  }
  if (exchange.headers['if-none-match'] === headers.etag) {
    return bytesReply(304, Buffer.alloc(0), headers);
  }
  const range = exchange.method === 'GET' ? exchange.headers.range : undefined;
  const wanted = range === undefined ? 'whole' : parseRange(range, bytes.length);
  if (wanted === 'whole') return bytesReply(200, bytes, headers);
  if (wanted === 'unsatisfiable') {
    return bytesReply(416, Buffer.alloc(0), { 'content-range': `bytes */${bytes.length}` });
  }
  return bytesReply(206, bytes.subarray(wanted.first, wanted.last + 1), {
    ...headers,
    'content-range': `bytes ${wanted.first}-${wanted.last}/${bytes.length}`,
  });
}

type Range = { readonly first: number; readonly last: number };

/** Several ranges, or anything malformed, mean the whole file: a server may ignore Range. */
export function parseRange(header: string, size: number): Range | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return 'whole';
  if (first === '') {
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? 'unsatisfiable' : { first: size - suffix, last: size - 1 };
  }
  if (Number(first) >= size) return 'unsatisfiable';
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return end < Number(first) ? 'whole' : { first: Number(first), last: end };
}
