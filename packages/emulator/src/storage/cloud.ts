import type { Clock } from '../clock.ts';
import type { Mount } from '../server/mount.ts';
import { createKeyRing } from './keys.ts';
import { type Buckets, createS3, REGION, type StoredObject } from './s3.ts';

/** A cloud account with buckets, and the credentials that may sign for them. */
export interface EmulatedCloud {
  readonly region: string;
  createBucket(name: string): void;
  /** Objects of a bucket, by key. */
  objects(bucket: string): ReadonlyMap<string, StoredObject>;
  /** Puts an object there behind everybody's back. */
  putObject(bucket: string, key: string, object: StoredObject): void;
  /** Addresses without credentials, under AWS's own names. */
  addresses(): Record<string, string>;
  /** Credentials under AWS's own names: for good, or of a session that ends after so many ms. */
  credentials(sessionMs?: number): Record<string, string>;
}

export function createCloud(
  origin: string,
  clock: Clock,
): { readonly cloud: EmulatedCloud; readonly mounts: readonly Mount[] } {
  const buckets: Buckets = new Map();
  const keys = createKeyRing();
  const cloud: EmulatedCloud = {
    region: REGION,
    createBucket(name) {
      buckets.set(name, new Map());
    },
    objects: (bucket) => buckets.get(bucket) ?? new Map(),
    putObject(bucket, key, object) {
      buckets.get(bucket)?.set(key, object);
    },
    addresses: () => ({
      AWS_ENDPOINT_URL_S3: `${origin}/s3`,
      AWS_REGION: REGION,
    }),
    credentials(sessionMs) {
      const key = keys.issue(sessionMs === undefined ? null : clock.nowMs() + sessionMs);
      return {
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        ...(key.sessionToken === null ? {} : { AWS_SESSION_TOKEN: key.sessionToken }),
        ...(key.endsMs === null
          ? {}
          : { AWS_CREDENTIAL_EXPIRATION: new Date(key.endsMs).toISOString() }),
      };
    },
  };
  return {
    cloud,
    mounts: [createS3(buckets, keys, clock)],
  };
}
