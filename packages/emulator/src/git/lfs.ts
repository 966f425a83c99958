import { sha256Hex } from '../hash.ts';
import { bytesReply, type Exchange, jsonReply, type Reply } from '../http/exchange.ts';
import { isRecord } from '../json.ts';
import { type GitAccess, refuse } from './access.ts';
import { readObject, storeObject } from './lfs-objects.ts';

/** Git LFS of a repository: the batch API (git-lfs, docs/api/batch.md) with the basic transfer. */
export interface LfsRequest {
  readonly repository: GitAccess & { readonly directory: string };
  /** Address of `info/lfs`. */
  readonly url: string;
  /** Below it, with a leading slash. */
  readonly path: string;
  readonly exchange: Exchange;
}

const OID = /^[0-9a-f]{64}$/;
const MEDIA_TYPE = 'application/vnd.git-lfs+json';

export async function answerLfs({ repository, url, path, exchange }: LfsRequest): Promise<Reply> {
  if (path === '/objects/batch') return answerBatch(repository, url, exchange);
  const oid = /^\/objects\/([0-9a-f]{64})$/.exec(path)?.[1];
  if (oid === undefined) return lfsReply(404, { message: 'Not found' });
  // Like a signed address of the store behind it: whoever has it may use it.
  const operation = exchange.method === 'PUT' ? 'upload' : 'download';
  if (exchange.url.searchParams.get('signature') !== signatureOf(operation, oid))
    return lfsReply(403, { message: 'the signature does not match' });
  if (operation === 'upload') {
    if (sha256Hex(exchange.bytes) !== oid) return lfsReply(422, { message: 'not the object' });
    await storeObject(repository.directory, oid, exchange.bytes);
    return bytesReply(200, Buffer.alloc(0));
  }
  const bytes = await readObject(repository.directory, oid);
  return bytes === undefined
    ? lfsReply(404, { message: 'Object does not exist' })
    : bytesReply(200, bytes, { 'content-type': 'application/octet-stream' });
}

async function answerBatch(
  repository: LfsRequest['repository'],
  url: string,
  { method, json, headers }: Exchange,
): Promise<Reply> {
  if (method !== 'POST') return lfsReply(404, { message: 'Not found' });
  if (!isRecord(json) || !Array.isArray(json.objects))
    return lfsReply(422, { message: 'the request is not a batch' });
  const { operation } = json;
  if (operation !== 'upload' && operation !== 'download')
    return lfsReply(422, { message: 'the operation is neither upload nor download' });
  const refused = refuse(repository, headers, operation === 'upload');
  if (refused !== undefined) return refused;
  const objects = json.objects.map(async (asked: unknown) => {
    const { oid, size } = isRecord(asked) ? asked : {};
    if (typeof oid !== 'string' || !OID.test(oid) || typeof size !== 'number')
      return { oid, size, error: { code: 422, message: 'not an object id with a size' } };
    const isThere = (await readObject(repository.directory, oid)) !== undefined;
    if (operation === 'download' && !isThere)
      return { oid, size, error: { code: 404, message: 'Object does not exist' } };
    // What is there needs no upload, which the missing action says.
    if (operation === 'upload' && isThere) return { oid, size };
    const href = `${url}/objects/${oid}?signature=${signatureOf(operation, oid)}`;
    return { oid, size, authenticated: true, actions: { [operation]: { href } } };
  });
  return lfsReply(200, { transfer: 'basic', objects: await Promise.all(objects) });
}

function lfsReply(status: number, json: unknown): Reply {
  return jsonReply(status, json, { 'content-type': MEDIA_TYPE });
}

function signatureOf(operation: string, oid: string): string {
  return sha256Hex(`${operation} ${oid}`).slice(0, 16);
}
