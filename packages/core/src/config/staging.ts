import type { S3Settings, StagingMethod } from '../model/config.ts';
import type { WrittenStaging } from './schema/staging-schema.ts';

const DEFAULT_PREFIX = 'motion-transfer/';

/** What a config's `staging` comes to; nothing written is `auto`. */
export function stagingMethod(written: WrittenStaging | undefined): StagingMethod {
  if (typeof written !== 'object') return written ?? 'auto';
  return written.s3 == null ? 'provider-public' : (written.method ?? 's3');
}

/** The bucket that a config names, with every default filled in. */
export function bucketOf(written: WrittenStaging | undefined): S3Settings | null {
  if (typeof written !== 'object' || written.s3 == null) return null;
  const { bucket, region, endpoint, prefix, keep, ...more } = written.s3;
  return {
    bucket,
    region: region ?? null,
    endpoint: endpoint?.replace(/\/+$/, '') ?? null,
    prefix: prefix == null ? DEFAULT_PREFIX : `${prefix.replace(/\/$/, '')}/`,
    expiresMinutes: more['expires-minutes'] ?? null,
    keep: keep ?? false,
  };
}
