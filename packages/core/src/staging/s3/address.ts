import type { S3Settings } from '../../model/config.ts';
import type { S3Connection } from './connection.ts';

/** A bucket as this environment reaches it. */
export interface Bucket {
  /** Address of the bucket, without a trailing slash. */
  readonly url: string;
  readonly region: string;
  readonly isLoopback: boolean;
}

/**
 * Stores with an address of their own are asked path-style, which all of them know. At AWS the bucket is
 * part of the host, unless its name holds a dot, which the certificate does not cover
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html, read 2026-10-16).
 */
export function bucketAt(settings: S3Settings, connection: S3Connection, region: string): Bucket {
  const { bucket } = settings;
  const { endpoint } = connection;
  if (endpoint != null)
    return { url: `${endpoint.baseUrl}/${bucket}`, region, isLoopback: endpoint.isLoopback };
  if (settings.endpoint != null)
    return { url: `${settings.endpoint}/${bucket}`, region, isLoopback: false };
  const host = `s3.${region}.${awsDomain(region)}`;
  const url = bucket.includes('.') ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
  return { url, region, isLoopback: false };
}

/** AWS in China has a domain of its own (docs.aws.amazon.com/general/latest/gr/s3.html). */
function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** Where content lies that stays: the same bytes are one object for all runs. */
export function keptKey(prefix: string, sha256: string, extension: string): string {
  return `${prefix}${sha256}.${extension}`;
}

/**
 * Where content lies that this run takes away again: below a name of its own, so that no other run
 * comes to rely on it.
 */
export function passingKey(
  prefix: string,
  runName: string,
  sha256: string,
  extension: string,
): string {
  return `${prefix}${runName}/${sha256}.${extension}`;
}
