import type { Clock } from '../clock.ts';
import type { FaultSite } from '../faults/fault.ts';
import { sha256Hex } from '../hash.ts';
import { bytesReply, type Exchange, type Reply } from '../http/exchange.ts';
import { serveBytes } from '../http/serve-bytes.ts';
import type { Mount } from '../server/mount.ts';
import type { KeyRing } from './keys.ts';
import { verifySigV4 } from './sigv4.ts';

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** `x-amz-meta-...`, given back as it came. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Objects by bucket, then by key. */
export type Buckets = Map<string, Map<string, StoredObject>>;

export const REGION = 'eu-central-1';
const PLACE = /^\/([^/]+)\/(.+)$/;

/**
 * An S3-compatible store, addressed path-style. Every request must be signed, for this very request and
 * not too long ago (docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html).
 */
export function createS3(buckets: Buckets, keys: KeyRing, clock: Clock): Mount {
  const handle = (exchange: Exchange): Reply => {
    const { method, url, headers, bytes } = exchange;
    const verified = verifySigV4(
      {
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
        ),
        body: bytes,
      },
      {
        service: 's3',
        region: REGION,
        nowMs: clock.nowMs(),
        findKey: (accessKeyId) => keys.find(accessKeyId),
        queryPayload: 'UNSIGNED-PAYLOAD',
      },
    );
    if ('problem' in verified)
      return refuse(exchange, statusOf(verified.problem), verified.problem);
    const [, bucketName = '', encodedKey = ''] = PLACE.exec(exchange.path) ?? [];
    const bucket = buckets.get(bucketName);
    if (bucket === undefined) return refuse(exchange, 404, 'NoSuchBucket');
    const key = decodeURIComponent(encodedKey);
    switch (method) {
      case 'GET':
      case 'HEAD': {
        const object = bucket.get(key);
        if (object === undefined) return refuse(exchange, 404, 'NoSuchKey');
        const { contentType, metadata } = object;
        const etag = sha256Hex(object.bytes).slice(0, 32);
        const reply = serveBytes(exchange, object.bytes, { contentType, etag });
        return { ...reply, headers: { ...metadata, ...reply.headers } };
      }
      case 'PUT': {
        const announced = headers['content-length'];
        if (announced === undefined) return refuse(exchange, 411, 'MissingContentLength');
        if (Number(announced) !== bytes.length) return refuse(exchange, 400, 'IncompleteBody');
        const contentType = headers['content-type'] ?? 'binary/octet-stream';
        bucket.set(key, { bytes, contentType, metadata: metadataOf(headers) });
        return bytesReply(200, Buffer.alloc(0), { etag: `"${sha256Hex(bytes).slice(0, 32)}"` });
      }
      case 'DELETE':
        bucket.delete(key);
        return bytesReply(204, Buffer.alloc(0));
      default:
        return refuse(exchange, 405, 'MethodNotAllowed');
    }
  };
  return {
    name: 's3',
    siteOf: ({ method }): FaultSite => ({ at: SITES[method] ?? 'bucket-read' }),
    handle: async (exchange) => handle(exchange),
    errorBody: (status) => ({ Code: `Emulated${status}` }),
  };
}

function metadataOf(headers: Exchange['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') && value !== undefined
        ? [[name, [value].flat().join(',')]]
        : [],
    ),
  );
}

const SITES: Readonly<Record<string, FaultSite['at']>> = {
  PUT: 'bucket-write',
  DELETE: 'bucket-delete',
};

function statusOf(problem: string): number {
  if (problem === 'InvalidToken' || problem === 'ExpiredToken') return 400;
  return /Parameters|Malformed|Mismatch$/.test(problem) && problem !== 'SignatureDoesNotMatch'
    ? 400
    : 403;
}

/** An answer to HEAD has no body, and so no code. */
function refuse({ url }: Exchange, status: number, code: string): Reply {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message><Resource>${url.pathname}</Resource><RequestId>4442587FB7D0A2F9</RequestId></Error>`;
  return bytesReply(status, Buffer.from(xml), { 'content-type': 'application/xml' });
}
