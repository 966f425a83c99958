import { AwsV4Signer } from 'aws4fetch';
import type { Bucket } from './address.ts';
import type { AwsCredentials } from './connection.ts';

export interface SignRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly bucket: Bucket;
  readonly key: string;
  readonly credentials: AwsCredentials;
  readonly expiresSeconds: number;
  readonly nowMs: number;
  /** Signed too: the address is good for exactly these. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An address that carries its own permission: one method on one object, until it expires. */
export async function presign(request: SignRequest): Promise<string> {
  const { method, bucket, key, credentials, expiresSeconds, nowMs, headers = {} } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new AwsV4Signer({
    method,
    url: `${bucket.url}/${key}?X-Amz-Expires=${expiresSeconds}`,
    headers: { ...headers },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken == null ? {} : { sessionToken }),
    service: 's3',
    region: bucket.region,
    datetime: new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    signQuery: true,
    // Without it length and type of an upload would not be signed.
    allHeaders: true,
  });
  const { url } = await signer.sign();
  return url.href;
}

/** What of a signed address must never be shown: whoever has these has the permission. */
export function secretsOf(url: string): readonly string[] {
  const { searchParams, search } = new URL(url);
  const [signature, token] = [
    searchParams.get('X-Amz-Signature'),
    searchParams.get('X-Amz-Security-Token'),
  ];
  return [
    search.slice(1),
    ...(signature == null ? [] : [signature]),
    ...(token == null ? [] : [token, encodeURIComponent(token)]),
  ];
}
