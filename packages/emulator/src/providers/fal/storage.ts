import type { FaultSite } from '../../faults/fault.ts';
import { sha256Hex } from '../../hash.ts';
import { type Exchange, jsonReply, type Reply, textReply } from '../../http/exchange.ts';
import { serveBytes } from '../../http/serve-bytes.ts';
import { isRecord } from '../../json.ts';
import { randomText } from '../../random.ts';
import type { Mount } from '../../server/mount.ts';

/** fal-js, libs/client/src/storage.ts: an authorized begin, then bytes to an address of their own. */
export interface FalStorage {
  isBegin(path: string): boolean;
  begin(exchange: Exchange): Reply;
  /** Where the bytes go and are read from: no key there, and none is wanted. */
  readonly cdn: Mount;
}

interface Place {
  readonly contentType: string;
  readonly parts: Map<number, Uint8Array>;
  readonly isMultipart: boolean;
  isComplete: boolean;
}

const BEGIN = /^\/rest\/storage\/upload\/(initiate|initiate-multipart)$/;
const PLACE = /^\/(upload|files)\/([0-9a-f]+)(?:\/(\d+|complete|[^/]+))?$/;

export function createFalStorage(origin: string): FalStorage {
  const places = new Map<string, Place>();

  const put = (place: Place, exchange: Exchange, step: string | undefined): Reply => {
    if (exchange.headers.authorization !== undefined) {
      return textReply(400, 'a key was sent to an address that is signed');
    }
    if (!place.isMultipart) {
      place.parts.set(1, exchange.bytes);
      place.isComplete = true;
      return jsonReply(200, {});
    }
    const number = Number(step);
    if (!Number.isInteger(number) || number < 1) return textReply(400, 'no such part');
    place.parts.set(number, exchange.bytes);
    const etag = `"${sha256Hex(exchange.bytes).slice(0, 32)}"`;
    return jsonReply(200, { partNumber: number, etag }, { etag });
  };

  const complete = (place: Place, exchange: Exchange): Reply => {
    const listed =
      isRecord(exchange.json) && Array.isArray(exchange.json.parts) ? exchange.json.parts : [];
    const isRight =
      listed.length === place.parts.size &&
      listed.every((part, index) => {
        const bytes = place.parts.get(index + 1);
        return (
          isRecord(part) &&
          bytes !== undefined &&
          part.partNumber === index + 1 &&
          part.etag === `"${sha256Hex(bytes).slice(0, 32)}"`
        );
      });
    if (!isRight) return jsonReply(400, { detail: 'the parts do not fit' });
    place.isComplete = true;
    return jsonReply(200, {});
  };

  return {
    isBegin: (path) => BEGIN.test(path),
    begin({ method, path, url, json }) {
      const isSound =
        method === 'POST' &&
        url.searchParams.get('storage_type') === 'fal-cdn-v3' &&
        isRecord(json) &&
        typeof json.content_type === 'string' &&
        typeof json.file_name === 'string';
      if (!isSound || !isRecord(json)) return jsonReply(422, { detail: 'content_type, file_name' });
      const id = randomText(12, 'hex');
      places.set(id, {
        contentType: String(json.content_type),
        parts: new Map(),
        isMultipart: path.endsWith('-multipart'),
        isComplete: false,
      });
      return jsonReply(200, {
        upload_url: `${origin}/fal-cdn/upload/${id}?signature=${id}`,
        file_url: `${origin}/fal-cdn/files/${id}/${encodeURIComponent(String(json.file_name))}`,
      });
    },
    cdn: {
      name: 'fal-cdn',
      siteOf: ({ method }): FaultSite | undefined =>
        method === 'GET' ? { at: 'input', provider: 'fal' } : { at: 'upload', provider: 'fal' },
      async handle(exchange): Promise<Reply> {
        const [, kind, id = '', step] = PLACE.exec(exchange.path) ?? [];
        const place = places.get(id);
        if (place === undefined) return textReply(404, 'no such place');
        if (kind === 'files') {
          if (!place.isComplete) return textReply(404, 'nothing is there yet');
          const bytes = Buffer.concat(
            [...place.parts].sort(([one], [other]) => one - other).map(([, part]) => part),
          );
          const etag = sha256Hex(bytes).slice(0, 32);
          return serveBytes(exchange, bytes, { contentType: place.contentType, etag });
        }
        if (exchange.url.searchParams.get('signature') !== id) return textReply(403, 'signature');
        if (exchange.method === 'PUT') return put(place, exchange, step);
        if (exchange.method === 'POST' && step === 'complete') return complete(place, exchange);
        return textReply(405, 'method not allowed');
      },
      errorBody: (status) => ({ detail: `emulated HTTP ${status}` }),
    },
  };
}
